"""What every page that acts does: ask, call one action, show its refusal or go on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from officers.web.forms.refusals import show


def act_page(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    submit: str,
    back: str,
    done: str,
    to: Callable[[Any], str] | None = None,
    **context: Any,
) -> HttpResponse:
    """A page with one form that acts: `do` gets the cleaned data and calls the action.

    What the action finds wrong stands beside the fields, and what was typed stays. Afterwards the page
    `back` is shown, or the one `to` makes of what `do` returned. `text`, `rows` and `danger` as on
    `confirm.html`; other refusals (403, 404, 409) are pages of their own.
    """
    if request.method == "POST" and form.is_valid():
        try:
            result = do(form.cleaned_data)
        except ValidationError as refusal:
            show(form, refusal)
        else:
            messages.success(request, done)
            return redirect(to(result) if to else back)
    context |= {"form": form, "title": title, "submit": submit, "back": back}
    return render(request, "confirm.html", context)
