"""The desk: what somebody reports by telephone, letter or in person is typed in, and the receipt shown once."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from cases import rules
from cases.actions import intake
from cases.models import Complaint
from cases.reckoning import places
from cases.web.forms.desk import TakeDown
from cases.web.forms.fields import described
from ledger import clock
from officers.reckoning.codes import shown
from officers.web.forms.refusals import show
from officers.web.views.acting import SignedIn, posted

MOST_SUGGESTED = 12


@login_required
@never_cache
def desk(request: SignedIn) -> HttpResponse:
    """Write a report down. The same form sent twice is one report, and shows the same receipt."""
    if not rules.hands_in(request.user):
        raise Http404
    form = TakeDown(request.user, posted(request), request.FILES if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _receipt(request, form)
        except ValidationError as refusal:
            show(form, refusal)
        except PermissionDenied as refusal:
            form.add_error("unit", str(refusal))
            status = 403
    return render(request, "cases/complaints/desk.html", {"form": form}, status=status)


def _receipt(request: SignedIn, form: TakeDown) -> HttpResponse:
    said = form.cleaned_data
    row, receipt = intake.take_down(
        request.user,
        form.report(),
        unit_id=said["unit"].pk,
        channel=said["channel"],
        received_on=said["received_on"],
        token=said["token"],
    )
    return render(
        request,
        "cases/complaints/receipt.html",
        {
            "receipt": shown(receipt),
            "rows": [
                (_("Received on"), row.received_on),
                (_("How the report came"), row.get_channel_display()),
                (_("What is reported"), row.get_category_display()),
                (_("Written down at"), said["unit"].name),
                (_("Printed on"), clock.today()),
            ],
            # Whoever typed it sees it from now on only where the rules gave it to him.
            "complaint": Complaint.objects.visible_to(request.user).filter(pk=row.pk).first(),
        },
    )


@login_required
def place_suggestions(request: SignedIn) -> HttpResponse:
    """Options for a field in which a place is being typed; the field's name is the parameter's."""
    typed = next((values[-1] for _name, values in request.GET.lists()), "")
    found = places.find(str(typed).partition(" · ")[0])[:MOST_SUGGESTED]
    return render(request, "cases/complaints/places.html", {"places": [described(one.code) for one in found]})
