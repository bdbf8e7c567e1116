"""Saved searches of the queue: one's own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.actions import searches as actions
from cases.models import SEES, SavedSearch
from cases.models.complaints import ComplaintQuerySet
from cases.queries.complaints import counted
from cases.queries.searches import found_by, saved_by
from cases.web.forms.complaints import QueueFilter
from cases.web.forms.searches import Change, Keep, Remove, as_filter
from foundation.web.panels import chosen
from officers.models import User
from officers.web.views.acting import SignedIn, act_page, posted


def _own(request: SignedIn, pk: int) -> SavedSearch:
    """:raises Http404: if it is not his, or was removed"""
    return get_object_or_404(SavedSearch.objects.kept().visible_to(request.user), pk=pk)


@login_required
def searches(request: SignedIn) -> HttpResponse:
    """Each with what it asks for and how many fit now; for the queue a fragment of names and numbers."""
    user = request.user
    if not user.has_role(*SEES):
        raise Http404
    rows = [
        {"search": row, "chosen": _words(user, row), "count": _count(found_by(row))} for row in saved_by(user)
    ]
    if request.headers.get("HX-Request"):
        return render(request, "cases/searches/_names.html", {"rows": rows})
    crumbs = [(_("Complaints"), reverse("complaints")), (_("Saved searches"), "")]
    return render(request, "cases/searches/list.html", {"rows": rows, "breadcrumbs": crumbs})


def _words(user: User, row: SavedSearch) -> list[str]:
    query, _unknown = as_filter(row.query)
    return [
        one.text if one.text == one.label else f"{one.label}: {one.text}"
        for one in chosen(QueueFilter(user, query), query)
    ]


def _count(found: ComplaintQuerySet | None) -> str:
    """Empty for a search that cannot be read any more: opened, it says why."""
    return "" if found is None else counted(found) or "0"


@login_required
def search(request: SignedIn, pk: int) -> HttpResponse:
    """Open the queue with what a search asks for. What he may see of it the queue decides, each time."""
    row = _own(request, pk)
    query, unknown = as_filter(row.query)
    if unknown:
        words = _("This saved search asks for something that the list does not know: %(names)s.")
        messages.warning(request, words % {"names": ", ".join(unknown)})
    return redirect(f"{reverse('complaints')}?{query.urlencode()}")


@login_required
def keep(request: SignedIn) -> HttpResponse:
    """Give what is chosen in the queue, which stands in the address, a name."""
    user = request.user
    if not user.has_role(*SEES):
        raise Http404
    choice = QueueFilter(user, request.GET)
    back = f"{reverse('complaints')}?{request.GET.urlencode()}"
    if not choice.is_valid():
        return redirect(back)

    def do(said: dict[str, Any]) -> SavedSearch:
        try:
            return actions.save(user, query=choice.asked().as_kept(), **said)
        except ValidationError as refusal:
            raise _without_field(refusal) from refusal

    return act_page(
        request,
        Keep(posted(request)),
        do,
        title=_("Save this search"),
        submit=_("Save"),
        back=back,
        done=_("The search is saved."),
        text=_(
            "It keeps what you search for, and not what it finds: each time it shows what you may see then."
        ),
        rows=[(one.label, one.text) for one in chosen(choice, request.GET)],
    )


def _without_field(refusal: ValidationError) -> ValidationError:
    """What is wrong with the search has no field on this page."""
    said = refusal.error_dict if hasattr(refusal, "error_dict") else {}
    return ValidationError(said["query"]) if "query" in said else refusal


@login_required
def change(request: SignedIn, pk: int) -> HttpResponse:
    row = _own(request, pk)
    now = {"name": row.name, "in_digest": row.in_digest, "version": row.version}
    return act_page(
        request,
        Change(posted(request), initial=now),
        lambda said: actions.change(request.user, pk, **said),
        title=_("Change the saved search “%(name)s”") % {"name": row.name},
        submit=_("Save"),
        back=reverse("saved_searches"),
        done=_("The search is saved."),
    )


@login_required
def remove(request: SignedIn, pk: int) -> HttpResponse:
    """Take one away; the next page offers to take that back."""
    row = _own(request, pk)
    return act_page(
        request,
        Remove(posted(request), initial={"version": row.version}),
        lambda said: actions.remove(request.user, pk, **said),
        title=_("Remove the saved search “%(name)s”?") % {"name": row.name},
        submit=_("Remove"),
        back=reverse("saved_searches"),
        done=_("The search is removed."),
        to=lambda gone: reverse("saved_search_gone", args=[gone.pk]),
        text=_("The complaints it finds stay as they are."),
        danger=True,
    )


@login_required
def gone(request: SignedIn, pk: int) -> HttpResponse:
    """After a removal: back to the list, or have it again."""
    row = get_object_or_404(SavedSearch.objects.visible_to(request.user), pk=pk)
    if row.removed_at is None:
        return redirect("saved_searches")
    return render(request, "cases/searches/gone.html", {"search": row})


@login_required
@require_POST
def restore(request: SignedIn, pk: int) -> HttpResponse:
    try:
        actions.restore(request.user, pk)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("saved_search_gone", pk)
    messages.success(request, _("The search is there again."))
    return redirect("saved_searches")
