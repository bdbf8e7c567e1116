"""A roster: many officers compared with the roll, taken into it, and taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from foundation import khmer
from ledger import clock
from ledger.acting import act, record_all, recording, save_all
from ledger.models import Change, Event
from officers.actions.drug_tests import named
from officers.actions.officers import (
    NewOfficer,
    check_registrations,
    field_problems,
    kept_units,
    keyed,
    rank_codes,
    register_all,
)
from officers.models import DrugTest, ImportRow, Officer, Posting, ServiceNumber, Unit, User
from officers.reckoning.lines import Problem
from officers.reckoning.numbers import service_number

PERSONAL = ("name_km", "name_latin", "sex", "birth_year")
KEYS = ("sort_key", "search_key", "latin_terms")
Effect = ImportRow.Effect


@dataclass
class Finding:
    """What a row of a roster does to the roll: `changes` has the old and the new value of each field."""

    row: NewOfficer
    effect: str = ""
    problems: list[Problem] = field(default_factory=list)
    changes: dict[str, list[Any]] = field(default_factory=dict)
    officer: Officer | None = None
    since: date | None = None


def compare(actor: Any, unit: Unit, rows: Sequence[NewOfficer], *, lock: bool = False) -> list[Finding]:
    """Each row beside the roll. No number may stand in `rows` twice; units must be `unit` or below it.

    An empty Latin name or post says nothing and changes nothing, and so does the day a posting began while
    that posting holds.
    """
    numbers = [service_number(row.service_number) for row in rows]
    officers = (
        Officer.objects.exclude(status=Officer.Status.ENTERED_IN_ERROR)
        .filter(service_number__in=set(numbers))
        .select_related("unit")
        .order_by("pk")
    )
    if lock:
        officers = officers.select_for_update(of=("self",))
    known = {officer.service_number: officer for officer in officers}
    present = {
        posting.officer_id: posting
        for posting in Posting.objects.filter(officer__in=known.values(), held__upper_inf=True)
    }
    wanted = {row.unit_id for row in rows}
    units = Unit.objects.visible_to(actor).in_bulk(wanted)
    kept = kept_units(actor, wanted | {officer.unit_id for officer in known.values()}, lock=lock)
    ranks = rank_codes()
    findings = []
    for row, number in zip(rows, numbers, strict=True):
        finding = Finding(row, officer=known.get(number))
        finding.problems += _about_unit(units.get(row.unit_id), unit, kept)
        if finding.officer is not None:
            finding.problems += field_problems(row)
            _differ(finding, finding.officer, present.get(finding.officer.pk), kept, units, ranks)
        findings.append(finding)
    new = [finding for finding in findings if finding.officer is None and not finding.problems]
    checked = check_registrations(actor, [finding.row for finding in new])
    for finding, problems in zip(new, checked, strict=True):
        finding.problems += problems
        finding.effect = Effect.NEW
    for finding in findings:
        if finding.problems:
            finding.effect, finding.changes = "", {}
    return findings


def _about_unit(unit: Unit | None, of_file: Unit, kept: Mapping[int, Unit]) -> list[Problem]:
    if unit is None:
        return [Problem("unit", "missing")]
    if not of_file.contains(unit):
        return [Problem("unit", "unit_outside", {"value": unit.code})]
    if unit.pk not in kept:
        return [Problem("unit", "unit_out_of_reach", {"value": unit.code})]
    if unit.valid_to is not None:
        return [Problem("unit", "unit_closed", {"value": unit.code})]
    return []


def _differ(
    finding: Finding,
    officer: Officer,
    posting: Posting | None,
    kept: Mapping[int, Unit],
    units: Mapping[int, Unit],
    ranks: set[str],
) -> None:
    """What the row would change about an officer who is on the roll, and why it may not."""
    row, problems, changes = finding.row, finding.problems, finding.changes
    number = officer.service_number
    if officer.status not in (Officer.Status.SERVING, Officer.Status.SUSPENDED):
        problems.append(Problem("service_number", "officer_not_serving", {"value": number}))
    if officer.unit_id not in kept:
        problems.append(Problem("unit", "moved", {"value": officer.unit.code}))
        return
    if officer.birth_year != row.birth_year and not any(
        named(officer, name) for name in (row.name_km, row.name_latin) if name
    ):
        problems.append(Problem("service_number", "another_person", {"value": number}))
        return
    for name in PERSONAL:
        new, old = getattr(row, name), getattr(officer, name)
        new = khmer.unbreakable(new).strip() if isinstance(new, str) else new
        if new not in ("", old):
            changes[name] = [old, new]
    if row.unit_id != officer.unit_id and row.unit_id in units:
        changes["unit"] = [officer.unit.code, units[row.unit_id].code]
    if row.rank != officer.rank:
        changes["rank"] = [officer.rank, row.rank]
        if row.rank not in ranks:
            problems.append(Problem("rank", "unknown_rank", {"value": row.rank}))
    title = posting.title if posting else ""
    if row.title.strip() not in ("", title):
        changes["title"] = [title, row.title.strip()]
    if {"unit", "rank", "title"} & changes.keys():
        finding.since, late = _since(row.since, posting)
        problems += late
    finding.effect = Effect.CHANGED if changes else Effect.SAME


def _since(written: date | None, posting: Posting | None) -> tuple[date, list[Problem]]:
    """When the new posting begins. The day on which the present one began is what the roster said before."""
    today = clock.today()
    began = posting.held.lower if posting else None
    since = today if written is None or written == began else written
    if since > today:
        return since, [Problem("since", "in_the_future")]
    if began is not None and since <= began:
        return since, [Problem("since", "posting_later", {"value": f"{began:%d/%m/%Y}"})]
    return since, []


@act
def take(
    actor: Any, unit_id: int, rows: Sequence[NewOfficer], *, reason: str, cause: int | None = None
) -> list[Finding]:
    """Take the good rows of a roster into the roll: the bulk twin of `register`, `correct` and `post`.

    Returns what each row did, its problems where it was left out, and the officer.
    """
    unit = Unit.objects.visible_to(actor).lock(unit_id)
    findings = compare(actor, unit, rows, lock=True)
    new = [finding for finding in findings if finding.effect == Effect.NEW]
    registered = register_all(actor, [finding.row for finding in new], cause=cause)
    for finding, officer in zip(new, registered, strict=True):
        finding.officer = officer
    changed = [finding for finding in findings if finding.effect == Effect.CHANGED]
    _correct(actor, [f for f in changed if set(PERSONAL) & f.changes.keys()], reason, cause)
    _post(actor, [f for f in changed if {"unit", "rank", "title"} & f.changes.keys()], reason, cause)
    return findings


def _officers(findings: Iterable[Finding]) -> list[Officer]:
    return [finding.officer for finding in findings if finding.officer is not None]


def _correct(actor: Any, findings: Sequence[Finding], reason: str, cause: int | None) -> None:
    if not findings:
        return
    officers = _officers(findings)
    for officer, finding in zip(officers, findings, strict=True):
        for name in PERSONAL:
            if name in finding.changes:
                setattr(officer, name, finding.changes[name][1])
        keyed(officer)
    with recording(
        "officer.corrected", actor=actor, subject=Officer, reason=reason, cause=cause, rows=len(officers)
    ):
        save_all(officers, [*PERSONAL, *KEYS])


def _post(actor: Any, findings: Sequence[Finding], reason: str, cause: int | None) -> None:
    if not findings:
        return
    officers = _officers(findings)
    present = {
        posting.officer_id: posting
        for posting in Posting.objects.select_for_update().filter(officer__in=officers, held__upper_inf=True)
    }
    postings = []
    for officer, finding in zip(officers, findings, strict=True):
        before = present.get(officer.pk)
        moved = officer.unit_id != finding.row.unit_id
        officer.unit_id, officer.rank = finding.row.unit_id, finding.row.rank
        postings.append(
            Posting(
                officer=officer,
                unit_id=officer.unit_id,
                rank=officer.rank,
                title=finding.row.title.strip() or ("" if moved or before is None else before.title),
                is_head=before is not None and before.is_head and not moved,
                held=DateRange(finding.since, None),
            )
        )
        if before is not None:
            before.held = DateRange(before.held.lower, finding.since)
    with recording(
        "officer.posted", actor=actor, subject=Officer, reason=reason, cause=cause, rows=len(officers)
    ) as event:
        save_all(officers, ["unit", "rank"])
        save_all(list(present.values()), ["held"])
    record_all(postings, "posting.begun", actor=actor, cause=event.id)


@act
def take_back(actor: Any, events: Sequence[int], *, reason: str, cause: int | None = None) -> int:
    """Undo what `take` did under these events, while nothing was built on it; return how many officers.

    Who was new counts as entered by mistake and his number is free again; who was changed is as the log says
    he was before.

    :raises PermissionDenied: unless the actor keeps the rolls, then and now
    :raises ValidationError: if an officer was changed, tested or given an account since
    """
    written = list(
        Change.objects.filter(event_id__in=events)
        .values("table_name", "row_id")
        .annotate(first=Min("version"), last=Max("version"))
    )
    spans = {
        model: {
            row["row_id"]: (row["first"], row["last"])
            for row in written
            if row["table_name"] == model._meta.db_table
        }
        for model in (Officer, Posting, ServiceNumber)
    }
    officers, postings, numbers = (_untouched(model, of_model) for model, of_model in spans.items())
    new = [officer for officer in officers if spans[Officer][officer.pk][0] == 1]
    changed = [officer for officer in officers if spans[Officer][officer.pk][0] > 1]
    _refuse_built_on(new, changed, events)
    units = {officer.unit_id for officer in officers}
    _restore(changed, spans[Officer])
    units |= {officer.unit_id for officer in officers}
    if units - kept_units(actor, units).keys():
        raise PermissionDenied(_("You do not keep the roll of this unit."))

    for officer in new:
        officer.status = Officer.Status.ENTERED_IN_ERROR
    for held in numbers:
        held.held = DateRange(empty=True)
    begun = [posting for posting in postings if spans[Posting][posting.pk][0] == 1]
    ended = [posting for posting in postings if spans[Posting][posting.pk][0] > 1]
    for posting in begun:
        posting.held = DateRange(empty=True)
    for posting in ended:
        posting.held = DateRange(posting.held.lower, None)
    for verb, rows, fields in (
        ("officer.retracted", new, ["status"]),
        ("service_number.retracted", numbers, ["held"]),
        ("posting.retracted", begun, ["held"]),
        ("posting.reopened", ended, ["held"]),
        ("officer.restored", changed, [*PERSONAL, *KEYS, "unit", "rank"]),
    ):
        if rows:
            with recording(
                verb, actor=actor, subject=type(rows[0]), reason=reason, cause=cause, rows=len(rows)
            ):
                save_all(rows, fields)
    return len(officers)


def _untouched(model: Any, spans: Mapping[int, tuple[int, int]]) -> list[Any]:
    """The rows, locked, if each still is what the file made of it."""
    rows = list(model.objects.filter(pk__in=spans).order_by("pk").select_for_update(of=("self",)))
    if any(row.version != spans[row.pk][1] for row in rows):
        raise ValidationError(_("An officer of this file was changed since; it cannot be undone as a whole."))
    return rows


def _refuse_built_on(new: Sequence[Officer], changed: Sequence[Officer], events: Sequence[int]) -> None:
    if User.objects.filter(officer__in=new).exists():
        raise ValidationError(_("An officer of this file has an account; it cannot be undone as a whole."))
    then = Event.objects.filter(pk__in=events).aggregate(then=Max("recorded_at"))["then"]
    tests = DrugTest.objects.filter(officer__in=[*new, *changed], entered_at__gte=then) if then else None
    if tests is not None and tests.exists():
        raise ValidationError(_("An officer of this file was tested since; it cannot be undone as a whole."))


def _restore(officers: Sequence[Officer], spans: Mapping[int, tuple[int, int]]) -> None:
    """In memory, what the log says of each officer before the file."""
    before = {
        change.row_id: change.image
        for change in Change.objects.filter(
            table_name=Officer._meta.db_table, row_id__in=[officer.pk for officer in officers]
        ).only("row_id", "version", "image", "table_name")
        if change.version == spans[change.row_id][0] - 1
    }
    for officer in officers:
        image: Any = before.get(officer.pk)
        if image is None:
            raise ValidationError(_("What an officer was before is no longer kept; this cannot be undone."))
        for name in (*PERSONAL, "rank", "unit_id"):
            setattr(officer, name, image[name])
        keyed(officer)
