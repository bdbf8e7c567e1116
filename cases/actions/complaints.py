"""Work on a complaint, by the unit that has it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from cases import rules
from cases.actions.clocks import saved
from cases.actions.files import Held, check_held, check_soon, entered
from cases.lifecycles import advance
from cases.models import HANDLES, Accused, Bar, Complaint, Deed, Handover, Message, Note
from cases.models.vocabulary import ActionKind
from cases.queries.matching import may_be_meant
from cases.queries.routing import above, bars_for, bars_unit, level_of, route
from ledger import clock
from ledger.acting import act
from officers.models import RoleAssignment, Unit, User

W = Handover.Why


@act
def open(actor: Any, complaint_id: int, *, version: int | None = None) -> Complaint:
    """Note that somebody of the unit has looked at it for the first time. It stops no clock but that of opening."""
    row = locked(actor, complaint_id, version)
    advance(row, "open", by=actor)
    if row.opened_on is not None:
        return row
    row.opened_on = clock.today()
    return saved(row, "complaint.opened", actor=actor)


@act
def acknowledge(actor: Any, complaint_id: int, *, text: str = "", version: int | None = None) -> Complaint:
    """Tell the reporter that the report has arrived and is looked at. `text` is added to that, if there is any."""
    row = locked(actor, complaint_id, version)
    advance(row, "acknowledge", by=actor)
    row.acknowledged_on = row.told_on = clock.today()
    row.opened_on = row.opened_on or clock.today()
    if row.handler_id is None and isinstance(actor, User):
        row.handler = actor
    also = [message(row, actor, text)] if text.strip() else []
    return saved(row, "complaint.acknowledged", actor=actor, also=also)


@act
def assign(actor: Any, complaint_id: int, *, handler_id: int, version: int | None = None) -> Complaint:
    """Put somebody in charge who handles complaints for the unit and is not barred. It stops no clock of acting.

    :raises ValidationError: if he could not see the complaint
    """
    row = locked(actor, complaint_id, version)
    advance(row, "assign", by=actor)
    handler = User.objects.filter(pk=handler_id, is_active=True).first()
    if handler is None or not handler.serves(row.unit, *HANDLES) or rules.is_barred(handler, row):
        raise ValidationError({"handler": _("This user cannot be in charge of this complaint.")})
    row.handler = handler
    return saved(row, "complaint.assigned", actor=actor, handler=handler.pk)


@act
def note(actor: Any, complaint_id: int, *, text: str, version: int | None = None) -> Complaint:
    """Write something for the other handlers. It stops no clock."""
    row = locked(actor, complaint_id, version)
    advance(row, "note", by=actor)
    needs(text, "text", _("Write something."))
    also = [Note(complaint=row, text=text.strip(), by=actor, on=clock.today())]
    return saved(row, "complaint.noted", actor=actor, also=also)


@act
def write(actor: Any, complaint_id: int, *, text: str, version: int | None = None) -> Complaint:
    """Write to the reporter. It counts as news for him, and not as acting."""
    row = locked(actor, complaint_id, version)
    advance(row, "write", by=actor)
    needs(text, "text", _("Write something."))
    if row.receipt is None:
        raise ValidationError(
            _("This reporter has no receipt, so that nothing written here would reach him.")
        )
    row.told_on = clock.today()
    return saved(row, "complaint.written_to", actor=actor, also=[message(row, actor, text)])


@act
def instruct(actor: Any, complaint_id: int, *, text: str, version: int | None = None) -> Complaint:
    """Write the task for a commune post, which does not get to read the report."""
    row = locked(actor, complaint_id, version)
    advance(row, "instruct", by=actor)
    needs(text, "instruction", _("Say what is to be done."))
    row.instruction = text.strip()
    return saved(row, "complaint.instructed", actor=actor)


@act
def take_action(
    actor: Any,
    complaint_id: int,
    *,
    kind: str,
    text: str,
    done_on: date | None = None,
    told_reporter: bool = True,
    files: Sequence[Held] = (),
    version: int | None = None,
) -> Complaint:
    """Record a substantive action, the only thing that stops the clock of acting. The reporter sees none of its files.

    :raises ValidationError: by field; for a kind that is not listed, no text, a day to come or before the report
    """
    row = locked(actor, complaint_id, version)
    advance(row, "take_action", by=actor)
    day = done_on or clock.today()
    if kind not in ActionKind.values:
        raise ValidationError({"kind": _("Choose what was done.")})
    needs(text, "text", _("Say what was done."))
    if day > clock.today():
        raise ValidationError({"done_on": _("The day cannot lie in the future.")})
    if day < row.received_on:
        raise ValidationError({"done_on": _("This was before the report came in.")})
    check_held(files)
    row.acted_on = row.acted_on or clock.today()
    row.opened_on = row.opened_on or clock.today()
    if told_reporter:
        row.told_on = clock.today()
    deed = Deed(
        complaint=row,
        kind=kind,
        text=text.strip(),
        done_on=day,
        by=actor,
        unit=row.unit,
        told_reporter=told_reporter,
    )
    documents = entered(files, row, deed=deed, by=actor)
    saved(row, "complaint.acted_on", actor=actor, also=[deed, *documents], kind=kind)
    check_soon(documents)
    return row


@act
def settle(
    actor: Any, complaint_id: int, *, happened: bool, text: str, version: int | None = None
) -> Complaint:
    """Settle what the reporter disputes: what was recorded happened, or it did not and does not count.

    :raises ValidationError: if nothing is disputed
    """
    row = locked(actor, complaint_id, version)
    deed = Deed.objects.filter(complaint=row, stands=True).exclude(disputed="").order_by("-pk").first()
    if row.disputed_on is None or deed is None:
        raise ValidationError(_("Nothing is disputed."))
    if not rules.settles(actor, deed):
        raise PermissionDenied(_("Somebody else must settle this: a supervisor who did not do it himself."))
    needs(text, "text", _("Say why."))
    row.disputed_on = None
    also: list[Any] = [Note(complaint=row, text=text.strip(), by=actor, on=clock.today())]
    if not happened:
        deed.stands = False
        also.append(deed)
        standing = row.deeds.filter(stands=True).exclude(pk=deed.pk).order_by("pk").first()
        row.acted_on = None if standing is None else row.acted_on
    return saved(row, "complaint.settled", actor=actor, also=also, happened=happened)


@act
def offer(
    actor: Any, complaint_id: int, *, unit_id: int, reason: str, version: int | None = None
) -> Complaint:
    """Offer the complaint to another unit. Until that accepts, this one remains in charge and its clocks run on.

    :raises ValidationError: for a unit that is named in the complaint, stands below one, or is to be kept from it
    """
    row = locked(actor, complaint_id, version)
    advance(row, "offer", by=actor)
    needs(reason, "reason", _("Say why."))
    to = Unit.objects.open().filter(pk=unit_id).first()
    if to is None:
        raise ValidationError({"unit": _("There is no such unit.")})
    if to.pk == row.unit_id:
        raise ValidationError({"unit": _("This unit handles the complaint already.")})
    if any(bars_unit(bar, to) for bar in row.bars.select_related("unit")):
        raise ValidationError({"unit": _("This unit may not handle this complaint.")})
    row.offered_to, row.offered_on = to, clock.today()
    return saved(row, "complaint.offered", actor=actor, reason=reason, unit=to.pk)


@act
def take_back(actor: Any, complaint_id: int, *, version: int | None = None) -> Complaint:
    """Take an offer back that was not answered."""
    row = locked(actor, complaint_id, version)
    advance(row, "take_back", by=actor)
    return _unoffer(row, actor, "complaint.taken_back", W.TAKEN_BACK, "")


@act
def refuse(actor: Any, complaint_id: int, *, reason: str, version: int | None = None) -> Complaint:
    """Refuse what was offered, with a reason that stays on the complaint."""
    row = locked(actor, complaint_id, version)
    advance(row, "refuse", by=actor)
    needs(reason, "reason", _("Say why."))
    return _unoffer(row, actor, "complaint.refused", W.REFUSED, reason)


def _unoffer(row: Complaint, actor: Any, verb: str, why: str, reason: str) -> Complaint:
    if row.offered_to is None:
        raise ValidationError(_("The complaint is not offered to anybody."))
    handover = Handover(
        complaint=row,
        why=why,
        from_unit=row.unit,
        to_unit=row.offered_to,
        level=row.level,
        reason=reason,
        on=clock.today(),
    )
    row.offered_to = row.offered_on = None
    return saved(row, verb, actor=actor, also=[handover], reason=reason)


@act
def accept(actor: Any, complaint_id: int, *, version: int | None = None) -> Complaint:
    """Take over what was offered. The days in time stay what they are: forwarding is not acting."""
    row = locked(actor, complaint_id, version)
    advance(row, "accept", by=actor)
    to = row.offered_to
    if to is None:
        raise ValidationError(_("The complaint is not offered to anybody."))
    row.offered_to = row.offered_on = None
    handover = _hand_over(row, to, W.FORWARDED, "")
    row.base_level = row.level
    return saved(row, "complaint.accepted", actor=actor, also=[handover], unit=to.pk)


@act
def declare_conflict(actor: Any, complaint_id: int, *, reason: str, version: int | None = None) -> Complaint:
    """Declare that one is related to somebody in it: one never sees it again, and whoever is in charge is another.

    Where it was the head of the unit, or the only handler, `match` or `offer` by the unit above moves the case.
    """
    row = locked(actor, complaint_id, version)
    advance(row, "declare_conflict", by=actor)
    needs(reason, "reason", _("Say why."))
    bar = Bar(complaint=row, user=actor, officer=actor.officer, why=Bar.Why.CONFLICT)
    if row.handler_id == actor.pk:
        row.handler = None
    also: list[Any] = [bar]
    others = [
        user for user in handlers_of(row.unit) if user.pk != actor.pk and not rules.is_barred(user, row)
    ]
    if not others:
        also.append(_hand_over(row, _free_above(row), W.CONFLICT, reason))
    return saved(row, "complaint.conflict_declared", actor=actor, also=also, reason=reason)


@act
def match(
    actor: Any,
    complaint_id: int,
    *,
    accused_id: int,
    officer_id: int,
    evidence: str,
    version: int | None = None,
) -> Complaint:
    """Confirm that an officer on the roll is the one who is meant, saying on what that rests.

    From then on he, his unit and all below it are barred; where the complaint lies with them, it moves up at once.
    """
    row = locked(actor, complaint_id, version)
    advance(row, "match", by=actor)
    needs(evidence, "evidence", _("Say why this is the officer who is meant."))
    one = Accused.objects.select_for_update().filter(complaint=row, pk=accused_id).first()
    officer = may_be_meant(actor, row).select_related("unit").filter(pk=officer_id).first()
    if one is None or officer is None:
        raise ValidationError({"officer": _("There is no such officer.")})
    one.kind, one.officer, one.evidence, one.matched_by = (
        Accused.Kind.OFFICER,
        officer,
        evidence.strip(),
        actor,
    )
    made = bars_for([one], "", "")
    for bar in made:
        bar.complaint = row
    also: list[Any] = [one, *made]
    standing = [*row.bars.select_related("unit"), *made]
    if any(bars_unit(bar, row.unit) for bar in standing):
        way = route(
            category=row.category,
            place_code=row.place_code,
            hidden_from="",
            accused=[one],
            bars=standing,
            on=row.received_on,
        )
        also.append(_hand_over(row, way.unit, W.MATCHED, ""))
        row.base_level = row.level
    return saved(row, "complaint.matched", actor=actor, also=also, officer=officer.pk)


@act
def link(actor: Any, complaint_id: int, *, original_id: int, version: int | None = None) -> Complaint:
    """Say that this reports the same matter as an earlier one. Neither is closed by that; the earlier one gains weight.

    :raises ValidationError: if the other is not there for the actor, or itself repeats this one
    """
    row = locked(actor, complaint_id, version)
    advance(row, "link", by=actor)
    original = (
        Complaint.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=original_id).first()
    )
    if original is None or original.pk == row.pk or original.same_as_id == row.pk:
        raise ValidationError({"original": _("There is no such complaint to link to.")})
    if original.same_as_id is not None:
        original = Complaint.objects.select_for_update(of=("self",)).get(pk=original.same_as_id)
    row.same_as = original
    original.priority = min(original.priority + 1, 99)
    return saved(row, "complaint.linked", actor=actor, also=[original], original=original.pk)


def handlers_of(unit: Unit) -> list[User]:
    """Who handles complaints at a unit itself."""
    held = RoleAssignment.objects.current().filter(role__in=HANDLES, user__is_active=True, unit=unit)
    users = {one.user for one in held.select_related("user__officer__unit")}
    return sorted(users, key=lambda user: user.username)


def nearest_handlers(unit: Unit) -> list[User]:
    """Who handles complaints at a unit, or where nobody does, at the next unit above where somebody does."""
    while not (found := handlers_of(unit)) and unit.parent is not None:
        unit = unit.parent
    return found


def locked(actor: Any, complaint_id: int, version: int | None) -> Complaint:
    """The complaint, locked, if it is there for the actor; the clock's is there in any case."""
    rows = Complaint.objects.select_related("unit", "offered_to", "handler")
    return rows.visible_to(actor).lock(complaint_id, version=version)


def move_up(row: Complaint, why: str, reason: str = "") -> Handover:
    """In memory: to the next unit above that may have it."""
    return _hand_over(row, _free_above(row), why, reason)


def _free_above(row: Complaint) -> Unit:
    bars = list(row.bars.select_related("unit"))
    unit = above(row.unit)
    while any(bars_unit(bar, unit) for bar in bars) and above(unit).pk != unit.pk:
        unit = above(unit)
    return unit


def _hand_over(row: Complaint, to: Unit, why: str, reason: str) -> Handover:
    handover = Handover(
        complaint=row,
        why=why,
        from_unit=row.unit,
        to_unit=to,
        level=level_of(to),
        reason=reason,
        on=clock.today(),
    )
    row.unit, row.level, row.came_on, row.handler = to, level_of(to), clock.today(), None
    row.offered_to = row.offered_on = None
    return handover


def message(row: Complaint, actor: Any, text: str, kind: str = Message.Kind.WORD) -> Message:
    return Message(
        complaint=row, kind=kind, from_reporter=False, text=text.strip(), by=actor, on=clock.today()
    )


def needs(text: str, name: str, sentence: str) -> None:
    if not text.strip():
        raise ValidationError({name: sentence})
