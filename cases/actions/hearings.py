"""The officer is told of the allegations, has his time, and says what he has to say; then it is investigated."""

from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.dues import saved
from cases.actions.grounds import locked, needs, read_again
from cases.actions.notices import as_told, issue, settle
from cases.lifecycles import advance
from cases.models import Case, CaseNotice, CaseStatement, Extension
from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict
from officers.models import Service

K = CaseStatement.Kind
#: Statements taken in one case.
MOST = 50


@act
def issue_notice(actor: Any, case_id: int, *, version: int | None = None) -> CaseNotice:
    """Issue the notice of the allegations: every ground with what it rests on, and the time there is to respond.

    It has no effect until a proof shows that the officer was told.
    """
    case = locked(actor, case_id, version)
    advance(case, "issue_notice", by=actor)
    grounds = read_again(case)
    content = {"severity": case.severity, "grounds": [as_told(ground) for ground in grounds]}
    notice = issue(actor, case, CaseNotice.Kind.ALLEGATIONS, content)
    saved(case, "case.notice_issued", actor=actor, cause=notice.last_event.id)
    return notice


@act
def respond(actor: Any, case_id: int, *, text: str, version: int | None = None) -> CaseStatement:
    """The officer responds; he may more than once until his time is over or he has said all. The same twice is one.

    :raises Conflict: if his time has not begun, or is over
    """
    case = _heard(actor, case_id, version)
    advance(case, "respond", by=actor)
    text = needs(text, "text", _("Write something."))
    _in_time(case)
    same = case.statements.filter(kind=K.RESPONSE, text=text).first()
    return same or _state(actor, case, K.RESPONSE, text, "case.responded")


@act
def complete(actor: Any, case_id: int, *, text: str = "", version: int | None = None) -> Case:
    """The officer says that he has said all, or does not wish to respond; his time ends by that.

    What he says by word of mouth is written down by a supervisor who does not work on the case.
    """
    case = _heard(actor, case_id, version)
    advance(case, "complete", by=actor)
    if case.responded_at is not None:
        return case
    case.responded_at = clock.now()
    _state(actor, case, K.COMPLETE, text.strip(), "case.response_completed")
    return case


@act
def ask_time(actor: Any, case_id: int, *, text: str, version: int | None = None) -> CaseStatement:
    """The officer asks for more time, and says why."""
    case = _heard(actor, case_id, version)
    advance(case, "ask_time", by=actor)
    text = needs(text, "text", _("Say why you need more time."))
    _in_time(case)
    same = case.statements.filter(kind=K.MORE_TIME, text=text).first()
    return same or _state(actor, case, K.MORE_TIME, text, "case.time_asked")


@act
def extend(actor: Any, case_id: int, *, until: Any, reason: str, version: int | None = None) -> Extension:
    """Give the officer more time to respond.

    :param until: the last day
    :raises ValidationError: if it is not later than the time he has
    """
    case = locked(actor, case_id, version)
    advance(case, "extend", by=actor)
    reason = needs(reason, "reason", _("Say why."))
    moment = timezone.make_aware(datetime.combine(until, time.max))
    if case.response_until is None or moment <= case.response_until or moment <= clock.now():
        raise ValidationError({"until": _("An extension gives more time, not less.")})
    row = Extension(
        case=case, before=case.response_until, until=moment, reason=reason, by=actor, at=clock.now()
    )
    record(row, "extension.given", actor=actor)
    case.response_until, case.responded_at = moment, None
    saved(case, "case.extended", actor=actor, cause=row.last_event.id)
    return row


@act
def investigate(actor: Any, case_id: int, *, text: str, version: int | None = None) -> Case:
    """Write down what the investigation found, with what the officer said weighed.

    :raises Conflict: before his time to respond is over, unless he has said all
    """
    case = locked(actor, case_id, version)
    advance(case, "investigate", by=actor)
    if case.responded_at is None and (case.response_until is None or clock.now() < case.response_until):
        raise Conflict(_("The officer's time to respond is not over."))
    case.investigation = needs(text, "text", _("Say what was found."))
    read_again(case)
    case.investigated_by, case.investigated_at, case.news = actor, clock.now(), False
    return saved(case, "case.investigated", actor=actor)


def _heard(actor: Any, case_id: int, version: int | None) -> Case:
    """The case for the officer at his door: what he has just been told counts."""
    if getattr(actor, "door_of", 0):
        settle(actor.door_of)
    return locked(actor, case_id, version)


def _in_time(case: Case) -> None:
    if case.responded_at is not None or case.response_until is None or clock.now() >= case.response_until:
        raise Conflict(_("The time to respond is over."))


def _state(actor: Any, case: Case, kind: str, text: str, verb: str) -> CaseStatement:
    if case.statements.count() >= MOST:
        raise ValidationError(
            {"text": _("At most %(limit)s statements are taken in one case.") % {"limit": MOST}}
        )
    at_door = bool(getattr(actor, "door_of", 0))
    made = CaseStatement(
        case=case,
        kind=kind,
        text=text,
        how=Service.How.DOOR if at_door else Service.How.PERSON,
        made_at=clock.now(),
        recorded_by=None if at_door else actor,
    )
    record(made, "statement.made", actor=actor, kind=kind)
    saved(case, verb, actor=actor, cause=made.last_event.id)
    return made
