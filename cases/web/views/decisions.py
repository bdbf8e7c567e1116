"""The legality check and the decision: forms beside the file on which they rest."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.actions import decisions, proposals
from cases.models import Case, Decision, Delegation, Proposal
from cases.queries.powers import authority_of, power_over
from cases.web.forms import decisions as forms
from cases.web.views.case_steps import may
from cases.web.views.dossier import dossier, where_to
from foundation.limits.counting import Limited
from officers.models import User
from officers.models.settings import Instrument
from officers.web.views.acting import SignedIn, act_page, posted

OUT = Decision.Outcome
#: By the step whose page it is: what is chosen already when one comes there.
OUTCOMES = {"decide": "", "find_no_case": OUT.NO_CASE, "return_for_work": OUT.RETURNED}


@login_required
def find_lawful(request: SignedIn, pk: int) -> HttpResponse:
    """The opinion that a proposal is lawful."""
    row = may(request, pk, "find_lawful")
    return act_page(
        request,
        forms.FindLawful(request.user, row, posted(request)),
        lambda said: proposals.find_lawful(request.user, pk, **said),
        title=_("Find %(case)s lawful") % {"case": row.reference},
        submit=_("Find it lawful"),
        back=reverse("case", args=[pk]),
        done=_("The proposal is found lawful. It lies with the deciding authority."),
        to=lambda _row: where_to(request.user, pk),
        template="cases/decision/check.html",
        keeps=True,
        other=(reverse("case-send-back", args=[pk]), _("Something is missing: send it back")),
        **dossier(row, request.user),
    )


@login_required
def send_back(request: SignedIn, pk: int) -> HttpResponse:
    """The opinion that a proposal needs work."""
    row = may(request, pk, "send_back")
    return act_page(
        request,
        forms.SendBack(request.user, row, posted(request)),
        lambda said: proposals.send_back(request.user, pk, **said),
        title=_("Send %(case)s back for work") % {"case": row.reference},
        submit=_("Send it back"),
        back=reverse("case", args=[pk]),
        done=_("The case is sent back, with what is missing."),
        to=lambda _row: where_to(request.user, pk),
        template="cases/decision/check.html",
        keeps=True,
        other=(reverse("case-find-lawful", args=[pk]), _("It is lawful: say so")),
        **dossier(row, request.user),
    )


@login_required
def decide(request: SignedIn, pk: int, verb: str) -> HttpResponse:
    """The decision, in whichever way: one page for all four."""
    row = may(request, pk, verb)
    shown = dossier(row, request.user)
    proposal = shown["proposal"]
    form = forms.Decide(request.user, row, posted(request), proposal=proposal, outcome=OUTCOMES[verb])
    return act_page(
        request,
        form,
        lambda said: _decided(request.user, row, proposal, said),
        title=_("Decide on %(case)s") % {"case": row.reference},
        submit=_("Decide"),
        back=reverse("case", args=[pk]),
        done=_done,
        to=lambda _row: where_to(request.user, pk),
        template="cases/decision/decide.html",
        keeps=True,
        **_authority(request.user, row, proposal),
        **shown,
    )


def _decided(user: User, case: Case, proposal: Proposal, said: dict[str, Any]) -> Decision:
    """Call the act of the outcome that was chosen."""
    outcome = said["outcome"]
    about = {name: said[name] for name in ("reasons", "password", "no_conflict", "version")}
    try:
        return _act(user, case, proposal, outcome, said, about)
    except Limited as limited:  # beside the field, so that what was written stays
        raise ValidationError({"password": str(limited)}) from None


def _act(
    user: User, case: Case, proposal: Proposal, outcome: str, said: dict[str, Any], about: dict[str, Any]
) -> Decision:
    if outcome == OUT.NO_CASE:
        return decisions.find_no_case(user, case.pk, **about)
    if outcome == OUT.RETURNED:
        return decisions.return_for_work(user, case.pk, **about)
    if outcome == OUT.ACCEPTED:
        shape: dict[str, Any] = {
            "measure": proposal.measure,
            "to_rank": proposal.to_rank,
            "to_unit_id": proposal.to_unit_id,
            "days": proposal.days,
        }
    else:
        unit = said["to_unit"]
        shape = {
            "measure": said["measure"],
            "to_rank": said["to_rank"],
            "to_unit_id": unit.pk if unit else None,
            "days": said["days"],
        }
    return decisions.decide(user, case.pk, **shape, **about)


def _done(row: Decision) -> str:
    if row.outcome == OUT.NO_CASE:
        return _("It is decided that there is no case. The officer is told.")
    if row.outcome == OUT.RETURNED:
        return _("The case is returned for work.")
    return _("It is decided. It has no effect before this is signed and verified: %(instrument)s.") % {
        "instrument": row.get_instrument_display()
    }


def _authority(user: User, case: Case, proposal: Proposal | None) -> dict[str, Any]:
    """By what paper the proposed measure is ordered, and whether the reader may decide on it, and for whom."""
    if proposal is None:
        return {}
    allowed, acting = authority_of(user, case, proposal.measure)
    return {
        "instrument": Instrument(power_over(case, proposal.measure).instrument).label,
        "allowed": allowed,
        "acting": Delegation.objects.select_related("giver", "unit").get(pk=acting.pk) if acting else None,
    }


@login_required
def reconsider(request: SignedIn, pk: int) -> HttpResponse:
    """Take a decision back whose order was not signed."""
    row = may(request, pk, "reconsider")
    return act_page(
        request,
        forms.Reconsider(request.user, row, posted(request)),
        lambda said: decisions.reconsider(request.user, pk, **said),
        title=_("Take the decision on %(case)s back") % {"case": row.reference},
        submit=_("Take it back"),
        back=reverse("case", args=[pk]),
        done=_("The decision is taken back. The case is investigated again."),
        to=lambda _row: where_to(request.user, pk),
        text=_(
            "Because a ground fell, or the order was not signed. The decision stays in the record; a new proposal is "
            "made and checked."
        ),
        danger=True,
        keeps=True,
    )
