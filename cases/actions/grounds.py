"""Grounds of a case: added with what carries them, read again at each step, fallen or withdrawn."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from cases import rules
from cases.actions.dues import saved
from cases.actions.files import Held, check_held, check_soon, scanned
from cases.lifecycles import advance
from cases.models import Case, Extract, Ground, Paper
from cases.models.grounds import SHOWN, TESTED, GroundKind
from cases.models.vocabulary import SUBSTANTIATED
from cases.queries.powers import articles
from ledger import clock
from ledger.acting import act, record
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from ledger.models import Audited
from officers.models import DrugTest

#: Characters of a text that people write in a case.
LONGEST = 20_000
S = Ground.Status


def locked(actor: Any, case_id: int, version: int | None = None) -> Case:
    """A case, locked, as its actor may see it: the clock all, the officer at his door his own.

    :raises Http404: if he may not
    """
    cases = Case.objects.select_related("officer__unit", "officer_unit", "unit", "case_officer")
    if actor is CLOCK:
        return cases.lock(case_id, version=version)
    if door_of := getattr(actor, "door_of", 0):
        return cases.filter(officer=door_of).lock(case_id, version=version)
    seen = Case.objects.visible_to(actor)
    return cases.filter(pk__in=seen.filter(pk=case_id)).lock(case_id, version=version)


def needs(text: str, field: str, message: str) -> str:
    """What was written, stripped.

    :raises ValidationError: if it is nothing, or too much
    """
    if not text.strip():
        raise ValidationError({field: message})
    if len(text) > LONGEST:
        raise ValidationError({field: _("This is longer than %(limit)s characters.") % {"limit": LONGEST}})
    if "\x00" in text:
        raise ValidationError({field: _("This holds a sign that cannot be kept.")})
    return text.strip()


def check_fields(row: Audited) -> None:
    """What the fields and constraints of a new row refuse; empty fields are the constraints' matter.

    :raises ValidationError: by field
    """
    fields = row._meta.concrete_fields
    row.clean_fields(exclude={f.name for f in fields if f.is_relation or not getattr(row, f.attname)})
    row.validate_constraints()


@act
def add_ground(
    actor: Any,
    case_id: int,
    *,
    kind: str,
    text: str,
    happened_on: date | None = None,
    until: date | None = None,
    test_id: int | None = None,
    extract_id: int | None = None,
    article: str = "",
    court: str = "",
    judgment: str = "",
    paper: dict[str, Any] | None = None,
    version: int | None = None,
) -> Ground:
    """Add a ground with what carries it. After the notice was issued, another notice becomes necessary.

    :param paper: a first piece of evidence: `kind`, `title`, and what else `add_paper` takes
    :raises ValidationError: by field; a screen that nobody confirmed, or a test of somebody else, is no ground
    """
    case = locked(actor, case_id, version)
    advance(case, "add_ground", by=actor)
    ground = checked_ground(
        case,
        kind=kind,
        text=text,
        happened_on=happened_on,
        until=until,
        test_id=test_id,
        extract_id=extract_id,
        article=article,
        court=court,
        judgment=judgment,
    )
    if kind in SHOWN and ground.extract is None and not paper:
        raise ValidationError({"paper": _("Add a paper that shows it, or a checked extract of a complaint.")})
    ground.added_by = actor
    record(ground, "ground.added", actor=actor, kind=kind)
    cause = ground.last_event.id
    if paper:
        _add_paper(actor, case, ground, **paper)
    if case.status == Case.Status.ASSESSED:
        case.told_at = case.response_until = case.responded_at = case.investigated_at = None
    case.news = False
    saved(case, "case.ground_added", actor=actor, cause=cause, ground=ground.pk)
    return ground


def checked_ground(
    case: Case,
    *,
    kind: str,
    text: str,
    happened_on: date | None = None,
    until: date | None = None,
    test_id: int | None = None,
    extract_id: int | None = None,
    article: str = "",
    court: str = "",
    judgment: str = "",
) -> Ground:
    """A new ground, its carriers locked and looked at.

    :raises ValidationError: by field
    """
    wrong: dict[str, Any] = {}
    if kind not in GroundKind.values:
        wrong["kind"] = _("Choose a ground.")
    if not text.strip() or len(text) > LONGEST:
        wrong["text"] = (
            _("This is longer than %(limit)s characters.") % {"limit": LONGEST}
            if text.strip()
            else _("Say what the officer is held to have done.")
        )
    for name, day in (("happened_on", happened_on), ("until", until)):
        if day is not None and day > clock.today():
            wrong[name] = _("The day cannot lie in the future.")
    if kind in TESTED and test_id is None:
        wrong["test"] = _("Choose the test.")
    if kind not in TESTED and test_id is not None:
        wrong["test"] = _("Only a final positive test or a determined refusal is a ground of this name.")
    if article and article not in {row["code"] for row in articles()}:
        wrong["article"] = _("There is no such article.")
    if wrong:
        raise ValidationError(wrong)
    test = extract = None
    if test_id is not None:
        test = (
            DrugTest.objects.select_for_update(of=("self",))
            .filter(pk=test_id, officer=case.officer_id)
            .first()
        )
        if test is None or test.status != TESTED[GroundKind(kind)]:
            raise ValidationError(
                {"test": _("Only a final positive test or a determined refusal is a ground of this name.")}
            )
        happened_on = happened_on or test.tested_on
    if extract_id is not None:
        extract = Extract.objects.select_for_update().filter(pk=extract_id, case=case).first()
        if extract is None or extract.status != Extract.Status.CHECKED:
            raise ValidationError({"extract": _("The extract has not been checked by a second person.")})
    ground = Ground(
        case=case,
        kind=kind,
        text=text.strip(),
        happened_on=happened_on,
        until=until,
        test=test,
        extract=extract,
        article=article,
        court=court.strip(),
        judgment=judgment.strip(),
        added_at=clock.now(),
    )
    check_fields(ground)
    return ground


@act
def withdraw_ground(
    actor: Any, case_id: int, ground_id: int, *, reason: str, version: int | None = None
) -> Ground:
    """Withdraw a ground that fell, or was a mistake. What was proposed on it is proposed anew without it."""
    case = locked(actor, case_id, version)
    advance(case, "withdraw_ground", by=actor)
    ground = _ground(case, ground_id)
    if ground.status == S.WITHDRAWN:
        raise Conflict(_("This ground was withdrawn already."))
    ground.why_ended = needs(reason, "reason", _("Say why."))
    ground.status, ground.ended_at = S.WITHDRAWN, ground.ended_at or clock.now()
    record(ground, "ground.withdrawn", actor=actor)
    cause = ground.last_event.id
    case.ground_fell = case.grounds.filter(status=S.FALLEN).exists()
    saved(case, "case.ground_withdrawn", actor=actor, cause=cause, ground=ground.pk)
    return ground


@act
def drop_fallen(actor: Any, ground_id: int) -> Ground | None:
    """Flag a ground whose test or extract carries it no more. For the clock; returns nothing if it stands."""
    found = Ground.objects.filter(pk=ground_id).values_list("case_id", flat=True).first()
    if found is None or not rules.is_the_clock(actor):
        raise Http404
    case = locked(actor, found)
    ground = _ground(case, ground_id)
    if ground.status != S.STANDING or stands(ground):
        return None
    ground.status, ground.ended_at = S.FALLEN, clock.now()
    ground.why_ended = _("What carried it is no longer so.")
    record(ground, "ground.fell", actor=actor)
    cause = ground.last_event.id
    case.ground_fell = True
    saved(case, "case.ground_fell", actor=actor, cause=cause, ground=ground.pk)
    return ground


def stands(ground: Ground) -> bool:
    """Whether what carries a ground still does, as the database would find."""
    if ground.test is not None:
        return ground.test.status == TESTED[GroundKind(ground.kind)]
    if ground.kind not in SHOWN:
        return True
    extract = ground.extract
    if (
        extract is not None
        and extract.status == Extract.Status.CHECKED
        and extract.complaint.finding in SUBSTANTIATED  # a review may have found otherwise since
    ):
        return True
    return ground.papers.exists()


def read_again(case: Case) -> list[Ground]:
    """Every ground that was not withdrawn, read again under lock.

    :raises Conflict: if one fell, or there is none
    """
    grounds = list(case.grounds.select_for_update().exclude(status=S.WITHDRAWN).order_by("pk"))
    tests = {ground.test_id for ground in grounds if ground.test_id}
    locked_tests = {
        test.pk: test
        for test in DrugTest.objects.select_for_update(of=("self",)).filter(pk__in=tests).order_by("pk")
    }
    for ground in grounds:
        if ground.test_id:
            ground.test = locked_tests[ground.test_id]
    fallen = [ground for ground in grounds if ground.status == S.FALLEN or not stands(ground)]
    if fallen:
        raise Conflict(
            _("A ground of this case fell: %(ground)s. It must be withdrawn before the case goes on.")
            % {"ground": fallen[0].get_kind_display()}
        )
    if not grounds:
        raise Conflict(_("The case has no ground."))
    return grounds


@act
def add_paper(
    actor: Any, case_id: int, *, ground_id: int | None = None, version: int | None = None, **about: Any
) -> Paper:
    """Put a piece of evidence to the file, with its scan if there is one.

    :param about: `kind`, `title`, and if known `number`, `dated_on`, `text`, `files`
    """
    case = locked(actor, case_id, version)
    advance(case, "add_paper", by=actor)
    ground = _ground(case, ground_id) if ground_id is not None else None
    paper = _add_paper(actor, case, ground, **about)
    saved(case, "case.paper_added", actor=actor, cause=paper.last_event.id, paper=paper.pk)
    return paper


def _add_paper(
    actor: Any,
    case: Case,
    ground: Ground | None,
    *,
    kind: str,
    title: str,
    number: str = "",
    dated_on: date | None = None,
    text: str = "",
    files: list[Held] | tuple[Held, ...] = (),
) -> Paper:
    if kind not in Paper.Kind.values:
        raise ValidationError({"paper_kind": _("Choose what kind of paper it is.")})
    if dated_on is not None and dated_on > clock.today():
        raise ValidationError({"dated_on": _("The day cannot lie in the future.")})
    check_held(files)
    paper = Paper(
        case=case,
        ground=ground,
        kind=kind,
        title=needs(title, "title", _("Say what it is.")),
        number=number.strip(),
        dated_on=dated_on,
        text=text.strip(),
        added_by=actor,
        added_at=clock.now(),
    )
    check_fields(paper)
    scans = scanned(files, by=actor, paper=paper)
    record(paper, "paper.added", actor=actor, also=scans)
    check_soon(scans)
    return paper


def _ground(case: Case, ground_id: int) -> Ground:
    ground = (
        case.grounds.select_for_update(of=("self",))
        .select_related("test", "extract")
        .filter(pk=ground_id)
        .first()
    )
    if ground is None:
        raise Http404
    return ground
