"""Keys of the open data, for system administrators who must revoke one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audits import rules
from audits.actions import open_keys as actions
from audits.models import OpenKey
from audits.web.forms.lists import UndoForm
from foundation.web.keyset import BadCursor, Keyset
from ledger import clock
from ledger.reading import note_read
from officers.web.views.acting import SignedIn, act_page, posted

PAGE = 50
TABLE = OpenKey._meta.db_table


@login_required
def open_keys(request: SignedIn) -> HttpResponse:
    """All keys, the newest first; whose they are stands in no list."""
    _may(request)
    after, before = request.GET.get("after"), request.GET.get("before")
    found = OpenKey.objects.visible_to(request.user)
    try:
        page = Keyset(found, order=("-id",), limit=PAGE, after=after, before=before).page()
    except BadCursor:
        return redirect("staff_open_keys")
    note_read(request.user, "listed", TABLE)
    now = clock.now()
    rows = [(key, _state(key, now), key.revoked_at is None and key.expires_at > now) for key in page.rows]
    return render(request, "audits/open_keys/list.html", {"page": page, "rows": rows})


@login_required
def revoke(request: SignedIn, pk: int) -> HttpResponse:
    """End a key, for a reason."""
    _may(request)
    key = get_object_or_404(OpenKey.objects.visible_to(request.user), pk=pk)
    return act_page(
        request,
        UndoForm(posted(request), initial={"version": key.version}),
        lambda said: actions.revoke(request.user, pk, **said),
        title=_("Revoke the key “%(label)s”") % {"label": key.label},
        text=_("It stops working at once and for good."),
        rows=[(_("Key"), str(key)), (_("Confirmed"), key.confirmed_at), (_("Expires"), key.expires_at)],
        submit=_("Revoke"),
        back=reverse("staff_open_keys"),
        done=_("The key is revoked."),
        danger=True,
    )


@login_required
def holder(request: SignedIn, pk: int) -> HttpResponse:
    """Whose key it is. The look is an event, so it takes a button."""
    _may(request)
    key = get_object_or_404(OpenKey.objects.visible_to(request.user), pk=pk)
    address = actions.read_address(request.user, pk) if request.method == "POST" else ""
    return render(request, "audits/open_keys/holder.html", {"key": key, "address": address})


def _may(request: SignedIn) -> None:
    if not rules.revokes_open_keys(request.user):
        raise Http404


def _state(key: OpenKey, now: Any) -> str:
    if key.revoked_at is not None:
        return _("Revoked")
    return _("Works") if key.expires_at > now else _("Expired")
