"""Who is kept from what: by itself, as he declared, and until another ended it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audits import rules
from audits.actions import recusals as actions
from audits.models import Recusal
from audits.models.recusals import recused_units
from audits.web.forms.recusals import Declare, End, RecusalFilter
from audits.web.views.looking import looks
from foundation.web.keyset import BadCursor, Keyset
from ledger.reading import note_read
from officers.models import Unit, User
from officers.web.forms.fields import asked
from officers.web.views.acting import SignedIn, act_page, posted

PAGE = 50
TABLE = Recusal._meta.db_table
ORDER = ("-declared_at", "-id")
#: So many units are named; of more their number is told.
MOST_NAMED = 10


@looks
def recusals(request: SignedIn) -> HttpResponse:
    """Those of all auditors, since each must know who may review what; and what one is kept from by itself."""
    user = request.user
    form = RecusalFilter(request.GET)
    try:
        page = Keyset(
            _chosen(user, form).select_related("user", "unit", "officer", "ended_by"),
            order=ORDER,
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("recusals")
    note_read(user, "listed", TABLE, **asked(form))
    context = {
        "filter_form": form,
        "page": page,
        "rows": [(row, row.ended_at is None and rules.ends_recusal(user, row)) for row in page.rows],
        "own": _by_itself(user),
    }
    return render(request, "audits/recusal/list.html", context)


def _chosen(user: User, form: RecusalFilter) -> Any:
    rows = Recusal.objects.visible_to(user)
    if not form.is_valid():
        return rows.none()
    rows = rows if form.cleaned_data["ended"] else rows.in_force()
    return rows.filter(user=user) if form.cleaned_data["whose"] else rows


def _by_itself(user: User) -> dict[str, Any] | None:
    """What a user is kept from without declaring it: himself, his own unit and the local ones around it."""
    if not user.officer_id or user.officer is None:
        return None
    named = (
        Recusal.objects.in_force().filter(user=user, unit__isnull=False).values_list("unit__path", flat=True)
    )
    units = [
        unit
        for unit in Unit.objects.filter(pk__in=recused_units(user)).order_by("path")
        if unit.pk == user.officer.unit_id or not any(unit.path.startswith(path) for path in named)
    ]
    return {
        "unit": user.officer.unit,
        "units": [unit for unit in units if unit.pk != user.officer.unit_id][:MOST_NAMED],
        "more": max(0, len(units) - 1 - MOST_NAMED),
    }


@looks
def declare(request: SignedIn) -> HttpResponse:
    """Declare from what one is kept."""
    user = request.user
    form = Declare(user, posted(request))

    def done(row: Recusal) -> str:
        if count := actions.open_reviews_of(row).count():
            words = _("The recusal is declared. %(count)s reviews of yours are to be handed over.")
            return words % {"count": count}
        return _("The recusal is declared.")

    return act_page(
        request,
        form,
        lambda _said: actions.declare(user, **form.about()),
        title=_("Declare a recusal"),
        submit=_("Declare the recusal"),
        back=reverse("recusals"),
        done=done,
        text=_(
            "You will not see reviews and findings of this officer or unit any more. Only another auditor can end it."
        ),
        keeps=True,
    )


@looks
def end(request: SignedIn, pk: int) -> HttpResponse:
    """End somebody else's recusal."""
    rows = Recusal.objects.visible_to(request.user).select_related("user", "unit", "officer")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return act_page(
        request,
        End(row, posted(request)),
        lambda said: actions.end(request.user, pk, **said),
        title=_("End the recusal of %(name)s") % {"name": row.user.name},
        submit=_("End the recusal"),
        back=reverse("recusals"),
        done=_("The recusal is ended."),
        rows=[
            (_("Kept from"), row.unit.name if row.unit else row.officer.name if row.officer else ""),
            (_("Kind"), row.get_kind_display()),
            (_("Reason"), row.reason),
            (_("Declared"), row.declared_at),
        ],
        danger=True,
        keeps=True,
    )
