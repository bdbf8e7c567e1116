"""The officer's door: what concerns him and what he can do about it, behind a personal code. All of it by POST.

Nothing is kept of a visit but what he does, in the log and with his number: no session, no cookie, no address. What the
code opened is carried on, sealed, for half an hour.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from foundation.limits.addresses import client_network
from foundation.limits.counting import Limit, Limited
from ledger.conflict import Conflict
from officers.actions import doors
from officers.models import DoorCode
from officers.queries.doors import letter_of, waits
from officers.web.forms.carrying import Lost, carried, carry
from officers.web.forms.door import CodeForm, WordsForm
from officers.web.views.matters import Act, Ask, Matter, matters_of
from officers.web.views.strangers import in_both, speak, without_session

#: Codes tried from one network, right or wrong; a barracks may sit behind one address.
LOOK_UPS = Limit("door", 60, timedelta(minutes=5), fallback="database")
#: Tries with one code: who found a letter does not find the year of birth by trying all of them.
TRIES = Limit("door-code", 20, timedelta(days=1), fallback="database")
#: What is said and asked for from one network.
ACTS = Limit("door-acts", 100, timedelta(hours=1), fallback="database")

OPEN_FOR = timedelta(minutes=30)
SHUT = gettext_lazy("This page stood open too long. Enter your code again. What you wrote here is kept.")
ENDED = gettext_lazy(
    "This letter opens nothing any more: its time is over, or a newer letter took its place."
)
#: The name of a field in which something can be said: an act, and the key of a matter.
_SAID = re.compile(r"[a-z_]{1,30}-[a-z]{1,30}-\d{1,18}")


@dataclass(frozen=True)
class Visit:
    letter: DoorCode
    language: str

    @property
    def actor(self) -> doors.AtTheDoor:
        return doors.at_the_door(self.letter.officer)

    def sealed(self) -> str:
        return carry("door", {"letter": self.letter.pk, "language": self.language}, lasts=OPEN_FOR)


@without_session
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """First the code is asked for; what it opens carries it on, sealed."""
    if request.method != "POST":
        return _ask(request, CodeForm())
    do, _colon, value = request.POST.get("do", "go").partition(":")
    if "state" not in request.POST:
        speak(request, value if do == "language" else request.POST.get("language", ""))
        if do == "language":
            return _ask(request, CodeForm(initial=request.POST.dict()))
        return _look_up(request)
    try:
        opened = carried("door", request.POST["state"])
    except Lost:
        return _ask(request, CodeForm(), problems=in_both(SHUT), status=400)
    letter = letter_of(opened["letter"])
    language = speak(request, value if do == "language" else opened["language"])
    if letter is None:
        return _ask(request, CodeForm(), problems=[("", ENDED)], status=400)
    return _turn(request, Visit(letter, language), do, value)


def _turn(request: HttpRequest, visit: Visit, do: str, value: str) -> HttpResponse:
    if do == "open":
        doors.enter(visit.actor, visit.letter.pk)
    elif visit.letter.opened_at is None or waits(visit.letter.officer):
        return _before(request, visit)
    if do == "language":  # the same page in another language
        do, value = request.POST.get("page", "").partition(":")[::2]
    if do == "print":
        return _print(request, visit, value)
    if do in ("act", "sure"):
        verb, _colon, key = value.partition(":")
        return _act(request, visit, verb, key, sure=do == "sure")
    return _show(request, visit)


def _ask(request: HttpRequest, form: CodeForm, *, status: int = 200, problems: Any = ()) -> HttpResponse:
    context = {"form": form, "kept": _typed(request), "problems": problems}
    return render(request, "officers/door/ask.html", context, status=status)


def _typed(request: HttpRequest) -> dict[str, str]:
    """What he wrote, on whatever page: it goes on with him until it is sent."""
    return {name: text for name, text in request.POST.dict().items() if _SAID.fullmatch(name)}


def _look_up(request: HttpRequest) -> HttpResponse:
    """A wrong code and a wrong year get the same words after the same work."""
    form = CodeForm(request.POST)
    code, year = form.understood()
    try:
        LOOK_UPS.take(client_network(request))
        if code != CodeForm.NONE:
            TRIES.take(code)
    except Limited as limited:
        form.add_error("code", str(limited))
        response = _ask(request, form, status=429)
        response["Retry-After"] = str(limited.retry_after)
        return response
    letter = doors.find(code, year)
    if letter is None:
        wrong = _("No letter has this code and this year of birth. Look at each digit once more.")
        form.add_error("code", wrong)
        return _ask(request, form)
    visit = Visit(letter, speak(request, ""))
    if letter.opened_at is None or waits(letter.officer):
        return _before(request, visit)
    return _show(request, visit)


def _before(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What it means to go on is said before anything else is."""
    context = {"state": visit.sealed(), "kept": _typed(request)}
    return render(request, "officers/door/before.html", context)


def _print(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    matter = next((one for one in matters_of(visit.letter.officer) if one.key == key and one.papers), None)
    if matter is None:
        return _show(request, visit)
    context = {
        "state": visit.sealed(),
        "kept": _typed(request),
        "matter": matter,
        "officer": visit.letter.officer,
    }
    return render(request, "officers/door/print.html", context)


def _act(request: HttpRequest, visit: Visit, verb: str, key: str, *, sure: bool) -> HttpResponse:
    matters = matters_of(visit.letter.officer)
    matter = next((one for one in matters if one.key == key), None)
    act = matter.acts.get(verb) if matter else None
    if matter is None or act is None:
        too_late = _("This is not possible any more. Below you see how things stand.")
        return _show(request, visit, problems=[("", too_late)], status=409)
    if act.sure and not sure:
        return _sure(request, visit, matter, verb, act)
    return _do(request, visit, matter, verb, act)


def _sure(request: HttpRequest, visit: Visit, matter: Matter, verb: str, act: Act) -> HttpResponse:
    context = {
        "state": visit.sealed(),
        "kept": _typed(request),
        "matter": matter,
        "act": act,
        "press": f"{verb}:{matter.key}",
        "said": [
            text for name, one in matter.asked(verb) if (text := _in_words(one, request.POST.get(name, "")))
        ],
    }
    return render(request, "officers/door/sure.html", context)


def _in_words(one: Ask, said: str) -> str:
    return str(dict(one.choices).get(said, "")) if one.choices else said


def _do(request: HttpRequest, visit: Visit, matter: Matter, verb: str, act: Act) -> HttpResponse:
    fields = {one.name: name for name, one in matter.asked(verb)}
    said = {name: request.POST.get(field, "") for name, field in fields.items()}
    form = _words(matters_of(visit.letter.officer), request)
    try:
        ACTS.take(client_network(request))
        act.do(visit.actor, matter.pk, said.pop("text"), **said)
    except Limited as limited:
        form.add_error(fields["text"], str(limited))
        response = _show(request, visit, form, status=429)
        response["Retry-After"] = str(limited.retry_after)
        return response
    except ValidationError as refusal:
        wrong = refusal.message_dict if hasattr(refusal, "error_dict") else {"text": refusal.messages}
        for name, messages in wrong.items():
            form.add_error(fields.get(name, fields["text"]), ValidationError(messages))
        return _show(request, visit, form)
    except Conflict as refusal:
        return _show(request, visit, problems=[("", str(refusal))], status=409)
    return _show(request, visit, done=act.done, sent=tuple(fields.values()))


def _words(
    matters: list[Matter], request: HttpRequest, *, data: bool = True, sent: Collection[str] = ()
) -> WordsForm:
    asked = [pair for matter in matters for verb in matter.acts for pair in matter.asked(verb)]
    if data:
        return WordsForm(request.POST, asked=asked)
    typed = {name: text for name, text in _typed(request).items() if name not in sent}
    return WordsForm(asked=asked, initial=typed)


def _show(
    request: HttpRequest,
    visit: Visit,
    form: WordsForm | None = None,
    *,
    done: str = "",
    sent: Collection[str] = (),
    problems: Any = (),
    status: int = 200,
) -> HttpResponse:
    """
    :param sent: the fields whose words were taken, to be empty again
    """
    matters = matters_of(visit.letter.officer)
    form = form or _words(matters, request, data=False, sent=sent)
    # What he wrote for an act that is not possible any more he sees once, to keep it elsewhere.
    typed = _typed(request).items()
    lost = [text for name, text in typed if text.strip() and name not in form.fields and name not in sent]
    context = {
        "state": visit.sealed(),
        "form": form,
        "letter": visit.letter,
        "matters": [(one, [_drawn(one, verb, form) for verb in one.acts]) for one in matters],
        "done": done,
        "problems": problems,
        "lost": lost,
    }
    return render(request, "officers/door/door.html", context, status=status)


def _drawn(matter: Matter, verb: str, form: WordsForm) -> dict[str, Any]:
    return {
        "act": matter.acts[verb],
        "fields": [form[name] for name, _asked in matter.asked(verb)],
        "press": f"act:{verb}:{matter.key}",
    }
