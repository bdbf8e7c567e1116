"""What the unit proposes, and whether it is lawful."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cases.actions.dues import saved
from cases.actions.grounds import locked, needs, read_again
from cases.actions.suspensions import refuse_days
from cases.lifecycles import advance
from cases.models import Case, Opinion, Proposal
from cases.models.deciding import MeasureKind
from cases.queries.powers import articles as in_force
from cases.queries.powers import rank_orders
from cases.reckoning.powers import graver
from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict
from officers.models import Unit

M = MeasureKind


@act
def propose(
    actor: Any,
    case_id: int,
    *,
    measure: str,
    articles: Sequence[str],
    reasons: str,
    lesser: str = "",
    to_rank: str = "",
    to_unit_id: int | None = None,
    days: int | None = None,
    no_conflict: bool,
    version: int | None = None,
) -> Proposal:
    """Propose a measure. Every ground is read again; they and all evidence go into the proposal by number.

    :param articles: codes of articles of the discipline rules in force
    :param lesser: why no lesser measure is enough
    :raises ValidationError: by field; if the measure is graver than every article allows
    :raises Conflict: if a ground fell
    """
    case = locked(actor, case_id, version)
    advance(case, "propose", by=actor)
    grounds = read_again(case)
    refuse_conflict(no_conflict)
    shape = checked_measure(case, measure, to_rank=to_rank, to_unit_id=to_unit_id, days=days)
    chosen = [row for row in in_force() if row["code"] in articles]
    wrong: dict[str, Any] = {}
    if not chosen or len(chosen) != len(set(articles)):
        wrong["articles"] = _("Choose the articles.")
    elif all(graver(measure, row["gravest"]) for row in chosen):
        wrong["measure"] = _("None of these articles allows so grave a measure.")
    if measure not in (M.NONE, M.ADVICE) and not lesser.strip():
        wrong["lesser"] = _("Say why no lesser measure is enough.")
    if wrong:
        raise ValidationError(wrong)
    row = Proposal(
        case=case,
        number=case.proposals.count() + 1,
        measure=measure,
        articles=[
            {"code": one["code"], "name_km": one["name_km"], "name_en": one["name_en"]} for one in chosen
        ],
        grounds=[ground.pk for ground in grounds],
        papers=list(case.papers.order_by("pk").values_list("pk", flat=True)),
        reasons=needs(reasons, "reasons", _("Give the reasons.")),
        lesser=lesser.strip(),
        no_conflict=True,
        proposed_by=actor,
        proposed_at=clock.now(),
        **shape,
    )
    record(row, "proposal.made", actor=actor, measure=measure)
    case.proposed_at, case.news = row.proposed_at, False  # what came in was there to be looked at
    saved(case, "case.proposed", actor=actor, cause=row.last_event.id)
    return row


def checked_measure(
    case: Case, measure: str, *, to_rank: str = "", to_unit_id: int | None = None, days: int | None = None
) -> dict[str, Any]:
    """What belongs to a measure: the rank, unit or days; nothing that does not.

    :raises ValidationError: by field
    """
    if measure not in M.values:
        raise ValidationError({"measure": _("Choose a measure.")})
    if case.for_family and measure != M.NONE:
        raise ValidationError({"measure": _("No measure can be taken against an officer who died.")})
    shape: dict[str, Any] = {"to_rank": "", "to_unit": None, "days": None}
    if measure == M.DEMOTION:
        orders = rank_orders()
        if to_rank not in orders or orders[to_rank] >= orders.get(case.officer.rank, 0):
            raise ValidationError({"to_rank": _("Choose a rank below the officer's present one.")})
        shape["to_rank"] = to_rank
    if measure == M.TRANSFER:
        shape["to_unit"] = (
            Unit.objects.open().filter(pk=to_unit_id or 0).exclude(pk=case.officer.unit_id).first()
        )
        if shape["to_unit"] is None:
            raise ValidationError({"to_unit": _("Choose another unit.")})
    if measure == M.SUSPENSION:
        refuse_days(days)
        shape["days"] = days
    return shape


def refuse_conflict(no_conflict: bool) -> None:
    """:raises ValidationError: unless the actor declares that nothing ties him to the officer"""
    if not no_conflict:
        raise ValidationError(
            {"no_conflict": _("Declare that you have no conflict of interest, or that you have one.")}
        )


@act
def find_lawful(
    actor: Any,
    case_id: int,
    *,
    text: str,
    rests_on_no_screen: bool,
    no_conflict: bool,
    version: int | None = None,
) -> Opinion:
    """Find a proposal lawful: by whom, on what, after which hearing. Every ground is read again.

    :raises ValidationError: unless it is confirmed that nothing rests on a screen that was not confirmed
    """
    case = locked(actor, case_id, version)
    advance(case, "find_lawful", by=actor)
    if not rests_on_no_screen:
        raise ValidationError(
            {"rests_on_no_screen": _("Confirm that nothing rests on a screen that was not confirmed.")}
        )
    read_again(case)
    return _opine(actor, case, Opinion.Outcome.PASSED, text, no_conflict, rests_on_no_screen=True)


@act
def send_back(
    actor: Any, case_id: int, *, text: str, no_conflict: bool, version: int | None = None
) -> Opinion:
    """Send a proposal back for work, and say what is missing."""
    case = locked(actor, case_id, version)
    advance(case, "send_back", by=actor)
    return _opine(actor, case, Opinion.Outcome.RETURNED, text, no_conflict)


def _opine(
    actor: Any, case: Case, outcome: str, text: str, no_conflict: bool, *, rests_on_no_screen: bool = False
) -> Opinion:
    refuse_conflict(no_conflict)
    row = Opinion(
        case=case,
        proposal=newest(case),
        outcome=outcome,
        text=needs(text, "text", _("Give the opinion.")),
        rests_on_no_screen=rests_on_no_screen,
        no_conflict=True,
        checked_by=actor,
        checked_at=clock.now(),
    )
    record(row, "opinion.given", actor=actor, outcome=outcome)
    passed = outcome == Opinion.Outcome.PASSED
    if passed:
        case.checked_at = row.checked_at
    verb = "case.found_lawful" if passed else "case.sent_back"
    saved(case, verb, actor=actor, cause=row.last_event.id)
    return row


def newest(case: Case) -> Proposal:
    """The proposal at hand.

    :raises Conflict: if there is none
    """
    row = case.proposals.select_for_update(of=("self",)).select_related("to_unit").order_by("-number").first()
    if row is None:
        raise Conflict(_("Nothing was proposed."))
    return row
