"""Labels for specimens: issued, printed, spoiled, and every number accounted for."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger import clock
from officers.actions import drug_tests, specimen_numbers
from officers.models import DrugTest, SpecimenRange, SpoiledNumber
from officers.models.users import Role
from officers.queries.specimen_numbers import Gap, account_of
from officers.reckoning.numbers import specimen_number
from tests import make
from tests.officers.calling import Caller, errors
from tests.officers.test_imports_workers import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client):
    """Signs somebody in, in English."""

    def sign_in(user):
        client.logout()
        client.force_login(user)
        client.cookies["language"] = "en"
        return user

    return sign_in


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def keeper():
    return make.user(Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def labels(keeper, unit):
    return specimen_numbers.issue(keeper, unit_id=unit.pk, number=20)


def label(serial: int) -> str:
    return specimen_number(clock.today().year, serial)


def use(sheet, serial: int) -> DrugTest:
    return make.test(sheet.administrator, sheet, specimen_number=label(serial))


def test_every_label_is_used_spoiled_left_or_named_as_a_gap(keeper, unit, labels):
    sheet = make.sheet(unit=unit)
    for serial in (1, 2, 6, 9):
        use(sheet, serial)
    drug_tests.void(sheet.administrator, use(sheet, 3).pk, reason="Another officer.")
    specimen_numbers.spoil(sheet.administrator, number=label(5), reason="Torn.")
    specimen_numbers.spoil(sheet.administrator, number=label(20).lower(), reason="Lost.")

    account = account_of(labels)

    assert (account.used, account.spoiled, account.missing, account.left) == (5, 2, 3, 10)
    assert account.gaps == [Gap(label(4), label(4), 1), Gap(label(7), label(8), 2)]
    assert account_of(specimen_numbers.issue(keeper, unit_id=unit.pk, number=7)).left == 7


def test_the_account_of_a_range_asks_little_however_long_it_is(keeper, unit):
    labels = specimen_numbers.issue(keeper, unit_id=unit.pk, number=20_000)
    use(make.sheet(unit=unit), 19_999)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        account = account_of(labels)

    assert len(asked) == 3
    assert account.gaps == [Gap(label(1), label(19_998), 19_998)]


def test_labels_are_issued_for_this_year_or_the_next(keeper, unit):
    year = clock.today().year
    assert specimen_numbers.issue(keeper, unit_id=unit.pk, number=1, year=year + 1).first == 1
    for other in (year - 1, year + 2):
        with pytest.raises(ValidationError, match="this year or the next"):
            specimen_numbers.issue(keeper, unit_id=unit.pk, number=1, year=other)


def test_labels_are_issued_printed_and_written_down_as_spoiled_by_page(client, sign_in, unit, keeper):
    sign_in(keeper)
    page = client.post(reverse("issue_specimen_numbers"), {"unit": unit.code, "number": "30"})
    row = SpecimenRange.objects.get()
    assert page.url == reverse("specimen_range", args=[row.pk])
    sign_in(make.user(unit=unit))
    shown = client.get(
        reverse("print_labels", args=[row.pk]), {"first": label(4), "number": 2}
    ).content.decode()
    for serial in (4, 5):
        assert f"{label(serial)}-A" in shown
        assert f"{label(serial)}-B" in shown
    assert label(6) not in shown
    assert shown.count("<svg") >= 4
    beyond = client.get(reverse("print_labels", args=[row.pk]), {"first": label(31), "number": 2})
    assert "This is no label of this range." in beyond.content.decode()

    page = client.post(reverse("spoil_specimen_number"), {"number": label(4), "reason": "Torn."})

    assert page.url == reverse("specimen_range", args=[row.pk])
    assert "Torn." in client.get(page.url).content.decode()
    again = client.post(reverse("spoil_specimen_number"), {"number": label(4), "reason": "Torn."})
    assert "written down as spoiled already" in again.content.decode()


def test_gaps_are_named_on_the_page_of_their_range(client, sign_in, unit, labels):
    use(make.sheet(unit=unit), 3)
    sign_in(make.user(Role.AUDITOR))

    page = client.get(reverse("specimen_range", args=[labels.pk])).content.decode()

    assert label(1) in page
    assert label(2) in page
    assert reverse("spoil_specimen_number") not in page


def test_who_has_nothing_to_do_with_a_units_tests_sees_no_labels_of_it(client, sign_in, labels):
    for user in (make.user(unit=make.unit()), make.user(Role.CASE_OFFICER), make.user(Role.LABORATORY)):
        sign_in(user)
        assert list(client.get(reverse("specimen_numbers")).context["rows"]) == []
        for name in ("specimen_range", "print_labels"):
            assert client.get(reverse(name, args=[labels.pk])).status_code == 404
        assert client.get(reverse("issue_specimen_numbers")).status_code == 404
        caller = Caller(user)
        assert caller.get("specimen-numbers/").json()["results"] == []
        assert caller.get(f"specimen-numbers/{labels.pk}/").status_code == 404
        spoiling = caller.post("specimen-numbers/spoiled/", {"number": labels.first_label, "reason": "x"})
        assert spoiling.status_code == 400
        assert caller.post("specimen-numbers/", {"unit": labels.unit_id, "number": 1}).status_code in (
            403,
            404,
        )
    assert SpoiledNumber.objects.count() == 0
    assert SpecimenRange.objects.count() == 1


def test_an_auditor_reads_and_neither_prints_nor_issues(client, sign_in, labels):
    sign_in(make.user(Role.AUDITOR))
    assert client.get(reverse("specimen_range", args=[labels.pk])).status_code == 200
    assert client.get(reverse("print_labels", args=[labels.pk])).status_code == 403
    assert client.get(reverse("spoil_specimen_number")).status_code == 404


def test_the_api_issues_accounts_and_spoils(keeper, unit):
    made = Caller(keeper).post("specimen-numbers/", {"unit": unit.pk, "number": 5})
    assert made.status_code == 201
    administrator = make.user(unit=unit)
    use(make.sheet(administrator, unit), 3)
    caller = Caller(administrator)

    spoiling = caller.post("specimen-numbers/spoiled/", {"number": label(1), "reason": "Torn."})

    assert spoiling.status_code == 201
    account = caller.get(f"specimen-numbers/{made.json()['id']}/").json()["account"]
    assert account == {
        "used": 1,
        "spoiled": 1,
        "left": 2,
        "missing": 1,
        "gaps": [{"first": label(2), "last": label(2), "number": 1}],
    }
    listed = caller.get("specimen-numbers/spoiled/", range=made.json()["id"]).json()["results"]
    assert [one["number"] for one in listed] == [label(1)]
    refused = caller.post("specimen-numbers/spoiled/", {"number": label(3), "reason": "Torn."})
    assert errors(refused) == {("number", "invalid")}


@pytest.mark.django_db(transaction=True)
def test_labels_issued_to_several_units_at_once_overlap_nowhere(keeper):
    units = [make.unit() for _ in range(4)]
    specimen_numbers.issue(keeper, unit_id=units[0].pk, number=3)
    waiting = iter(units)

    at_once(lambda: specimen_numbers.issue(keeper, unit_id=next(waiting).pk, number=10), 4)

    spans = SpecimenRange.objects.order_by("first").values_list("first", "last")
    assert list(spans) == [(1, 3), (4, 13), (14, 23), (24, 33), (34, 43)]
