"""Where a case stands on its path, and what is missing before its next step."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases.models import Appeal, Case, CaseStatement, Extract, Ground, Order
from cases.queries.powers import power_over
from foundation.web.templatetags.web import day, moment
from ledger import clock
from officers.models import Unit

S = Case.Status
#: The states of a case in the order it goes through them; an appeal is on the path of who appealed alone.
PATH = (
    S.OPENED,
    S.ASSESSED,
    S.NOTIFIED,
    S.RESPONSE,
    S.INVESTIGATED,
    S.PROPOSED,
    S.CHECKED,
    S.AWAITING_INSTRUMENT,
    S.IN_FORCE,
    S.APPEALED,
    S.FINAL,
)


@dataclass(frozen=True)
class Stop:
    """A state on the path of a case: `done`, `current` or `coming`."""

    status: str
    label: str
    place: str


@dataclass(frozen=True)
class Lack:
    """Something that the next step needs: a code for programs, a sentence for people."""

    code: str
    sentence: str


def path_of(case: Case) -> list[Stop]:
    """The states a case went through, the one it is in, and those to come. One that is stayed or ended stands where it
    left the path.
    """
    reached = _reached(case)
    stops = [one for one in PATH if one != S.APPEALED or case.appealed_at is not None]
    at = stops.index(S(reached))
    ended = case.status in (S.CLOSED, S.FINAL)
    return [
        Stop(
            one,
            str(one.label),
            "done" if n < at or (n == at and ended) else "current" if n == at else "coming",
        )
        for n, one in enumerate(stops)
        if n <= at or not ended
    ]


def _reached(case: Case) -> str:
    """The state in which a case is, or from which it left the path."""
    if case.status == S.STAYED or (case.status == S.CLOSED and case.stayed_from):
        return case.stayed_from
    if case.status != S.CLOSED:
        return case.status
    if case.appealed_at is not None:
        return S.APPEALED
    moments = (
        (case.in_force_at, S.IN_FORCE),
        (case.decided_at, S.AWAITING_INSTRUMENT),
        (case.checked_at, S.CHECKED),
        (case.proposed_at, S.PROPOSED),
        (case.investigated_at, S.INVESTIGATED),
        (case.told_at, S.RESPONSE),
    )
    found = next((status for moment_, status in moments if moment_ is not None), None)
    return found or (S.ASSESSED if case.severity else S.OPENED)


def lacks(case: Case) -> list[Lack]:
    """What must be there before the case goes on; nothing of one that ended."""
    return list(_lacks(case)) if case.is_open else []


def _lacks(case: Case) -> Iterator[Lack]:
    if case.status == S.STAYED:
        yield Lack("resume", _("The case is stayed: it goes on once somebody resumes it."))
        return
    if case.ground_fell or case.grounds.filter(status=Ground.Status.FALLEN).exists():
        yield Lack("ground_fell", _("A ground fell. It must be withdrawn before the case goes on."))
    if case.status in _BEFORE_THE_MEASURE and not case.grounds.exclude(status="WITHDRAWN").exists():
        yield Lack("ground", _("There is no ground. Add one with what carries it."))
    if case.news:
        yield Lack("news", _("Something new came in: look at it, and add it as a ground if it is one."))
    yield from _OF_STATE[case.status](case)


def _opened(case: Case) -> Iterator[Lack]:
    if case.identified_by_id is None:
        yield Lack("identity", _("Nobody has confirmed who the officer is, by number and year of birth."))
    if case.case_officer_id is None:
        yield Lack("case_officer", _("Nobody is in charge of the case."))
    yield Lack("severity", _("The severity has not been assessed."))


def _assessed(case: Case) -> Iterator[Lack]:
    if case.extracts.filter(status=Extract.Status.DRAFT).exists():
        yield Lack("extract", _("An extract of a complaint waits to be checked by a second person."))
    yield Lack("notice", _("The notice of the allegations has not been issued."))


def _notified(case: Case) -> Iterator[Lack]:
    yield Lack(
        "proof",
        _("There is no proof that the officer was told. Write him a letter, and have it handed over."),
    )


def _response(case: Case) -> Iterator[Lack]:
    if case.responded_at is None and case.response_until and clock.now() < case.response_until:
        yield Lack(
            "response",
            _("The officer's time to respond runs until %(moment)s.")
            % {"moment": moment(case.response_until)},
        )
        asked = case.statements.filter(kind=CaseStatement.Kind.MORE_TIME).order_by("-pk").first()
        if asked and not case.extensions.filter(at__gte=asked.made_at).exists():
            yield Lack("extension", _("The officer asked for more time and has no answer."))
    yield Lack("investigation", _("What the investigation found has not been written down."))


def _investigated(case: Case) -> Iterator[Lack]:
    yield Lack("proposal", _("No measure has been proposed."))


def _proposed(case: Case) -> Iterator[Lack]:
    yield Lack("opinion", _("A legal checker, who had no part in the case, checks the proposal."))


def _checked(case: Case) -> Iterator[Lack]:
    proposal = case.proposals.order_by("-number").first()
    power = power_over(case, proposal.measure if proposal else "")
    yield Lack(
        "decision",
        _("An authority decides: %(unit)s, or one that stands higher.")
        % {"unit": Unit.Kind(power.decided_by).label},
    )


def _awaiting(case: Case) -> Iterator[Lack]:
    line = case.order_lines.filter(void=False).select_related("order").first()
    if line is None:
        yield Lack("instrument", _("The signed order has not been entered."))
    elif line.order.status == Order.Status.REGISTERED:
        yield Lack("verification", _("A second registrar verifies the order against its scan."))
    else:
        yield Lack(
            "effect",
            _("The order takes effect on %(day)s.") % {"day": day(line.order.effective_on)},
        )


def _in_force(case: Case) -> Iterator[Lack]:
    if case.decision_told_at is None:
        yield Lack("decision_proof", _("There is no proof that the officer was told of the decision."))
    elif case.appeal_until is not None:
        yield Lack(
            "appeal_time",
            _("The officer's time to appeal runs until %(moment)s.") % {"moment": moment(case.appeal_until)},
        )


def _appealed(case: Case) -> Iterator[Lack]:
    appeal = case.appeals.order_by("-pk").first()
    status = appeal.status if appeal else ""
    if status == Appeal.Status.LODGED:
        yield Lack("admission", _("An appeal member says whether the appeal is admitted."))
    elif status == Appeal.Status.ADMITTED:
        yield Lack("appeal_draft", _("An appeal member drafts the decision on the appeal."))
    elif status == Appeal.Status.DRAFTED:
        yield Lack("agreement", _("A second appeal member agrees to the decision."))


_OF_STATE: dict[Any, Any] = {
    S.OPENED: _opened,
    S.ASSESSED: _assessed,
    S.NOTIFIED: _notified,
    S.RESPONSE: _response,
    S.INVESTIGATED: _investigated,
    S.PROPOSED: _proposed,
    S.CHECKED: _checked,
    S.AWAITING_INSTRUMENT: _awaiting,
    S.IN_FORCE: _in_force,
    S.APPEALED: _appealed,
}
_BEFORE_THE_MEASURE = tuple(_OF_STATE)[:8]
