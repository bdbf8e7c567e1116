"""How a report comes in: through the box, without a trace of when and by whom, or written down at a desk."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import F
from django.http import Http404
from django.utils.translation import gettext as _

from cases import rules
from cases.actions.clocks import saved, set_due
from cases.actions.files import Held, check_held, check_soon, entered
from cases.lifecycles import advance
from cases.models import Accused, Complaint, Deed, Handover, IntakeItem, Message, Reporter
from cases.models.vocabulary import Category, Channel, Hidden, HowKnown
from cases.queries.routing import route
from cases.queries.rules import rules_on
from cases.reckoning.receipts import kept, receipt_of
from foundation.jobs.batches import Batch, each
from ledger import clock
from ledger.acting import act, record
from ledger.actors import CLOCK
from officers.actions.sealing import seal, unseal
from officers.models import Unit, User

#: A report is at most so long, in characters, and names at most so many.
LONGEST, MOST_NAMED = 20_000, 10
#: Reports of one day in the box that could not be entered are left for a person after so many attempts.
MOST_FAILURES = 10
#: What came longer ago is not written down as if it had been late ever since.
OLDEST = timedelta(days=366)
#: PostgreSQL keeps no such sign in a text: what holds one would never leave the box.
_NUL = "\x00"
K = Message.Kind


@dataclass
class Named:
    """Somebody whom a report names."""

    kind: str
    said: str = ""
    unit: int | None = None
    officer: int | None = None


@dataclass
class Report:
    """What a reporter says. Places are codes of the list of places, from the province (2 digits) to the village (8)."""

    category: str
    narrative: str
    place_code: str = ""
    place_text: str = ""
    happened: str = ""
    how_known: str = ""
    hidden_from: str = ""
    contact: str = ""
    language: str = "km"
    named: list[Named] = field(default_factory=list)
    files: list[Held] = field(default_factory=list)

    def check(self) -> None:
        """:raises ValidationError: by field, in the reader's language"""
        wrong: dict[str, Any] = {}
        if self.category not in Category.values:
            wrong["category"] = _("Choose what you want to report.")
        if not self.narrative.strip():
            wrong["narrative"] = _("Say what happened.")
        for name, limit in (
            ("narrative", LONGEST),
            ("place_text", 300),
            ("happened", 200),
            ("contact", 300),
        ):
            if len(getattr(self, name)) > limit:
                wrong[name] = _("This is longer than %(limit)s characters.") % {"limit": limit}
            if _NUL in getattr(self, name):
                wrong[name] = _("This holds a sign that cannot be kept.")
        if self.how_known and self.how_known not in HowKnown.values:
            wrong["how_known"] = _("Choose one of the answers.")
        if self.hidden_from not in Hidden.values:
            wrong["hidden_from"] = _("Choose one of the answers.")
        if self.place_code and not (
            self.place_code.isascii() and self.place_code.isdecimal() and len(self.place_code) in (2, 4, 6, 8)
        ):
            wrong["place_code"] = _("Choose a place from the list.")
        if len(self.named) > MOST_NAMED:
            wrong["named"] = _("Name at most %(limit)s.") % {"limit": MOST_NAMED}
        elif any(
            one.kind not in Accused.Kind.values or len(one.said) > 300 or _NUL in one.said
            for one in self.named
        ):
            wrong["named"] = _("Say who is meant.")
        elif not _exist(self.named):
            wrong["named"] = _("There is no such unit.")
        if wrong:
            raise ValidationError(wrong)


def _exist(named: Sequence[Named]) -> bool:
    units = {one.unit for one in named if one.unit}
    return Unit.objects.filter(pk__in=units).count() == len(units)


def drop(report: Report, *, token: str) -> str:
    """Put an anonymous report into the box and return its receipt, which is said this once.

    Not an act: the log must not tell when it came. The same token again is the same report, and the same receipt.

    :param token: random, made with the form; whoever knows it knows the receipt
    :raises ValidationError: by field
    """
    report.check()
    for one in report.named:
        one.officer = None  # a stranger points at nobody's record: a person does, on evidence
    receipt = receipt_of(token, settings.PEPPER)
    hashed = kept(receipt, settings.PEPPER)
    if not _is_known(hashed):
        check_held(report.files)
    _put(IntakeItem.Kind.REPORT, hashed, token, asdict(report), report.files)
    return receipt


def reply(receipt: str, text: str, *, token: str, kind: str = K.WORD, files: Sequence[Held] = ()) -> None:
    """Put what a reporter writes about his report into the box. The same token again is the same message.

    :param token: random, made with the form
    :raises Http404: if no report has this receipt
    :raises ValidationError: if nothing is said, or too much
    """
    if not text.strip():
        raise ValidationError({"text": _("Write something.")})
    if len(text) > LONGEST:
        raise ValidationError({"text": _("This is longer than %(limit)s characters.") % {"limit": LONGEST}})
    if _NUL in text:
        raise ValidationError({"text": _("This holds a sign that cannot be kept.")})
    if kind not in (K.WORD, K.DISPUTE, K.REVIEW):
        raise ValidationError({"kind": _("Choose one of the answers.")})
    hashed = kept(receipt, settings.PEPPER)
    if not _is_known(hashed):
        raise Http404
    content = {"text": text.strip(), "kind": kind, "files": [asdict(one) for one in files]}
    if not IntakeItem.objects.filter(once=_once(IntakeItem.Kind.MESSAGE, token)).exists():
        check_held(files)
    _put(IntakeItem.Kind.MESSAGE, hashed, token, content, files)


def _is_known(receipt: str) -> bool:
    """Whether a report has this receipt, entered or waiting."""
    return (
        Complaint.objects.filter(receipt=receipt).exists()
        or IntakeItem.objects.filter(receipt=receipt, kind=IntakeItem.Kind.REPORT).exists()
    )


def _once(kind: str, token: str) -> str:
    return kept(f"{kind} {token}", settings.PEPPER)


def _put(kind: str, receipt: str, token: str, content: dict[str, Any], files: Sequence[Held]) -> None:
    if kind == IntakeItem.Kind.REPORT and Complaint.objects.filter(receipt=receipt).exists():
        return
    if kind == IntakeItem.Kind.MESSAGE and Message.objects.filter(once=_once(kind, token)).exists():
        return
    item = IntakeItem(
        id=secrets.randbits(62),
        kind=kind,
        receipt=receipt,
        once=_once(kind, token),
        day=clock.today(),
        content=seal(content),
        files=[one.name for one in files],
    )
    IntakeItem.objects.bulk_create([item], ignore_conflicts=True)


def enter_waiting() -> Batch:
    """Enter what waits in the box, in an order that tells nothing; a message after the report it is about."""
    batch = Batch()
    for kind in (IntakeItem.Kind.REPORT, IntakeItem.Kind.MESSAGE):
        waiting = IntakeItem.objects.filter(kind=kind, failures__lt=MOST_FAILURES)
        items = list(waiting.values_list("pk", flat=True))
        secrets.SystemRandom().shuffle(items)
        entered = each(items, _enter)
        batch = Batch(batch.done + entered.done, batch.causes + entered.causes)
        IntakeItem.objects.filter(pk__in=items).update(failures=F("failures") + 1)
    return batch


def _enter(pk: int) -> None:
    """One that another worker has entered meanwhile needs nothing more."""
    try:
        enter(CLOCK, pk)
    except Http404:
        return


@act
def enter(actor: Any, item_id: int) -> Complaint:
    """Enter one thing from the box into the record, and forget it there. For the clock.

    :raises Http404: if another worker has entered it
    """
    item = IntakeItem.objects.select_for_update(skip_locked=True).filter(pk=item_id).first()
    if item is None:
        raise Http404
    content = unseal(item.content)
    content["files"] = [Held(**one) for one in content.get("files", [])]
    if item.kind == IntakeItem.Kind.REPORT:
        content["named"] = [Named(**one) for one in content["named"]]
        complaint = enter_report(
            actor, Report(**content), channel=Channel.WEB, receipt=item.receipt, received_on=item.day
        )
    else:
        complaint = _hear(actor, item, content)
    item.delete()
    return complaint


@act
def take_down(
    actor: Any,
    report: Report,
    *,
    unit_id: int,
    channel: str,
    received_on: date | None = None,
    token: str | None = None,
) -> tuple[Complaint, str]:
    """Write down what somebody reports at a desk, and return the complaint with the receipt for the reporter.

    Whoever writes it down does not see it afterwards, unless the rules give it to him. The same token again is the
    same report, and the same receipt.

    :raises PermissionDenied: unless the actor serves the unit as one who handles complaints
    :raises ValidationError: by field
    """
    unit = Unit.objects.visible_to(actor).filter(pk=unit_id).first()
    if unit is None or not rules.takes_down(actor, unit):
        raise PermissionDenied(_("You do not take reports for this unit."))
    return _taken(actor, report, channel=channel, received_on=received_on, token=token)


@act
def hand_in(
    actor: Any,
    report: Report,
    *,
    channel: str = Channel.REFERRAL,
    received_on: date | None = None,
    token: str | None = None,
) -> tuple[Complaint, str]:
    """Hand in a report through a program, as a partner organisation does, and return it with its receipt.

    The same token again, at any time, is the same report and the same receipt: a partner who lost the answer asks
    again. Whoever hands it in does not see it afterwards, unless the rules give it to him.

    :param token: of this actor and request alone; together with the pepper it makes the receipt
    :raises PermissionDenied: unless the actor may hand in reports
    :raises ValidationError: by field
    """
    if not rules.hands_in(actor):
        raise PermissionDenied(_("You do not hand in reports."))
    return _taken(actor, report, channel=channel, received_on=received_on, token=token)


def _taken(
    actor: Any, report: Report, *, channel: str, received_on: date | None, token: str | None
) -> tuple[Complaint, str]:
    if channel not in Channel.values or channel == Channel.WEB:
        raise ValidationError({"channel": _("Say how the report came.")})
    day = received_on or clock.today()
    if day > clock.today():
        raise ValidationError({"received_on": _("The day cannot lie in the future.")})
    if day < clock.today() - OLDEST:
        raise ValidationError({"received_on": _("The day lies more than a year back.")})
    report.check()
    receipt = receipt_of(token or secrets.token_hex(16), settings.PEPPER)
    hashed = kept(receipt, settings.PEPPER)
    with connection.cursor() as cursor:  # the same form sent twice at once: one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [hashed])
    twin = Complaint.objects.filter(receipt=hashed).first()
    if twin is None:
        check_held(report.files)
    complaint = twin or enter_report(
        actor,
        report,
        channel=channel,
        receipt=hashed,
        received_on=day,
        written_by=actor if isinstance(actor, User) else None,
    )
    return complaint, receipt


def enter_report(
    actor: Any,
    report: Report,
    *,
    channel: str,
    receipt: str | None,
    received_on: date,
    written_by: User | None = None,
) -> Complaint:
    accused = [
        Accused(
            kind=one.kind,
            said=one.said.strip(),
            unit=Unit.objects.get(pk=one.unit) if one.unit else None,
        )
        for one in report.named
    ]
    way = route(
        category=report.category,
        place_code=report.place_code,
        hidden_from=report.hidden_from,
        accused=accused,
        on=received_on,
    )
    today = clock.today()
    complaint = Complaint(
        pk=secrets.randbelow(9 * 10**12) + 10**12,  # thirteen digits, in no order
        channel=channel,
        category=report.category,
        place_code=report.place_code,
        place_text=report.place_text.strip(),
        happened=report.happened.strip(),
        how_known=report.how_known,
        narrative=report.narrative.strip(),
        hidden_from=report.hidden_from,
        language=report.language,
        received_on=received_on,
        receipt=receipt,
        written_by=written_by,
        unit=way.unit,
        level=way.level,
        base_level=way.level,
        came_on=today,
    )
    set_due(complaint)
    for named in accused:
        named.complaint = complaint
    for bar in way.bars:
        bar.complaint = complaint
    handover = Handover(
        complaint=complaint, why=Handover.Why.ROUTED, to_unit=way.unit, level=way.level, on=received_on
    )
    sealed = [Reporter(complaint=complaint, contact=seal(report.contact))] if report.contact.strip() else []
    files = entered(report.files, complaint, by=written_by)
    also = [*accused, *way.bars, handover, *sealed, *files]
    record(complaint, "complaint.received", actor=actor, also=also)
    check_soon(files)
    return complaint


def _hear(actor: Any, item: IntakeItem, content: dict[str, Any]) -> Complaint:
    found = Complaint.objects.filter(receipt=item.receipt).values_list("pk", flat=True).first()
    if found is None:
        raise Http404
    complaint = Complaint.objects.select_related("unit", "handler").lock(found)
    if Message.objects.filter(once=item.once).exists():
        return complaint  # sent again in the moment when the first was entered
    advance(complaint, "hear", by=actor)
    message = Message(
        complaint=complaint,
        kind=content["kind"],
        from_reporter=True,
        text=content["text"],
        on=item.day,
        once=item.once,
    )
    files = entered(content["files"], complaint, message=message)
    also: list[Any] = [message, *files]
    if content["kind"] == K.DISPUTE and complaint.is_open:
        complaint.disputed_on = complaint.disputed_on or item.day
        last = Deed.objects.filter(complaint=complaint, stands=True).order_by("-pk").first()
        if last is not None:
            last.disputed = content["text"]
            also.append(last)
    if content["kind"] == K.REVIEW and complaint.closed_on is not None:
        last_day = rules_on(complaint.received_on).due("complaint_review_request", complaint.closed_on)
        if item.day <= last_day:
            complaint.review_asked_on = complaint.review_asked_on or item.day
    saved(complaint, "complaint.heard", actor=actor, also=also, kind=content["kind"])
    check_soon(files)
    return complaint
