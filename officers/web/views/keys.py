"""One's own account: language, roles, API keys."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from ledger import clock
from officers import rules
from officers.actions import api_keys as actions
from officers.actions import users as user_actions
from officers.models import ApiKey
from officers.models.api_keys import Scope
from officers.web.forms.keys import Issue, Revoke
from officers.web.forms.refusals import show
from officers.web.forms.users import Speak
from officers.web.views.acting import SignedIn, act_page, posted


@login_required
def me(request: SignedIn) -> HttpResponse:
    """One's own account; the language is all one changes here oneself."""
    user = request.user
    form = Speak(posted(request), initial={"language": user.language})
    if request.method == "POST" and form.is_valid():
        user_actions.speak(user, language=form.cleaned_data["language"])
        response = redirect("me")
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)  # this browser's choice would win over it
        return response
    rows = [
        (_("User name"), user.username),
        (_("Name in Khmer"), user.name_km),
        (_("Name in Latin letters"), user.name_latin),
        (_("E-mail"), user.email),
    ]
    return render(request, "officers/keys/me.html", {"form": form, "rows": rows, "held": user.held_roles})


def listed(keys: Iterable[ApiKey]) -> list[dict[str, Any]]:
    """Keys as a page lists them: what they may do in words, their state, the hour they were last used in."""
    now = clock.now()
    rows = []
    for key in keys:
        live = key.revoked_at is None and key.expires_at > now
        state = _("Works") if live else _("Expired") if key.revoked_at is None else _("Revoked")
        used = getattr(key, "use", None)
        scopes = [Scope(scope).label for scope in key.scopes]
        rows.append(
            {"key": key, "scopes": scopes, "state": state, "live": live, "used": used.hour if used else None}
        )
    return rows


@login_required
def keys(request: SignedIn) -> HttpResponse:
    """One's own API keys."""
    rows = listed(ApiKey.objects.filter(user=request.user).select_related("use").order_by("-id"))
    context = {
        "rows": rows,
        "may_issue": sum(row["live"] for row in rows) < actions.LIVE_KEYS,
    }
    return render(request, "officers/keys/list.html", context)


@login_required
@reauthentication_required
@never_cache
def issue(request: SignedIn) -> HttpResponse:
    """Make a key and show it, this once."""
    form = Issue(request.user, posted(request))
    if request.method == "POST" and form.is_valid():
        # The key lives until the end of its last day.
        last = timezone.make_aware(datetime.combine(form.cleaned_data["expires_at"], time.max))
        try:
            key, secret = actions.issue(request.user, **form.cleaned_data | {"expires_at": last})
        except ValidationError as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("The key is made."))
            context = {"key": key, "secret": secret, "address": f"{settings.PUBLIC_URL}/api/v1/me/"}
            return render(request, "officers/keys/issued.html", context)
    context = {
        "form": form,
        "title": _("A new API key"),
        "submit": _("Make the key"),
        "back": reverse("keys"),
        "text": _("A program that has the key acts as you. It is shown once; keep it like a password."),
    }
    return render(request, "confirm.html", context)


@login_required
def revoke(request: SignedIn, pk: int) -> HttpResponse:
    """End a key at once, without the password again: to stop it must not wait. Another's asks for a reason."""
    key = get_object_or_404(ApiKey.objects.visible_to(request.user).select_related("user"), pk=pk)
    if not rules.revokes(request.user, key):
        raise Http404
    own = key.user_id == request.user.pk
    form = forms.Form(posted(request)) if own else Revoke(posted(request))
    return act_page(
        request,
        form,
        lambda data: actions.revoke(request.user, pk, **data),
        title=_("Revoke the key “%(label)s”") % {"label": key.label},
        submit=_("Revoke"),
        back=reverse("keys") if own else reverse("user", args=[key.user_id]),
        done=_("The key is revoked."),
        text=_(
            "Programs that use it are refused at once. A revoked key is never restored; make a new one instead."
        ),
        rows=None if own else [(_("User"), key.user.name), (_("Begins with"), f"pk_{key.prefix}…")],
        danger=True,
    )
