"""What every page that acts does: ask, call one action, show its refusal or go on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from officers.models import User
from officers.web.forms.refusals import show


class SignedIn(HttpRequest):
    """A request behind `login_required`."""

    user: User


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with: also nothing at all, which is an answer to a form without fields."""
    return request.POST if request.method == "POST" else None


def act_page(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    submit: str,
    back: str,
    done: str | Callable[[Any], str],
    to: Callable[[Any], str] | None = None,
    **context: Any,
) -> HttpResponse:
    """A page with one form that acts: `do` gets the cleaned data and calls the action.

    What the action finds wrong stands beside the fields, and what was typed stays. Afterwards the page
    `back` is shown, or the one `to` makes of what `do` returned; `done` likewise. `text`, `rows` and `danger` as on
    `confirm.html`; other refusals (403, 404, 409) are pages of their own.
    """
    if request.method == "POST" and form.is_valid():
        try:
            result = do(form.cleaned_data)
        except ValidationError as refusal:
            show(form, refusal)
        else:
            messages.success(request, done(result) if callable(done) else done)
            return redirect(to(result) if to else back)
    context |= {"form": form, "title": title, "submit": submit, "back": back}
    return render(request, "confirm.html", context)
