"""What somebody was told, and how it reaches him."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.web.keyset import BadCursor, Keyset
from officers.actions import notices as actions
from officers.queries.notices import notices_of, shown, unread
from officers.web.forms.notices import Choose, ReadAll
from officers.web.views.acting import SignedIn, act_page, posted

PAGE = 30


@login_required
def notices(request: SignedIn) -> HttpResponse:
    """One's own, the newest first."""
    user = request.user
    after, before = request.GET.get("after"), request.GET.get("before")
    try:
        page = Keyset(notices_of(user), order=("-id",), limit=PAGE, after=after, before=before).page()
    except BadCursor:
        return redirect("notices")
    newest = notices_of(user).order_by("-id").values_list("pk", flat=True).first()
    context = {"page": page, "rows": shown(user, page.rows), "newest": newest, "some_unread": unread(user)}
    return render(request, "officers/notices/list.html", context)


@login_required
def notice(request: SignedIn, pk: int) -> HttpResponse:
    """Go to what a notice is about; with that it is read."""
    row = get_object_or_404(notices_of(request.user), pk=pk)
    actions.mark(request.user, row.pk)
    (one,) = shown(request.user, [row])
    if one.path:
        return redirect(one.path)
    messages.info(request, _("What this notice was about is no longer with you."))
    return redirect("notices")


@login_required
@require_POST
def read_all(request: SignedIn) -> HttpResponse:
    """Mark as read what was on the page, and all before it."""
    form = ReadAll(request.POST)
    if not form.is_valid():
        raise Http404
    actions.read_all(request.user, until=form.cleaned_data["until"])
    messages.success(request, _("All notices are marked as read."))
    return redirect("notices")


@login_required
def choose(request: SignedIn) -> HttpResponse:
    """How notices that can wait come by mail."""
    user = request.user
    now = {"by_mail": user.notices_by_mail, "hour": user.digest_hour, "version": user.version}

    def do(said: dict[str, Any]) -> object:
        return actions.choose(user, **said)

    return act_page(
        request,
        Choose(posted(request), initial=now),
        do,
        title=_("How notices come"),
        submit=_("Save"),
        back=reverse("me"),
        done=_("Your choice is saved."),
        text=_(
            "In the list of notices they stand in any case. What is done to your account, and what must be answered "
            "within days, is mailed at once whatever you choose."
        ),
    )
