"""An officer whom the publication policy names, or may name: withheld by an inspector, before or while he is shown."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.actions.publishing import names as actions
from audits.models import OutcomeNotice
from audits.web.forms.public_names import Withhold
from audits.web.views.looking import reads
from cases.models import Case
from ledger.reading import note_read
from officers.models.users import Role
from officers.web.views.acting import SignedIn, act_page, posted


@reads(Role.INSPECTOR)
def name_withhold(request: SignedIn, pk: int) -> HttpResponse:
    """Keep the officer of a case from being named."""
    rows = Case.objects.visible_to(request.user).select_related("officer", "unit")
    case = get_object_or_404(rows, pk=pk)
    note_read(request.user, "opened", Case._meta.db_table, case.pk, fields=["officer", "outcome_notice"])
    return act_page(
        request,
        Withhold(posted(request), initial={"version": case.version}),
        lambda said: actions.withhold(request.user, pk, **said),
        title=_("Withhold the name from the public"),
        text=_(
            "The officer is not named on the public pages, whatever the publication policy says. A name that is shown "
            "is gone at once. It cannot be shown again."
        ),
        rows=_about(case),
        submit=_("Withhold the name"),
        back=reverse("case", args=[pk]),
        done=_("The name is withheld from the public."),
        danger=True,
        keeps=True,
    )


def _about(case: Case) -> list[tuple[Any, Any]]:
    notice = OutcomeNotice.objects.filter(measure__case=case).order_by("-pk").first()
    about: list[tuple[Any, Any]] = [
        (_("Case"), case.reference),
        (_("Officer"), case.officer.name),
        (_("Public notice"), notice.get_status_display() if notice else _("The name is not shown.")),
    ]
    if notice is not None:
        about += [
            (_("Shown from"), notice.shown_from),
            (_("Shown until"), notice.shown_until),
            (_("Not shown since"), notice.gone_on),
            (_("Why withheld"), notice.why_withheld),
        ]
    return about
