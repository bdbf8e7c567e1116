"""Role by unit by endpoint: who sees a case through the API, and that for the others it is not there at all."""

from typing import Any

import pytest

from cases.actions import appeals, extracts, proposals
from cases.actions import cases as acts
from cases.api.case_urls import v1
from cases.models import Appeal, Case, CaseFile, Measure, Order
from officers.models import Officer, Unit, User
from officers.models.users import Role
from tests import make
from tests.cases.prepared_cases import closed_complaint
from tests.dismissals import Road, again, at_door, scan
from tests.officers.calling import Caller

pytestmark = pytest.mark.django_db

X = {"reason": "x"}
OPINION = {"text": "x", "no_conflict": True}
WITHOUT = {"reasons": "x", "no_conflict": True, "password": "x"}
#: A body of the right form for every step, so that what is refused is refused for who asks.
BODIES: dict[str, dict[str, Any]] = {
    "identify": {"service_number": "x", "birth_year": 1990},
    "assign": {"case_officer": 1},
    "add-ground": {"kind": "absence", "text": "x"},
    "withdraw-ground": {"ground": 1, **X},
    "add-paper": {"kind": "record", "title": "x"},
    "draft-extract": {"complaint": 1, "text": "x"},
    "assess": {"severity": "gross", "reasons": "x"},
    "issue-notice": {},
    "respond": {"text": "x"},
    "complete": {},
    "ask-time": {"text": "x"},
    "extend": {"until": "2199-01-01", **X},
    "investigate": {"text": "x"},
    "stay": X,
    "resume": X,
    "suspend": {"reasons": "x"},
    "review-suspension": {"goes_on": True, "reasons": "x"},
    "refer": {"court": "x", "number": "x"},
    "record-result": {"prosecution": 1, "result": "charged"},
    "declare-conflict": X,
    "discontinue": X,
    "go-on-for-family": X,
    "propose": {"measure": "none", "articles": ["DR-01"], "reasons": "x", "no_conflict": True},
    "find-lawful": OPINION | {"rests_on_no_screen": True},
    "send-back": OPINION,
    "decide": WITHOUT | {"measure": "advice"},
    "find-no-case": WITHOUT,
    "return-for-work": WITHOUT,
    "reconsider": X,
    "lodge": {"ground": "procedure", "text": "x"},
}
APPEAL_STEPS = {
    "admit": {},
    "refuse": X,
    "draft": {"outcome": "upheld", "reasons": "x"},
    "send-back": X,
    "agree": {"no_conflict": True},
}
EXTRACT_STEPS = {"check": {}, "send-back": {"remark": "x"}}
ORDER_STEPS = {
    "verify": {"number": "x", "signed_on": "2026-01-01", "effective_on": "2026-01-01"},
    "reject": X,
}
#: From when on each role sees a case of its units; the others never.
WORKERS = (Role.CASE_OFFICER, Role.SUPERVISOR, Role.INSPECTOR, Role.AUDITOR)
JOINS = {
    Role.LEGAL_CHECKER: "proposed",
    Role.DECIDING_AUTHORITY: "checked",
    Role.REGISTRAR: "decided",
    Role.APPEAL_MEMBER: "appealed",
}
STAGES = ("opened", "proposed", "checked", "decided", "appealed")


def test_every_step_has_a_body_here() -> None:
    posts = [str(route.pattern) for route in v1 if "post" in route.callback.actions]  # type: ignore[attr-defined]
    for begin, bodies in (
        ("cases/<int:pk>/", BODIES),
        ("appeals/<int:pk>/", APPEAL_STEPS),
        ("extracts/<int:pk>/", EXTRACT_STEPS),
        ("orders/<int:pk>/", ORDER_STEPS),
    ):
        below = {name.removeprefix(begin).rstrip("/") for name in posts if name.startswith(begin)}
        assert below == set(bodies)


class Appealed:
    """A case with something in each list, from its order to its appeal, and an extract that nobody has checked."""

    def __init__(self) -> None:
        self.place = make.Province()
        self.road = Road(self.place.commune)
        case = self.road.opened()
        row = closed_complaint(case.officer)
        extracts.draft(self.road.case_officer, case.pk, complaint_id=row.pk, text="He took money.")
        self.appeal: Appeal = self.road.appealed(again(case))
        self.case = again(case)
        self.order = Order.objects.get()
        self.measure = Measure.objects.get()
        self.file = CaseFile.objects.get(order=self.order)

    @property
    def reads(self) -> list[str]:
        """Addresses that are there for whom the case is, after the appeal."""
        case = f"cases/{self.case.pk}/"
        return [
            case,
            f"{case}history/",
            f"{case}files/",
            f"orders/{self.order.pk}/",
            f"orders/{self.order.pk}/files/",
            f"orders/{self.order.pk}/files/{self.file.pk}/",
            f"appeals/{self.appeal.pk}/",
            f"measures/{self.measure.pk}/",
        ]

    @property
    def steps(self) -> list[tuple[str, dict[str, Any]]]:
        return [
            *((f"cases/{self.case.pk}/{verb}/", body) for verb, body in BODIES.items()),
            *((f"appeals/{self.appeal.pk}/{verb}/", body) for verb, body in APPEAL_STEPS.items()),
            *((f"orders/{self.order.pk}/{verb}/", body) for verb, body in ORDER_STEPS.items()),
        ]


NOWHERE = {"results": [], "next": None, "previous": None}
LISTS = ("cases/", "orders/", "appeals/", "measures/")


def is_nothing_to(user: User, there: Appealed, *, whole: bool = True) -> None:
    """For whom it is hidden every endpoint answers as for what does not exist; `whole` asks filters and steps too."""
    caller = Caller(user)
    nowhere = caller.get("cases/1000000000000/").json()
    for path in there.reads:
        answer = caller.get(path)
        assert (answer.status_code, answer.json()) == (404, nowhere), path
    for path in LISTS:
        assert caller.get(path).json() == NOWHERE, path
    if not whole:
        return
    case = there.case
    for query in (
        {"officer": case.officer_id},
        {"unit": case.unit_id},
        {"status": case.status},
        {"overdue": "false"},
        {"ground": "drug_involvement"},
    ):
        assert caller.get("cases/", **query).json() == NOWHERE, query
    for path, body in there.steps:
        answer = caller.post(path, body)
        assert (answer.status_code, answer.json()) == (404, nowhere), path


@pytest.fixture
def there(db: None) -> Appealed:
    return Appealed()


def test_a_case_under_appeal_is_there_for_whose_it_is_and_nothing_to_all_others(there: Appealed) -> None:
    for role in Role.values:
        is_nothing_to(
            make.user(role, there.place.inspectorate), there, whole=role in (Role.INSPECTOR, Role.REGISTRAR)
        )
        user = make.user(role, there.place.general if role == Role.SUPERVISOR else None)
        if role not in WORKERS and role not in JOINS:
            is_nothing_to(user, there, whole=role == Role.PARTNER)
            continue
        caller = Caller(user)
        for path in there.reads:
            # An order is not for legal checkers and appeal members, who had to do with the case alone.
            wanted = 404 if path.startswith("orders/") and role in HAVE_NO_ORDERS else 200
            assert caller.get(path).status_code == wanted, (role, path)
        assert [one["id"] for one in caller.get("cases/").json()["results"]] == [there.case.pk]


HAVE_NO_ORDERS = (Role.LEGAL_CHECKER, Role.APPEAL_MEMBER)


def test_an_auditor_takes_no_step(there: Appealed) -> None:
    caller = Caller(make.user(Role.AUDITOR))
    assert caller.get(f"cases/{there.case.pk}/").json()["verbs"] == []
    for path, body in there.steps:
        assert caller.post(path, body).status_code == 403, path


def test_the_officer_and_who_serves_beside_or_below_him_see_nothing_whatever_they_are(
    there: Appealed,
) -> None:
    case = there.case
    head = make.officer(there.place.district, is_head=True)
    of_the_head = Road(there.place.district).opened(head)
    by_officer: list[tuple[Officer, bool]] = [
        (case.officer, True),
        (make.officer(there.place.commune), True),
        (make.officer(there.place.other_commune), False),
    ]
    for officer, is_kept_away in by_officer:
        user = make.user(Role.INSPECTOR, make.root(), officer=officer)
        if is_kept_away:
            is_nothing_to(user, there, whole=officer == case.officer)
        else:
            assert Caller(user).get(f"cases/{case.pk}/").status_code == 200
        assert Caller(user).get(f"cases/{of_the_head.pk}/").status_code == 404


def test_who_declares_a_conflict_has_the_case_no_more(there: Appealed) -> None:
    user = make.user(Role.SUPERVISOR)
    said = Caller(user).post(f"cases/{there.case.pk}/declare-conflict/", X).json()
    assert said == {"id": there.case.pk, "reference": there.case.reference, "gone": True}
    is_nothing_to(user, there, whole=False)


def test_each_role_joins_when_the_case_comes_to_it() -> None:
    road = Road()
    callers = {role: Caller(make.user(role)) for role in (*WORKERS, *JOINS)}
    case = road.opened()

    def look(stage: str) -> None:
        for role, caller in callers.items():
            joins = STAGES.index(JOINS.get(role, "opened"))
            wanted = 200 if joins <= STAGES.index(stage) else 404
            assert caller.get(f"cases/{case.pk}/").status_code == wanted, (role, stage)

    look("opened")
    road.proposed(case)
    look("proposed")
    proposals.find_lawful(road.legal, case.pk, text="Lawful.", rests_on_no_screen=True, no_conflict=True)
    look("checked")
    road.decide(again(case))
    look("decided")
    road.verify(road.ordered(again(case)))
    road.tell(again(case))
    appeals.lodge(at_door(case), case.pk, ground="procedure", text="Not heard.")
    look("appealed")


def test_an_order_that_names_a_case_one_may_not_see_is_not_there() -> None:
    road = Road()
    one, other = road.decided(), road.decided()
    order = road.ordered(one, other)
    registrar = make.user(Role.REGISTRAR)
    caller = Caller(registrar)
    assert caller.get(f"orders/{order.pk}/").status_code == 200
    acts.declare_conflict(registrar, other.pk, reason="My cousin.")

    assert caller.get(f"orders/{order.pk}/").status_code == 404
    assert caller.get("orders/", case=one.pk).json() == NOWHERE
    assert caller.get(f"orders/{order.pk}/files/").status_code == 404
    for verb, body in ORDER_STEPS.items():
        assert caller.post(f"orders/{order.pk}/{verb}/", body).status_code == 404
    mixed = {
        "cases": [one.pk, other.pk],
        "instrument": "royal_decree",
        "number": "1",
        "signed_on": "2026-01-01",
        "signed_by": "x",
        "effective_on": "2026-01-01",
        "files": [scan().token],
    }
    assert caller.post("orders/", mixed).status_code == 404
    assert Case.objects.visible_to(registrar).count() == 1


@pytest.mark.parametrize("role", Role.values)
def test_the_barred_register_is_for_those_who_ask_it_in_the_whole_country(role: str) -> None:
    road = Road()
    case = road.in_force()
    sees = role in ("administrator", "registrar", "inspector", "deciding_authority", "auditor")
    elsewhere: Unit = make.unit()
    caller = Caller(make.user(role, elsewhere))
    rows = caller.get("barred-register/", number=case.officer.number).json()["results"]
    assert len(rows) == (1 if sees else 0)
    entry = case.officer.register_entries.get()
    assert caller.get(f"barred-register/{entry.pk}/").status_code == (200 if sees else 404)
