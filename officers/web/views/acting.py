"""What every page that acts does: ask, call one action, show its refusal or go on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ledger.conflict import Conflict
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
    template: str = "confirm.html",
    keeps: bool = False,
    **context: Any,
) -> HttpResponse:
    """A page with one form that acts: `do` gets the cleaned data and calls the action.

    Whatever the action refuses, what was typed stays: what is wrong stands beside the fields, what the user
    may not (403) and what somebody else changed meanwhile (409) on top; with `keeps` also what the record itself
    does not allow now (409), which else is a page of its own. Afterwards the page `back` is shown, or
    the one `to` makes of what `do` returned; `done` likewise. `template` shows the form; `text`,
    `rows` and `danger` as on `confirm.html`.
    """
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            result = do(form.cleaned_data)
        except ValidationError as refusal:
            show(form, refusal)
        except PermissionDenied as refusal:
            if not str(refusal):
                raise
            form.add_error(None, str(refusal))
            status = 403
        except Conflict as refusal:
            changed = _was_changed(form)
            if not (changed or keeps):
                raise
            form.add_error(None, str(refusal))
            if changed:
                form.add_error(
                    None,
                    _(
                        "What you wrote stays below. Look at the record as it is now before you send it again."
                    ),
                )
                data = request.POST.copy()
                data["version"] = str(form.initial["version"])
                form.data = data
            context["changed"] = True
            status = 409
        else:
            messages.success(request, done(result) if callable(done) else done)
            return redirect(to(result) if to else back)
    context |= {"form": form, "title": title, "submit": submit, "back": back}
    return render(request, template, context, status=status)


def _was_changed(form: forms.Form) -> bool:
    """Whether the record has another version now than the form was filled in for."""
    then = form.cleaned_data.get("version")
    return then is not None and form.initial.get("version") not in (None, then)
