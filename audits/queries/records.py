"""Which records auditors look at as they stood, what each is called, and which tables stay closed to them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from audits import models as own
from audits.models import About
from audits.models.recusals import recused_officers, recused_units
from audits.queries.closed import CLOSED as NEVER_SHOWN
from audits.queries.parts import seen_of
from audits.queries.subjects import visible
from cases import models as cases
from ledger.models import Audited, AuditedQuerySet, Change
from officers import models as officers

#: Tables that no auditor looks into, and why.
CLOSED = {
    **NEVER_SHOWN,
    "cases_contactopening": "why somebody wished to reach a reporter may say who that is",
}


@dataclass(frozen=True)
class _Kind:
    """What one record of a table is called, and how recusal reaches it.

    `about` and `path`: it belongs to a record that is audited. `officer` and `units`: it is of an officer, or of units.
    """

    words: Any
    about: str = ""
    path: str = "pk"
    officer: str = ""
    units: tuple[str, ...] = ()


def _of_case(words: Any, path: str = "case") -> _Kind:
    return _Kind(words, About.CASE, path)


def _of_test(words: Any, path: str) -> _Kind:
    return _Kind(words, About.DRUG_TEST, path)


def _of_complaint(words: Any, path: str = "complaint") -> _Kind:
    return _Kind(words, About.COMPLAINT, path)


def _of_officer(words: Any, path: str = "officer") -> _Kind:
    return _Kind(words, officer=f"{path}_id" if path != "pk" else "pk", units=(_joined(path, "unit_id"),))


def _joined(path: str, column: str) -> str:
    return column if path == "pk" else f"{path}__{column}"


OPEN: dict[type[Audited], _Kind] = {
    cases.Case: _of_case(_("Dismissal case"), "pk"),
    cases.Ground: _of_case(_("Ground")),
    cases.Paper: _of_case(_("Paper in the file")),
    cases.Extract: _of_case(_("Extract of a complaint")),
    cases.CaseNotice: _of_case(_("Notice to the officer")),
    cases.CaseStatement: _of_case(_("Statement of the officer")),
    cases.Extension: _of_case(_("More time to respond")),
    cases.Suspension: _of_case(_("Precautionary suspension")),
    cases.SuspensionReview: _of_case(_("Review of a suspension")),
    cases.Prosecution: _of_case(_("Referral to the prosecutor")),
    cases.Proposal: _of_case(_("Proposal")),
    cases.Opinion: _of_case(_("Check of legality")),
    cases.Decision: _of_case(_("Decision")),
    cases.Order: _of_case(_("Signed order"), "lines__case"),
    cases.OrderLine: _of_case(_("Line of an order")),
    cases.Measure: _of_case(_("Measure")),
    cases.Appeal: _of_case(_("Appeal")),
    cases.CaseFile: _of_case(_("Scan"), "paper__case"),
    officers.DrugTest: _of_test(_("Drug test"), "pk"),
    officers.Specimen: _of_test(_("Specimen"), "test"),
    officers.CustodyTransfer: _of_test(_("Hand-over of the specimen"), "specimen__test"),
    officers.CustodyProblem: _of_test(_("Question about the custody"), "specimen__test"),
    officers.LaboratoryReport: _of_test(_("Laboratory's report"), "specimen__test"),
    officers.AnalyteValue: _of_test(_("Value found"), "report__specimen__test"),
    officers.Claim: _of_test(_("Claimed refusal"), "test"),
    officers.Review: _of_test(_("Medical review"), "test"),
    officers.ContactAttempt: _of_test(_("Attempt to reach the officer"), "review__test"),
    officers.Statement: _of_test(_("Statement of the officer to the physician"), "review__test"),
    cases.Complaint: _of_complaint(_("Complaint"), "pk"),
    cases.Accused: _of_complaint(_("Who is named")),
    cases.Deed: _of_complaint(_("Action taken")),
    cases.Message: _of_complaint(_("Message")),
    cases.ComplaintFile: _of_complaint(_("File")),
    cases.Note: _of_complaint(_("Note")),
    cases.Handover: _of_complaint(_("Hand-over to a unit")),
    cases.Pause: _of_complaint(_("Pause")),
    cases.Referral: _of_complaint(_("Referral to a ministry")),
    cases.Miss: _of_complaint(_("Missed deadline")),
    officers.Officer: _of_officer(_("Officer"), "pk"),
    officers.Posting: _of_officer(_("Posting")),
    officers.ServiceNumber: _of_officer(_("Service number")),
    officers.RegisterEntry: _of_officer(_("Entry in the register")),
    officers.Service: _of_officer(_("Proof that an officer was told")),
    officers.DoorCode: _of_officer(_("Letter with a personal code")),
    cases.EarlierMeasure: _of_officer(_("Measure from a list of before")),
    officers.Sheet: _Kind(_("Sheet"), units=("unit_id",)),
    officers.Import: _Kind(_("Uploaded file"), units=("unit_id",)),
    officers.SpecimenRange: _Kind(_("Range of labels"), units=("unit_id",)),
    officers.SpoiledNumber: _Kind(_("Spoiled label"), units=("range__unit_id",)),
    cases.FailureProposal: _Kind(_("Proposal to look at a unit that fails to act"), units=("unit_id",)),
    cases.Delegation: _Kind(_("Delegation"), units=("unit_id",)),
    officers.Unit: _Kind(_("Unit")),
    officers.SettingVersion: _Kind(_("Version of a setting")),
    officers.User: _Kind(_("Account")),
    officers.RoleAssignment: _Kind(_("Role of a user")),
    officers.ApiKey: _Kind(_("API key")),
    own.Audit: _Kind(_("Audit")),
    own.Sample: _Kind(_("Sample")),
    own.Population: _Kind(_("Frozen population")),
    own.SampleItem: _Kind(_("Record in a sample")),
    own.Review: _Kind(_("Auditor's review"), officer="officer_id", units=("unit_id", "by_unit_id")),
    own.Answer: _Kind(_("Answer of a review"), officer="review__officer_id", units=("review__unit_id",)),
    own.Finding: _Kind(_("Finding"), officer="officer_id", units=("record_unit_id",)),
    own.FindingEntry: _Kind(_("Entry of a finding"), officer="finding__officer_id"),
    own.Recusal: _Kind(_("Recusal")),
    own.EvidencePack: _Kind(_("Evidence pack"), officer="officer_id", units=("unit_id",)),
    own.OutsideList: _Kind(_("Outside list"), units=("unit_id",)),
    own.OutsideLine: _Kind(_("Row of an outside list"), officer="officer_id"),
    own.CorrectionRequest: _Kind(_("Request for correction")),
    own.OpenKey: _Kind(_("Key of the open data")),
    own.Verification: _Kind(_("Verification of the log")),
    own.ReadNote: _Kind(_("Explanation of reads")),
    own.Series: _Kind(_("Series of official statistics")),
    own.SeriesRelease: _Kind(_("Release of official statistics")),
    own.OutcomeNotice: _of_case(_("Public notice"), "measure__case"),
}
_BY_TABLE = {model._meta.db_table: model for model in OPEN}


def rows_for(model: type[Audited], user: Any) -> AuditedQuerySet[Any]:
    """The rows of a table that an auditor sees and is not kept from."""
    kind = OPEN[model]
    rows = seen_of(model, user)
    if kind.about:
        rows = rows.filter(_belongs(model, kind, user))
    if kind.officer:
        rows = rows.exclude(**{f"{kind.officer}__in": recused_officers(user)})
    for column in kind.units:
        rows = rows.exclude(**{f"{column}__in": recused_units(user)})
    return rows


def _belongs(model: type[Audited], kind: _Kind, user: Any) -> Q:
    seen = visible(kind.about, user)
    belongs = Q(**{f"{kind.path}__in": seen.values("pk")})
    if model is cases.CaseFile:
        belongs |= Q(order__lines__case__in=seen.values("pk"))
    return belongs


def record(table: str, pk: int, user: Any) -> Any:
    """A record that is looked at as it stood. One that is gone from its table is there for whom that is which it
    belonged to, with nothing but its id.

    :raises Http404: if there is none that this auditor sees, of a table that is open to auditors
    """
    model = _BY_TABLE.get(table)
    if model is None:
        raise Http404
    row = rows_for(model, user).filter(pk=pk).distinct().first() or _gone(model, pk, user)
    if row is None or not _reads(row, user):
        raise Http404
    return row


def _gone(model: type[Audited], pk: int, user: Any) -> Any:
    last = Change.objects.filter(table_name=model._meta.db_table, row_id=pk).order_by("-version").first()
    parent = parent_of(model)
    if last is None or last.kind != "D" or not last.image or parent is None:
        return None
    image: Any = last.image
    of = image.get(parent.column)
    if not rows_for(parent.related_model, user).filter(pk=of).exists():
        return None
    return model(**{"pk": pk, parent.attname: of})


def parent_of(model: type[Audited]) -> Any:
    """The column by which a row belongs straight to a record that is audited, or to an officer; none for another."""
    kind = OPEN[model]
    path = kind.path if kind.about else kind.officer.removesuffix("_id")
    names = {field.name: field for field in model._meta.concrete_fields if field.is_relation}
    return names.get(path)


def _reads(row: Any, user: Any) -> bool:
    """Whether he reads the report that it is, or that it belongs to; at a post somebody gets the task alone."""
    if OPEN[type(row)].about != About.COMPLAINT:
        return True
    complaint = row if isinstance(row, cases.Complaint) else row.complaint
    return bool(complaint.is_read_by(user))


def names() -> dict[str, Any]:
    """What one record of each table is called."""
    return {table: OPEN[model].words for table, model in _BY_TABLE.items()}


def called(model: type[Audited]) -> Any:
    """What one record of a table is called."""
    return OPEN[model].words


def title(row: Any) -> str:
    """What a record is called, with what tells it from others of its kind."""
    return f"{called(type(row))} {which(row)}"


def which(row: Any) -> str:
    if isinstance(row, (cases.Case, cases.Complaint, own.Audit, own.Finding, own.CorrectionRequest)):
        return str(row.reference)
    if isinstance(row, officers.DrugTest):
        return f"{row.sheet.reference}/{row.line}"
    if isinstance(
        row, (officers.Officer, officers.Unit, officers.User, officers.Specimen, cases.Order, own.Sample)
    ):
        return str(row)
    return f"#{row.pk}"
