"""A claimed refusal: made by an administrator on a line that was not taken."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.web.templatetags.web import native_digits
from ledger.conflict import Conflict
from officers import rules
from officers.actions import claims
from officers.lifecycles import verbs
from officers.models import DrugTest
from officers.queries.claims import COLOURS, claim_of, determination_of
from officers.web.forms.tests import ClaimForm
from officers.web.views.acting import act_page, posted


def claim_on(test: DrugTest, user: Any) -> dict[str, Any]:
    """What a line's page says of a claim, and whether its reader may make one."""
    made = claim_of(test)
    if made is None:
        return {"claims": "claim" in verbs(test, user)}
    determination = determination_of(made)
    return {
        "claim": [
            (_("What the officer did, as claimed"), made.get_reason_code_display()),
            (_("What happened, in words"), made.account),
            (_("Witness"), made.witness),
            (_("Claimed by"), made.made_by.name),
            (_("Claimed at"), made.made_at),
        ],
        "claim_status": determination.label,
        "claim_colour": COLOURS[determination],
    }


@login_required
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim a refusal. It says what a claim is, and what happens with it."""
    user: Any = request.user
    found = DrugTest.objects.visible_to(user).select_related("sheet__unit", "officer__unit")
    test = get_object_or_404(found, pk=pk)
    if not rules.claims(user, test):
        raise PermissionDenied(_("You may not do this."))
    if request.method != "POST" and (claim_of(test) or "claim" not in verbs(test, user)):
        raise Conflict(_("A refusal can be claimed once, on a line that was not taken."))
    officer = test.officer
    return act_page(
        request,
        ClaimForm(posted(request), initial={"version": test.version}),
        lambda said: claims.claim(user, pk, **said),
        title=_("Claim a refusal: line %(line)s of %(sheet)s")
        % {"line": test.line, "sheet": test.sheet.reference},
        text=_(
            "It is your claim, and no finding. A reviewing physician hears the officer and determines whether it was "
            "a refusal; until then it counts for nothing, and the line cannot be changed. You do not see the review, "
            "only how it ends."
        ),
        rows=[
            (_("Officer"), f"{native_digits(officer.service_number)} · {officer.name_km}"),
            (_("Not taken"), test.get_not_taken_display()),
            (_("Reason given for absence"), test.get_excuse_display() if test.excuse else ""),
        ],
        submit=_("Claim a refusal"),
        back=reverse("test", args=[pk]),
        done=_("The claim is made. A reviewing physician determines it."),
    )
