"""What is hidden from somebody is looked for in the same statements as what is not there: no time tells them apart."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Complaint
from cases.web.staff_urls import urlpatterns
from officers.models.users import Role
from tests import make
from tests.cases.test_visibility_api import BODIES, FILTERS, READS, STEPS, Accusing
from tests.officers.calling import Caller

pytestmark = pytest.mark.django_db
#: Values in a statement: texts, numbers that are not part of a name, and the names of savepoints.
_VALUES = re.compile(r"'(?:[^']|'')*'|\"s\d+_x\d+\"|(?<![\w\"])\d+")
PAGES = [
    str(one.pattern).replace("<int:referral>", "1")
    for one in urlpatterns
    if str(one.pattern).startswith("complaints/<int:pk>/")
]


def shapes(do: Callable[[], object]) -> list[str]:
    """The statements something sends, without their values."""
    with CaptureQueriesContext(connection) as captured:
        do()
    return [_VALUES.sub("?", one["sql"]) for one in captured]


@pytest.fixture(params=[Role.SUPERVISOR, Role.AUDITOR])
def barred(request):
    accusing = Accusing()
    caller = Caller(make.user(request.param, accusing.place.commune))
    caller.get("complaints/")  # what a session asks for once is behind it
    return accusing.row, Complaint(pk=accusing.row.pk + 1), caller


def _requests(row: Complaint, caller: Caller) -> Iterator[tuple[str, Callable[[], object]]]:
    for name in READS:
        yield f"GET {name}", lambda name=name: caller.get(f"complaints/{row.pk}/{name}")
    for verb in STEPS:
        yield f"POST {verb}", lambda verb=verb: caller.post(f"complaints/{row.pk}/{verb}/", BODIES[verb])
    for page in PAGES:
        address = "/" + page.replace("<int:pk>", str(row.pk))
        yield f"the page {page}", lambda address=address: caller.client.get(address)
        yield f"a form to {page}", lambda address=address: caller.client.post(address)
    forwarding = {"row": f"{row.pk}.1"}
    yield "the queue", lambda: caller.client.get(reverse("complaints"), {"q": row.reference})
    yield "forwarding", lambda: caller.client.get(reverse("complaints_forward"), {"row": row.pk})
    yield "forwarding it", lambda: caller.client.post(reverse("complaints_forward"), forwarding)


def test_a_hidden_complaint_is_asked_for_as_an_absent_one_is(barred):
    hidden, absent, caller = barred
    alike = {name: shapes(do) for name, do in _requests(absent, caller)}
    assert all(alike.values())
    assert {name: shapes(do) for name, do in _requests(hidden, caller)} == alike


def test_lists_ask_the_same_whether_something_is_hidden_or_nothing_there(barred):
    _hidden, _absent, caller = barred
    (held,) = caller.user.held_roles
    elsewhere = Caller(make.user(held.role, _empty()))
    elsewhere.get("complaints/")

    assert _lists(caller) == _lists(elsewhere)


def _lists(caller: Caller) -> list[list[str]]:
    pages = [reverse(name) for name in ("complaints", "complaints_waiting", "misses")]
    return [
        *(shapes(lambda query=query: caller.get("complaints/", **query)) for query in FILTERS),
        *(shapes(lambda page=page: caller.client.get(page)) for page in pages),
    ]


def _empty():
    """A commune post of which nothing was ever reported."""
    return make.unit(make.unit(make.unit(make.unit())))


def test_what_a_step_names_beside_the_complaint_is_looked_for_alike(place):
    handler = make.user(Role.SUPERVISOR, place.district)
    caller = Caller(handler)
    row = make.complaint(at=place.commune, category="trafficking_place", named=[_unknown()])
    other = make.complaint(at=place.commune, category="drug_dealing_officer", named=[place.district])
    officer = make.officer(place.province)
    caller.get("complaints/")
    matching = {"accused": row.accused.get().pk, "evidence": "x"}

    def named(verb: str, **body: int | str) -> tuple[int, str, list[str]]:
        answers = []
        asked = shapes(lambda: answers.append(caller.post(f"complaints/{row.pk}/{verb}/", body)))
        return answers[0].status_code, answers[0].content.decode(), asked

    hidden, absent = (named("link", original=pk) for pk in (other.pk, other.pk + 1))
    assert hidden == absent
    assert hidden[0] == 400
    hidden, absent = (named("match", officer=pk, **matching) for pk in (officer.pk, officer.pk + 999))
    assert hidden == absent
    assert hidden[0] == 400


def _unknown():
    from cases.actions.intake import Named

    return Named("officer", "The tall one")


def test_a_wrong_receipt_is_looked_for_alike_whatever_is_wrong_with_it(client):
    def typed(receipt: str) -> list[str]:
        return shapes(lambda: client.post(reverse("receipt"), {"receipt": receipt}))

    alike = typed("4821 9930 1175 2046")
    assert alike
    for wrong in ("4821 9930 1175 2047", "4821", "", "no receipt"):
        assert typed(wrong) == alike, wrong
