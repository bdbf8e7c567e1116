"""Precautionary suspensions: ordering one, looking at it again, and the list of those to be looked at."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import rules
from cases.actions import suspensions as actions
from cases.models import Suspension
from cases.models.orders import SEES_ORDERS
from cases.web.forms import measures as forms
from cases.web.views.case_steps import may
from cases.web.views.dossier import where_to, who
from cases.web.views.queue import days_left
from cases.web.views.sections import sections
from foundation.web.keyset import BadCursor, Keyset
from ledger import clock
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.web.forms.fields import asked
from officers.web.views.acting import SignedIn, act_page, posted

TABLE = Suspension._meta.db_table
PAGE = 50
ORDER = ("review_by", "id")


@login_required
def suspensions(request: SignedIn) -> HttpResponse:
    """Those that hold, the one to be looked at first on top."""
    user = request.user
    if not user.has_role(*SEES_ORDERS):
        raise Http404
    form = forms.FilterSuspensions(request.GET)
    rows = Suspension.objects.visible_to(user).filter(ended_on=None)
    if form.is_valid() and form.cleaned_data["late"]:
        rows = rows.filter(review_by__lt=clock.today())
    try:
        page = Keyset(
            rows.select_related("case__officer", "case__officer_unit", "case__unit", "ordered_by"),
            order=ORDER,
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("suspensions")
    note_read(user, "listed", TABLE, **asked(form))
    today = clock.today()
    context = {
        "sections": sections(request),
        "filter_form": form,
        "page": page,
        "rows": [
            (
                row,
                days_left(row.review_by, today),
                rules.supervises_case(user, row.case),
            )
            for row in page.rows
        ],
    }
    return render(request, "cases/register/suspensions.html", context)


@login_required
def suspend(request: SignedIn, pk: int) -> HttpResponse:
    """Suspend an officer while his case goes on."""
    row = may(request, pk, "suspend")
    note_read(request.user, "opened", "cases_case", row.pk, fields=["officer"])
    return act_page(
        request,
        forms.Suspend(request.user, row, posted(request)),
        lambda said: actions.suspend(request.user, pk, **said),
        title=_("Suspend the officer in %(case)s") % {"case": row.reference},
        submit=_("Suspend"),
        back=reverse("case", args=[pk]),
        done=_("The officer is suspended and is told so. It is looked at again in time."),
        to=lambda _row: where_to(request.user, pk),
        text=_("A precaution and no measure. It ends with the case, and is reviewed until then."),
        rows=who(row),
        danger=True,
        keeps=True,
    )


@login_required
def review(request: SignedIn, pk: int) -> HttpResponse:
    """Look again at whether a suspension is still needed."""
    row = may(request, pk, "review_suspension")
    suspension = Suspension.objects.filter(case=row, ended_on=None).select_related("ordered_by").first()
    if suspension is None and request.method != "POST":
        raise Conflict(_("The officer is not suspended."))
    note_read(request.user, "opened", "cases_case", row.pk, fields=["suspension"])
    since = [
        (_("Suspended since"), suspension.starts_on),
        (_("With pay"), suspension.with_pay),
        (_("Why it was needed"), suspension.reasons),
        (_("Ordered by"), suspension.ordered_by.name),
        (_("To be reviewed by"), suspension.review_by),
    ] if suspension else []  # fmt: skip
    return act_page(
        request,
        forms.ReviewSuspension(request.user, row, posted(request)),
        lambda said: actions.review_suspension(request.user, pk, **said),
        title=_("Review the suspension in %(case)s") % {"case": row.reference},
        submit=_("Keep the review"),
        back=reverse("case", args=[pk]),
        done=_("The review is recorded."),
        to=lambda _row: where_to(request.user, pk),
        rows=[*who(row), *since],
        keeps=True,
    )
