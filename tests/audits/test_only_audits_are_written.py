"""By page and by API an auditor writes nothing but reviews, findings and what is his own."""

import re
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from ledger.models import Change, Event
from officers.models import User
from officers.models.users import Role
from tests import make
from tests.audits.prepared import PREPARED as OF_AUDITS
from tests.config.test_second_factor import SAMPLES
from tests.officers.calling import Caller
from tests.officers.importing import at_the_time_of_the_files
from tests.officers.test_api_fuzz import someone
from tests.officers.test_api_idempotency import PREPARED

pytestmark = pytest.mark.django_db

#: Doors of the API at which an auditor does something outside of audits, and why.
OWN_BY_API = {
    "patch /api/v1/notices/choice/": "how his own notices reach him",
    "post /api/v1/notices/read/": "his own notices",
    "post /api/v1/complaints/{id}/ask_contact/": "it asks, and opens nothing: an inspector decides",
    "post /api/v1/saved-searches/": "his own questions to the list of complaints he sees",
}
#: Pages at which he does, by the beginning of their address, and why.
OWN_PAGES = {
    "/audits/": "audits, samples, reviews, findings",
    "/accounts/": "his own sign-in, password, second factors and sessions",
    "/i18n/": "the language he reads in",
    "/keys/": "his own keys",
    "/me/": "his own account",
    "/notices/": "his own notices",
    "/complaints/searches/": "his own questions to the list of complaints he sees",
    "/complaints/<int:pk>/ask_contact/": "it asks, and opens nothing: an inspector decides",
    "/door/": "an officer's own door, for whoever has its code",
    "/treatment/": "what any officer may ask for himself; the requests are for physicians",
    "/report/": "what anybody may report",
    "/receipt/": "what anybody who reported may do",
    "/open/": "what anybody may say is wrong, and keys of the open data for anybody",
}
#: Pages that judge the form before they ask who sends it; their actions refuse an auditor, as the walk above shows.
JUDGED_FIRST = {
    "/complaints/<int:pk>/pause/decide/": "nothing waits there: `decide_pause`",
    "/complaints/<int:pk>/contact/decide/": "nothing waits there: `decide_contact`",
    "/complaints/<int:pk>/settle/": "nothing waits there: `settle`",
    "/sheets/<int:pk>/lines/": "what is no list of lines is told so: `drug-tests/`",
}


@pytest.fixture
def auditor() -> User:
    return make.user(Role.AUDITOR)


@pytest.mark.parametrize("door", sorted(PREPARED.keys() - OF_AUDITS.keys()))
def test_no_door_of_the_api_outside_of_audits_takes_anything_of_an_auditor(auditor: User, door: str) -> None:
    with at_the_time_of_the_files():
        _by, path, body, _other, form = PREPARED[door]()
        caller = Caller(auditor)
        changes, events = Change.objects.count(), set(Event.objects.values_list("pk", flat=True))
        answer = getattr(caller.client, door.split()[0])(f"/api/v1/{path}", body(), format=form)

    verbs = set(Event.objects.exclude(pk__in=events).values_list("verb", flat=True))
    if door in OWN_BY_API:
        assert answer.status_code in (200, 201), answer.content
        return
    assert answer.status_code in (403, 404), (door, answer.status_code, answer.content)
    assert verbs <= {"act.refused"}
    assert Change.objects.count() == changes


def pages(patterns: Any = None, before: str = "/") -> list[str]:
    """Every address of a page, as it is written."""
    found = []
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = str(one.pattern)
        if isinstance(one, URLResolver):
            found += pages(one.url_patterns, before + route)
        elif isinstance(one, URLPattern) and not route.startswith("^"):
            found.append(before + route)
    return [route for route in found if not route.startswith(("/api/", "/healthz", "/readyz", "/metrics"))]


def filled(route: str, known: dict[str, list[int]]) -> list[str]:
    """With the rows that are there in place of the parameter, with samples of all others."""
    collection = route.strip("/").split("/")[0]
    ids = known.get(collection, [1]) if "<int:pk>" in route else [1]
    made = [route.replace("<int:pk>", str(pk)) for pk in ids]
    for name, sample in SAMPLES.items():
        made = [one.replace(f"<{name}>", sample) for one in made]
    return [re.sub(r"<[^>]+>", "1", one) for one in made]


def test_no_page_outside_of_audits_takes_anything_of_an_auditor(client: Any, auditor: User) -> None:
    """Not even a form judges what he sends: where one does, its fields alone would keep an auditor from writing.

    A list answers a POST as it answers a GET, and does nothing.
    """
    user, known = someone()
    known |= {
        "tests": known["drug-tests"],
        "users": [user.pk],
        "delegations": [1],
        "letters": [1],
    }
    client.force_login(auditor)
    client.post(
        reverse("account_reauthenticate"), {"password": make.PASSWORD}
    )  # so that none asks for it first
    events = set(Event.objects.values_list("pk", flat=True))
    changes = Change.objects.count()
    taken = {}
    for route in pages():
        if route.startswith(tuple(OWN_PAGES)) and route != "/":
            continue
        for address in filled(route, known):
            answer = client.post(address, {})
            judged = answer.status_code == 200 and b"govuk-error-summary" in answer.getvalue()
            if route in JUDGED_FIRST and answer.status_code in (200, 400):
                continue
            if judged or answer.status_code not in (200, 403, 404, 405, 409):
                taken[route] = answer.status_code

    assert not taken, "\n".join(f"{route} {status}" for route, status in taken.items())
    fresh = set(Event.objects.exclude(pk__in=events).values_list("verb", flat=True))
    assert fresh <= {"act.refused"}
    assert Change.objects.count() == changes
