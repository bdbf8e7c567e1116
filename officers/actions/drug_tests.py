"""Lines of a sheet: entered, corrected, voided, their specimens sent to a laboratory."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from foundation import khmer
from ledger import clock
from ledger.acting import act, record, record_all, recording
from ledger.conflict import Conflict
from officers.actions.officers import service_number
from officers.actions.problems import needs_reason, refuse
from officers.lifecycles import advance
from officers.models import Claim, DrugTest, Officer, Posting, Sheet, Specimen
from officers.models.drug_tests import Excuse, NotTaken
from officers.queries.specimen_numbers import problems_with
from officers.reckoning.lines import Line, Problem, contradictions, stable_id, status_of
from officers.reckoning.numbers import plain_specimen

T = DrugTest.Status


@act
def enter(actor: Any, sheet_id: int, line: Line) -> DrugTest:
    """Write one line on an open sheet. Sent again under its entry key it is the same line.

    :raises ValidationError: by field
    :raises Conflict: if the sheet is not open
    """
    sheet = Sheet.objects.visible_to(actor).select_related("unit").lock(sheet_id)
    if line.entry_key and (earlier := sheet.tests.filter(entry_key=line.entry_key).first()):
        return earlier
    advance(sheet, "enter", by=actor)
    (test,), (problems,) = _read(actor, sheet, [line])
    refuse(problems)
    return record(test, "drug_test.entered", actor=actor, sheet=sheet.pk, line=test.line)


@act
def enter_all(
    actor: Any,
    sheet_id: int,
    lines: Sequence[Line],
    *,
    all_or_nothing: bool = False,
    cause: int | None = None,
) -> tuple[list[DrugTest | None], list[list[Problem]]]:
    """Write many lines under one event: the bulk twin of `enter`.

    Good lines are taken, bad ones left out, unless `all_or_nothing`. Returns, for each line, its test or
    None, and what was wrong with it.

    :raises Conflict: if the sheet is not open
    """
    sheet = Sheet.objects.visible_to(actor).select_related("unit").lock(sheet_id)
    advance(sheet, "enter", by=actor)
    tests, problems = _read(actor, sheet, lines)
    good = [test for test in tests if test is not None]
    if len(good) < len(lines) and all_or_nothing:
        return [None] * len(lines), problems
    record_all(good, "drug_test.entered", actor=actor, subject=sheet, cause=cause)
    return tests, problems


def check_all(actor: Any, sheet: Sheet, lines: Sequence[Line]) -> list[list[Problem]]:
    """What `enter_all` would find wrong with each line, writing nothing. `sheet` may be unsaved."""
    return _read(actor, sheet, lines)[1]


@act
def correct(actor: Any, test_id: int, line: Line, *, reason: str, version: int | None = None) -> DrugTest:
    """Write a line anew, with the reason; the log keeps what it said.

    Once its specimen has been sent, only a second person may, and the finding must stay non-negative.

    :raises PermissionDenied: if something was built on the line and the actor entered it
    """
    test = _locked(actor, test_id, version)
    advance(test, "correct", by=actor)
    _in_other_hands(test)
    needs_reason(reason)
    (new,), (problems,) = _read(actor, test.sheet, [line], instead_of=test)
    refuse(problems)
    if test.dispatched_at is not None and not new.non_negative_for:
        raise ValidationError(
            _(
                "The specimen of this line was sent to a laboratory. Void the line if it was never non-negative."
            )
        )
    for name in (
        "officer",
        "unit",
        "specimen_number",
        "screened_for",
        "non_negative_for",
        "invalid_for",
        "not_taken",
        "excuse",
        "remark",
    ):
        setattr(test, name, getattr(new, name))
    if test.dispatched_at is None:
        test.status = new.status
    test.corrected_by = actor
    test.corrected_after_dispatch = test.dispatched_at is not None
    specimen = Specimen.objects.select_for_update().filter(test=test).first()
    if specimen is not None:
        specimen.number, specimen.asked_for = test.specimen_number, list(test.non_negative_for)
    return record(
        test, "drug_test.corrected", actor=actor, reason=reason, also=[specimen] if specimen else ()
    )


@act
def void(actor: Any, test_id: int, *, reason: str, version: int | None = None) -> DrugTest:
    """Void a line. It stays readable and counts for nothing.

    :raises PermissionDenied: if something was built on the line and the actor entered it
    """
    test = _locked(actor, test_id, version)
    advance(test, "void", by=actor)
    _in_other_hands(test)
    needs_reason(reason)
    test.voided_by = actor
    specimen = Specimen.objects.select_for_update().filter(test=test).first()
    if specimen is not None:  # its number is free for the line that is entered in its place
        specimen.status = Specimen.Status.WITHDRAWN
    return record(test, "drug_test.voided", actor=actor, reason=reason, also=[specimen] if specimen else ())


@act
def void_all(actor: Any, sheet_id: int, *, reason: str, cause: int | None = None) -> int:
    """Void every line of a sheet as one act, while nothing was built on any; return how many.

    :raises PermissionDenied: if one of them is the actor's own
    :raises ValidationError: if a specimen was sent or a line corrected
    """
    sheet = Sheet.objects.visible_to(actor).select_related("unit").lock(sheet_id)
    needs_reason(reason)
    lines = list(
        DrugTest.objects.standing()
        .filter(sheet=sheet)
        .select_related("sheet__unit")
        .select_for_update(of=("self",))
    )
    if actor.officer_id and any(test.officer_id == actor.officer_id for test in lines):
        raise PermissionDenied(_("Your own test stands on this sheet. Somebody else must void it."))
    if DrugTest.objects.filter(pk__in=[test.pk for test in lines]).of_command(actor).exists():
        raise PermissionDenied(
            _("An officer whom you command stands on this sheet. Somebody else must void it.")
        )
    if any(test.dispatched_at or test.corrected_by_id for test in lines) or (
        Claim.objects.filter(test__in=lines).exists()
    ):
        raise ValidationError(
            _("Something was built on a line of this sheet; it cannot be undone as a whole.")
        )
    for test in lines:
        advance(test, "void", by=actor)
    with recording(
        "drug_test.voided", actor=actor, subject=sheet, reason=reason, cause=cause, rows=len(lines)
    ):
        DrugTest.objects.filter(pk__in=[test.pk for test in lines]).update(status=T.VOID, voided_by=actor)
    return len(lines)


def _locked(actor: Any, test_id: int, version: int | None) -> DrugTest:
    return (
        DrugTest.objects.visible_to(actor)
        .select_related("sheet__unit", "officer", "unit")
        .lock(test_id, version=version)
    )


def find_officers(numbers: Sequence[str]) -> dict[str, Officer]:
    """Officers by exact number, wherever they serve: a seconded officer can be tested where he is."""
    ids = {number: stable_id(number) for number in numbers}
    wanted = {number: service_number(number) for number in numbers if ids[number] is None}
    officers = (
        Officer.objects.exclude(status=Officer.Status.ENTERED_IN_ERROR)
        .filter(Q(pk__in=[pk for pk in ids.values() if pk]) | Q(service_number__in=set(wanted.values())))
        .select_related("unit")
    )
    by_id = {officer.pk: officer for officer in officers}
    by_number = {officer.service_number: officer for officer in officers}
    found = {
        number: by_id.get(pk) if pk is not None else by_number.get(wanted[number])
        for number, pk in ids.items()
    }
    return {number: officer for number, officer in found.items() if officer is not None}


def _read(
    actor: Any, sheet: Sheet, lines: Sequence[Line], *, instead_of: DrugTest | None = None
) -> tuple[list[Any], list[list[Problem]]]:
    """The test that each line makes, or None, and its problems. Everything a line is judged by is here."""
    officers = find_officers(list({line.number for line in lines if line.number}))
    others = DrugTest.objects.standing()
    if instead_of is not None:
        others = others.exclude(pk=instead_of.pk)
    on_sheet: dict[int, int] = {}
    next_line = 1 if instead_of is None else instead_of.line
    if sheet.pk:
        on_sheet = dict(
            others.filter(sheet=sheet).exclude(status=T.REPEAT_NEEDED).values_list("officer_id", "line")
        )
        if instead_of is None:
            next_line = (sheet.tests.aggregate(last=Max("line"))["last"] or 0) + 1
    specimens = {plain_specimen(line.specimen_number) for line in lines} - {""}
    labels = problems_with(specimens, sheet.unit)
    commanding = _in_command(sheet.administrator, officers.values())
    used = set(others.filter(specimen_number__in=specimens).values_list("specimen_number", flat=True))
    here: dict[str, int] = {}
    tests: list[DrugTest | None] = []
    problems: list[list[Problem]] = []
    now = clock.now()
    # A line left out leaves its number free, so that those after it keep the numbers they have on paper.
    for following, line in enumerate(lines, start=next_line):
        number = line.place or following
        officer = officers.get(line.number)
        found = [
            *contradictions(line, sheet.drugs),
            *_choices(line),
            *_about_officer(actor, sheet, line, officer, on_sheet),
        ]
        specimen = plain_specimen(line.specimen_number)
        if officer is not None and officer.pk in commanding:
            found.append(Problem("number", "in_command"))
        if specimen in labels:
            found.append(labels[specimen])
        if specimen in used:
            found.append(Problem("specimen_number", "specimen_used", {"value": specimen}))
        elif specimen in here:
            found.append(
                Problem("specimen_number", "specimen_twice", {"value": specimen, "other": here[specimen]})
            )
        if len(specimen) > 30:
            found.append(Problem("specimen_number", "too_long", {"limit": 30}))
        problems.append(found)
        if found or officer is None:
            tests.append(None)
            continue
        status = status_of(line)
        if status != T.REPEAT_NEEDED:
            on_sheet[officer.pk] = number
        if specimen:
            here[specimen] = number
        tests.append(
            DrugTest(
                sheet=sheet,
                line=number,
                officer=officer,
                unit=officer.unit,
                tested_on=sheet.tested_on,
                specimen_number=specimen,
                screened_for=[] if line.not_taken else list(sheet.drugs),
                non_negative_for=[drug for drug in sheet.drugs if drug in line.non_negative_for],
                invalid_for=[drug for drug in sheet.drugs if drug in line.invalid_for],
                not_taken=line.not_taken,
                excuse=line.excuse,
                remark=line.remark.strip(),
                status=status,
                entry_key=line.entry_key,
                entered_by=actor,
                entered_at=now,
            )
        )
    return tests, problems


def _in_command(administrator: Any, officers: Iterable[Officer]) -> set[int]:
    """Of some officers those whom the administrator commands, or who command him."""
    if not administrator.officer_id:
        return set()
    own = administrator.officer.unit.path
    below = {
        o.pk for o in officers if any(o.unit.path.startswith(path) for path in administrator.headed_paths)
    }
    heads = Posting.objects.filter(
        officer__in=[o.pk for o in officers], is_head=True, held__contains=clock.today()
    ).values_list("officer_id", "unit__path")
    above = {pk for pk, path in heads if own.startswith(path)}
    return (below | above) - {administrator.officer_id}


def _in_other_hands(test: DrugTest) -> None:
    """:raises Conflict: once a laboratory has the specimen, or a refusal was claimed: others build on the line"""
    if Specimen.objects.filter(test=test).exclude(status=Specimen.Status.IN_CUSTODY).exists():
        raise Conflict(_("The laboratory has the specimen: the line cannot be changed any more."))
    if Claim.objects.filter(test=test).exists():
        raise Conflict(_("A refusal was claimed: the line cannot be changed until that is determined."))


def _choices(line: Line) -> list[Problem]:
    return [
        Problem(name, "unknown_choice", {"value": value, "choices": ", ".join(choices)})
        for name, value, choices in (
            ("not_taken", line.not_taken, NotTaken.values),
            ("excuse", line.excuse, Excuse.values),
        )
        if value and value not in choices
    ]


def _about_officer(
    actor: Any, sheet: Sheet, line: Line, officer: Officer | None, on_sheet: dict[int, int]
) -> list[Problem]:
    if not line.number.strip():
        return [Problem("number", "officer_missing")]
    if officer is None:
        return [Problem("number", "officer_unknown", {"value": line.number})]
    found = []
    if officer.status not in (Officer.Status.SERVING, Officer.Status.SUSPENDED):
        found.append(Problem("number", "officer_not_serving", {"value": officer.service_number}))
    if officer.pk in on_sheet:
        found.append(
            Problem(
                "number", "officer_twice", {"value": officer.service_number, "other": on_sheet[officer.pk]}
            )
        )
    if officer.pk in (actor.officer_id, sheet.administrator.officer_id):
        found.append(Problem("number", "own_test"))
    if line.name.strip() and not named(officer, line.name):
        found.append(Problem("name", "officer_name_differs", {"value": line.number}))
    return found


def named(officer: Officer, name: str) -> bool:
    """Whether a name as written is this officer's, in either script, spelt somewhat otherwise."""
    key = khmer.search_key(name)
    return (
        bool(key) and (key in officer.search_key or (bool(officer.search_key) and officer.search_key in key))
    ) or (khmer.latin_matches(name, officer.latin_terms))
