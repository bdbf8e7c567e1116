"""One's own second factor: an authenticator app, passkeys, recovery codes."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import clear_totp_secret
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from officers import rules
from officers.actions import second_factors as actions
from officers.web.forms.refusals import show
from officers.web.forms.second_factors import AddPasskey, RenamePasskey
from officers.web.views.acting import SignedIn, act_page, posted

Type = Authenticator.Type


@login_required
def index(request: SignedIn) -> HttpResponse:
    """What one signs in with beside the password."""
    factors = list(request.user.authenticator_set.order_by("pk"))
    codes = next((one.wrap() for one in factors if one.type == Type.RECOVERY_CODES), None)
    context = {
        "app": next((one for one in factors if one.type == Type.TOTP), None),
        "passkeys": [(one, one.wrap()) for one in factors if one.type == Type.WEBAUTHN],
        "may_add": sum(one.type == Type.WEBAUTHN for one in factors) < actions.MOST_PASSKEYS,
        "most": actions.MOST_PASSKEYS,
        "codes": codes,
        "left": len(codes.get_unused_codes()) if codes else 0,
        "owes": rules.owes_second_factor(request.user),
    }
    return render(request, "officers/second_factors/index.html", context)


@method_decorator(never_cache, name="dispatch")
class AddApp(ActivateTOTPView):
    """Scan a code, type the first number that the app shows."""

    template_name = "officers/second_factors/app.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if user.is_authenticated and user.authenticator_set.filter(type=Type.TOTP).exists():
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        user: Any = self.request.user
        try:
            codes = actions.add_app(user, secret=form.secret)
        except ValidationError as refusal:
            show(form, refusal)
            return self.form_invalid(form)
        clear_totp_secret(self.request)
        return _set_up(self.request, codes, _("The authenticator app is set up."))


@method_decorator(never_cache, name="dispatch")
class AddPasskeyPage(AddWebAuthnView):
    """Have a device make a passkey; the ceremony is the browser's."""

    form_class = AddPasskey
    template_name = "officers/second_factors/passkey.html"

    def form_valid(self, form: Any) -> HttpResponse:
        user: Any = self.request.user
        data = form.cleaned_data
        try:
            codes = actions.add_passkey(user, name=data["name"], credential=data["credential"])
        except ValidationError as refusal:
            show(form, refusal)
            return self.form_invalid(form)
        return _set_up(self.request, codes, _("The passkey is added."))


class PasskeyAgain(ReauthenticateWebAuthnView):
    """A passkey before a change; one that is not right is said here, and what one was about to do is not lost."""

    def form_invalid(self, form: Any) -> HttpResponse:
        return FormView.form_invalid(self, form)


def _set_up(request: HttpRequest, codes: list[str], done: str) -> HttpResponse:
    """Go on in this browser, which has just proved itself; show the codes that were made, this once."""
    _stay(request)
    messages.success(request, done)
    if codes:
        return render(request, "officers/second_factors/codes.html", {"codes": codes})
    return redirect("mfa_index")


def _stay(request: HttpRequest) -> None:
    """Renew the session in which its owner ended all his sessions."""
    user: Any = request.user
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)


def _own(request: SignedIn, pk: int, *types: str) -> Authenticator:
    return get_object_or_404(request.user.authenticator_set, pk=pk, type__in=types)


@login_required
@reauthentication_required(app="allauth.mfa")
def rename(request: SignedIn, pk: int) -> HttpResponse:
    """Call a passkey something else."""
    passkey = _own(request, pk, Type.WEBAUTHN)
    return act_page(
        request,
        RenamePasskey(posted(request), initial={"name": passkey.wrap().name}),
        lambda data: actions.rename_passkey(request.user, pk, **data),
        title=_("Give the passkey another name"),
        submit=_("Save"),
        back=reverse("mfa_index"),
        done=_("The passkey has another name."),
    )


@login_required
@reauthentication_required(app="allauth.mfa")
def remove(request: SignedIn, pk: int) -> HttpResponse:
    """Put the app or a passkey out of use."""
    factor = _own(request, pk, Type.TOTP, Type.WEBAUTHN)
    others = request.user.authenticator_set.exclude(pk=pk).exclude(type=Type.RECOVERY_CODES)
    is_app = factor.type == Type.TOTP
    last = _(
        "It is your only one: the recovery codes go with it, and you may have to set up another at once."
    )

    def do(_data: dict[str, Any]) -> None:
        actions.remove(request.user, pk)
        _stay(request)

    return act_page(
        request,
        forms.Form(posted(request)),
        do,
        title=_("Remove the authenticator app")
        if is_app
        else _("Remove the passkey “%(name)s”") % {"name": factor.wrap().name},
        submit=_("Remove"),
        back=reverse("mfa_index"),
        done=_("The authenticator app is removed.") if is_app else _("The passkey is removed."),
        text="" if others.exists() else last,
        danger=True,
    )


@login_required
@reauthentication_required(app="allauth.mfa")
@never_cache
def codes(request: SignedIn) -> HttpResponse:
    """Make new recovery codes and show them, this once."""
    form = forms.Form(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_codes(request.user)
        except ValidationError as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("New recovery codes are made."))
            return render(request, "officers/second_factors/codes.html", {"codes": made})
    context = {
        "form": form,
        "title": _("New recovery codes"),
        "submit": _("Make new codes"),
        "back": reverse("mfa_index"),
        "text": _("The codes you have now will no longer work. The new ones are shown once."),
    }
    return render(request, "confirm.html", context)
