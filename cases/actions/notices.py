"""What an officer is told in writing, as it was when it was issued; and the proof that he was told."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import rules
from cases.actions.dues import saved
from cases.actions.grounds import locked
from cases.lifecycles import advance
from cases.models import Case, CaseNotice, Ground, Paper
from ledger import clock
from ledger.acting import act, record
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from officers.actions.doors import issue_letter
from officers.models import DoorCode, User
from officers.queries.settings import due_after

K = CaseNotice.Kind
S = Case.Status


def issue(actor: Any, case: Case, kind: str, content: dict[str, Any]) -> CaseNotice:
    """Issue a notice within an act that has found that the actor may; what the case is goes into it."""
    notice = CaseNotice(
        case=case,
        kind=kind,
        content={"case": case.reference, "rank": case.rank, "unit": case.officer_unit.code} | content,
        issued_by=actor if isinstance(actor, User) else None,
        issued_at=clock.now(),
    )
    return record(notice, "notice.issued", actor=actor, kind=kind)


def as_told(ground: Ground) -> dict[str, Any]:
    """A ground as the officer reads it: everything it rests on, and nothing of who reported."""
    return {
        "id": ground.pk,
        "kind": ground.kind,
        "text": ground.text,
        "article": ground.article,
        "happened_on": _day(ground.happened_on),
        "until": _day(ground.until),
        "court": ground.court,
        "judgment": ground.judgment,
        "extract": ground.extract.text if ground.extract else "",
        "drugs": list(ground.test.positive_for) if ground.test else [],
        "papers": [_paper(paper) for paper in ground.papers.order_by("pk")],
    }


def _paper(paper: Paper) -> dict[str, Any]:
    return {
        "kind": paper.kind,
        "title": paper.title,
        "number": paper.number,
        "dated_on": _day(paper.dated_on),
        "text": paper.text,
    }


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


@act
def write_letter(
    actor: Any, case_id: int, *, after: int | None = None, version: int | None = None
) -> tuple[DoorCode, str]:
    """Issue a letter with a personal code to the officer of a case; the code is said this once.

    :param after: the id of the newest letter known, 0 for none: who sends a form twice writes one letter
    :raises Conflict: if another was written since, or no notice was issued of which he could be told
    """
    case = locked(actor, case_id, version)
    advance(case, "write_letter", by=actor)
    if not case.notices.exists():
        raise Conflict(_("No notice was issued yet: there is nothing to tell the officer."))
    letter, code = issue_letter(actor, case.officer, after=after)
    saved(case, "case.letter_written", actor=actor, cause=letter.last_event.id)
    return letter, code


@act
def serve(actor: Any, notice_id: int) -> CaseNotice | None:
    """Record that the officer was told of a notice, once there is a proof, and let his time begin. For the clock.

    The time to respond begins when the first proof of the newest notice is found, the time to appeal likewise.
    """
    case_id = CaseNotice.objects.filter(pk=notice_id).values_list("case_id", flat=True).first()
    if case_id is None or not rules.is_the_clock(actor):
        raise Http404
    case = locked(actor, case_id)
    notice = CaseNotice.objects.select_for_update(of=("self",)).select_related("case").get(pk=notice_id)
    proof = notice.proof
    if notice.told_at is not None or proof is None:
        return None
    notice.told_by, notice.told_at = proof, proof.proved_at
    record(notice, "notice.served", actor=actor, cause=None)
    reckon_with(case, cause=notice.last_event.id)
    return notice


def reckon_with(case: Case, *, cause: int) -> None:
    """Let the time begin if the officer was told of the newest notice: now, or while the case stood elsewhere."""
    if case.status == S.NOTIFIED and (told_at := _told_of_newest(case, K.ALLEGATIONS)):
        advance(case, "serve", by=CLOCK)
        case.told_at, case.responded_at = told_at, None
        case.response_until = due_after("officer_response", clock.now())
        saved(case, "case.served", actor=CLOCK, cause=cause)
    if case.status == S.IN_FORCE and case.decision_told_at is None:
        told_at = _told_of_newest(case, K.DECISION)
        if told_at is not None:
            advance(case, "tell_decision", by=CLOCK)
            case.decision_told_at = told_at
            case.appeal_until = due_after("appeal_lodging", clock.now())
            saved(case, "case.decision_told", actor=CLOCK, cause=cause)


def _told_of_newest(case: Case, kind: str) -> datetime | None:
    newest = case.notices.filter(kind=kind).order_by("-issued_at", "-pk").first()
    return newest.told_at if newest else None


def settle(officer_id: int) -> None:
    """Let what an officer was told by opening his door count at once, before he reads on or acts on it.

    The sweep would find it within a minute; he is quicker.
    """
    untold = CaseNotice.objects.untold().proved().filter(case__officer=officer_id)
    for pk in untold.order_by("pk").values_list("pk", flat=True):
        serve(CLOCK, pk)


def in_words(moment: Any) -> str:
    """A moment as a notice keeps it: the day, in Phnom Penh."""
    return timezone.localdate(moment).isoformat() if moment else ""
