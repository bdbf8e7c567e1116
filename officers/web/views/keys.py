"""One's own account: language, roles, API keys."""

from datetime import datetime, time

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from ledger import clock
from officers.actions import api_keys as actions
from officers.actions import users as user_actions
from officers.models import ApiKey
from officers.models.api_keys import Scope
from officers.web.forms.keys import Issue
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


@login_required
def keys(request: SignedIn) -> HttpResponse:
    """One's own API keys."""
    now = clock.now()
    rows = []
    for key in ApiKey.objects.visible_to(request.user).order_by("-id"):
        if key.revoked_at is not None:
            state = (_("Revoked"), "grey")
        elif key.expires_at <= now:
            state = (_("Expired"), "grey")
        else:
            state = (_("Works"), "green")
        rows.append((key, [Scope(scope).label for scope in key.scopes], *state, state[1] == "green"))
    live = sum(is_live for *_rest, is_live in rows)
    return render(request, "officers/keys/list.html", {"rows": rows, "may_issue": live < actions.LIVE_KEYS})


@login_required
@reauthentication_required
@never_cache
def issue(request: SignedIn) -> HttpResponse:
    """Make a key and show it, this once."""
    form = Issue(posted(request))
    if request.method == "POST" and form.is_valid():
        # The key lives until the end of its last day.
        last = timezone.make_aware(datetime.combine(form.cleaned_data["expires_at"], time.max))
        try:
            key, secret = actions.issue(request.user, **form.cleaned_data | {"expires_at": last})
        except ValidationError as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("The key is made."))
            return render(request, "officers/keys/issued.html", {"key": key, "secret": secret})
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
    """End a key at once."""
    key = get_object_or_404(ApiKey.objects.visible_to(request.user), pk=pk)
    return act_page(
        request,
        forms.Form(posted(request)),
        lambda _data: actions.revoke(request.user, pk),
        title=_("Revoke the key “%(label)s”") % {"label": key.label},
        submit=_("Revoke"),
        back=reverse("keys"),
        done=_("The key is revoked."),
        text=_("Programs that use it are refused at once."),
        danger=True,
    )
