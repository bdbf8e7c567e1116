"""Which rows an evidence pack of a record holds, and what of them is never given out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from audits.models import About, Answer, Review, Sample
from audits.queries.subjects import visible
from cases.models import Case, CaseFile, CaseNotice, Decision, Delegation, Order
from ledger.models import Audited
from officers.models import DrugTest, Service, Sheet
from officers.models import Review as MedicalReview

#: Tables whose images are never given out, and the columns for whose sake: which complaint an extract is from, and
#: what an officer told a physician. `tools/check_pack.py` has the same list.
WITHHELD = {"cases_extract": ("complaint_id",), "officers_review": ("heard", "medical")}
#: Tables about whom an event in a pack must not tell: what reporters sent, and treatment.
CLOSED = frozenset(
    {
        "cases_accused",
        "cases_bar",
        "cases_complaint",
        "cases_complaintfile",
        "cases_contactopening",
        "cases_deed",
        "cases_handover",
        "cases_message",
        "cases_note",
        "cases_pause",
        "cases_referral",
        "cases_reporter",
        "officers_selfreferral",
    }
)
_OF_CASE = (
    "grounds",
    "papers",
    "extracts",
    "notices",
    "statements",
    "extensions",
    "suspensions",
    "suspension_reviews",
    "prosecutions",
    "proposals",
    "opinions",
    "decisions",
    "order_lines",
    "measures",
    "appeals",
)
_OF_TEST = (
    "specimen",
    "specimen__transfers",
    "specimen__problems",
    "specimen__reports",
    "specimen__reports__values",
    "claim",
    "review",
    "review__attempts",
)


@dataclass
class Rows:
    """Ids by table, the records they are of, and the scans among them."""

    ids: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    records: list[dict[str, Any]] = field(default_factory=list)
    files: list[CaseFile] = field(default_factory=list)

    def add(self, model: type[Audited], ids: Iterable[int | None]) -> None:
        if found := {pk for pk in ids if pk is not None}:
            self.ids[model._meta.db_table] |= found


def rows_of(about: str, records: Iterable[Any], user: Any) -> Rows:
    """Everything that belongs to these cases or tests; of the tests of a case those that `user` is not kept from.

    :raises KeyError: for complaints: what they hold leads to whoever reported
    """
    return _ROWS[about](list(records), user)


def has_packs(about: str) -> bool:
    return about in _ROWS


def _of_cases(cases: list[Case], user: Any) -> Rows:
    found = Rows()
    ids = [case.pk for case in cases]
    found.add(Case, ids)
    for name in _OF_CASE:
        relation: Any = Case._meta.get_field(name)
        rows = relation.related_model._base_manager.filter(case__in=ids)
        found.add(relation.related_model, rows.values_list("pk", flat=True))
    found.add(Order, Order._base_manager.filter(lines__case__in=ids).values_list("pk", flat=True))
    found.add(Service, CaseNotice._base_manager.filter(case__in=ids).values_list("told_by", flat=True))
    found.add(Delegation, Decision._base_manager.filter(case__in=ids).values_list("acting_for", flat=True))
    found.files = list(
        CaseFile._base_manager.filter(Q(paper__case__in=ids) | Q(order__lines__case__in=ids))
        .distinct()
        .order_by("pk")
    )
    found.add(CaseFile, [row.pk for row in found.files])
    tests = list(visible(About.DRUG_TEST, user).filter(grounds__case__in=ids).distinct())
    for table, more in _of_tests(tests, user).ids.items():
        found.ids[table] |= more
    found.records = [_record(Case, case.pk, case.reference, case.officer) for case in cases]
    return found


def _of_tests(tests: list[DrugTest], _user: Any) -> Rows:
    found = Rows()
    ids = [test.pk for test in tests]
    found.add(DrugTest, ids)
    found.add(Sheet, (test.sheet_id for test in tests))
    for path in _OF_TEST:
        model: Any = DrugTest
        for name in path.split("__"):
            model = model._meta.get_field(name).related_model
        found.add(model, DrugTest._base_manager.filter(pk__in=ids).values_list(f"{path}__pk", flat=True))
    services = MedicalReview._base_manager.filter(test__in=ids)
    found.add(Service, services.values_list("told_by", flat=True))
    found.records = [
        _record(DrugTest, test.pk, f"{test.sheet.reference}/{test.line}", test.officer) for test in tests
    ]
    return found


def _record(model: type[Audited], pk: int, reference: str, officer: Any) -> dict[str, Any]:
    return {
        "table": model._meta.db_table,
        "id": pk,
        "reference": reference,
        "officer": {
            "service_number": officer.service_number,
            "name_km": officer.name_km,
            "name_latin": officer.name_latin,
        },
    }


def add_sample(found: Rows, sample: Sample) -> None:
    """How the records were drawn."""
    found.add(Sample, [sample.pk])
    found.add(sample.items.model, sample.items.values_list("pk", flat=True))


def add_review(found: Rows, review: Review) -> None:
    found.add(Review, [review.pk])
    found.add(Answer, review.answers.values_list("pk", flat=True))


def without_withheld(table: str, columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if name not in WITHHELD.get(table, ())}


_ROWS: dict[str, Callable[[list[Any], Any], Rows]] = {About.CASE: _of_cases, About.DRUG_TEST: _of_tests}
