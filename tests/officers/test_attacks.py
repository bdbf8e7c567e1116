"""What somebody with a role may try to get more, or to get away."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from officers.actions import drug_tests, officers, units, users
from officers.models import DrugTest, Officer, Unit, User
from officers.models.users import Role
from tests import make


def test_nobody_moves_a_unit_to_where_a_role_of_his_own_reaches_it(db):
    province = make.unit()
    post, other = make.unit(province), make.unit(province)
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR, province)
    users.grant(make.user(Role.SYSTEM_ADMINISTRATOR), keeper.pk, role=Role.AUDITOR, unit_id=post.pk)
    keeper = User.objects.get(pk=keeper.pk)

    with pytest.raises(PermissionDenied, match="role of yours"):
        units.move(keeper, other.pk, parent_id=post.pk, reason="To see its tests.")

    moved = units.move(
        make.user(Role.SYSTEM_ADMINISTRATOR, province),
        other.pk,
        parent_id=post.pk,
        reason="The order says so.",
    )
    assert moved.path.startswith(post.path)


def test_nobody_keeps_his_own_place_on_the_roll(db):
    unit = make.unit()
    himself = make.officer(unit)
    registrar = users.create(
        make.user(Role.SYSTEM_ADMINISTRATOR),
        username="own.roll",
        name_km="ក",
        name_latin="Own Roll",
        officer_id=himself.pk,
    )
    users.grant(make.user(Role.SYSTEM_ADMINISTRATOR), registrar.pk, role=Role.REGISTRAR, unit_id=unit.pk)
    registrar = User.objects.get(pk=registrar.pk)

    with pytest.raises(PermissionDenied):
        officers.leave(registrar, himself.pk, status=Officer.Status.RETIRED, reason="Before the next sheet.")

    assert officers.leave(registrar, make.officer(unit).pk, status=Officer.Status.RETIRED, reason="His age.")


def test_nobody_voids_his_own_test_together_with_its_sheet(db):
    unit = make.unit()
    himself = make.officer(unit)
    boss = make.user(Role.SYSTEM_ADMINISTRATOR)
    tested = users.create(boss, username="tested", name_km="ក", name_latin="Tested", officer_id=himself.pk)
    users.grant(boss, tested.pk, role=Role.ADMINISTRATOR, unit_id=unit.pk)
    colleague = make.user(Role.ADMINISTRATOR, unit)
    sheet = make.sheet(colleague, unit)
    test = make.non_negative(colleague, sheet, of=himself)

    with pytest.raises(PermissionDenied, match="Your own test"):
        drug_tests.void_all(User.objects.get(pk=tested.pk), sheet.pk, reason="A kit failed.")
    with pytest.raises(Http404):
        drug_tests.void(User.objects.get(pk=tested.pk), test.pk, reason="A kit failed.")

    assert DrugTest.objects.get(pk=test.pk).status == DrugTest.Status.CONFIRMATION_NEEDED
    assert drug_tests.void_all(colleague, sheet.pk, reason="A kit failed.") == 1


def test_an_account_that_waits_for_its_role_is_kept_by_who_made_it(db):
    boss = make.user(Role.SYSTEM_ADMINISTRATOR)
    maker = make.user(Role.SYSTEM_ADMINISTRATOR, make.unit())
    elsewhere = make.unit()
    other = make.user(Role.SYSTEM_ADMINISTRATOR, elsewhere)
    waiting = users.create(
        maker, username="waiting", name_km="ក", name_latin="Waiting", email="a@example.org"
    )
    mine = {"name_km": "ក", "name_latin": "Waiting", "email": "mine@example.org", "language": "km"}

    with pytest.raises(PermissionDenied):
        users.update(other, waiting.pk, **mine)
    with pytest.raises(PermissionDenied):
        users.grant(other, waiting.pk, role=Role.LABORATORY, unit_id=elsewhere.pk)

    assert users.update(maker, waiting.pk, **mine).email == "mine@example.org"
    assert users.update(boss, waiting.pk, **mine | {"email": "a@example.org"}).version == 3


def test_an_account_is_tied_only_to_an_officer_whom_its_maker_sees(db):
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR, make.unit())

    with pytest.raises(ValidationError, match="no such officer"):
        users.create(
            keeper, username="tied", name_km="ក", name_latin="Tied", officer_id=make.officer(make.unit()).pk
        )


@pytest.mark.django_db(transaction=True)
def test_a_tree_that_many_change_at_once_keeps_its_paths():
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
    places = [make.unit() for _ in range(3)]
    moving, rounds = make.unit(places[0]), 6
    below = make.unit(moving)
    together = threading.Barrier(3)

    def meanwhile(do) -> None:
        try:
            for number in range(rounds):
                together.wait()
                do(User.objects.get(pk=keeper.pk), number)
        finally:
            connection.close()

    def move(by, number) -> None:
        units.move(by, moving.pk, parent_id=places[(number + 1) % 3].pk, reason="An order.")

    def found(by, number) -> None:
        units.open(
            by,
            code=f"N-{number}",
            kind=Unit.Kind.COMMUNE_POST,
            parent_id=below.pk,
            name_km="ក",
            name_latin=f"New {number}",
        )

    def move_in(by, number) -> None:
        one = units.open(
            by,
            code=f"M-{number}",
            kind=Unit.Kind.COMMUNE_POST,
            parent_id=places[number % 3].pk,
            name_km="ក",
            name_latin=f"Moved {number}",
        )
        units.move(by, one.pk, parent_id=below.pk, reason="An order.")

    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(meanwhile, do) for do in (move, found, move_in)]:
            done.result()

    for unit in Unit.objects.exclude(parent=None).select_related("parent"):
        assert unit.path == f"{unit.parent.path}{unit.pk}/", unit.code
    assert Unit.objects.below(Unit.objects.get(pk=below.pk)).count() == 1 + 2 * rounds


@pytest.mark.parametrize(
    ("table", "said", "name"),
    [
        ("drugtest", "status = 'VOID'", "void_exactly_when"),
        ("drugtest", "voided_by_id = entered_by_id", "void_exactly_when"),
        ("drugtest", "status = 'AT_LABORATORY'", "at_the_laboratory_exactly_when"),
        ("drugtest", "dispatched_at = now()", "at_the_laboratory_exactly_when"),
        ("drugtest", "status = 'NEGATIVE'", "negative_test_has_no_finding"),
        ("drugtest", "status = 'REPEAT_NEEDED'", "only_because_the_kit_failed"),
        ("drugtest", "status = 'CLEAN'", "status_that_there_is"),
        ("drugtest", "corrected_after_dispatch = true", "has_a_corrector_and_a_dispatch"),
        ("drugtest", "non_negative_for = '{heroin_6am}'", "speaks_only_of_what_was_screened"),
        ("officer", "status = 'CLEARED'", "status_that_there_is"),
        ("roleassignment", "ended_at = now()", "ends_by_somebody"),
        ("roleassignment", "ended_at = now(), ended_by_id = user_id", "ends_his_own_role"),
        ("roleassignment", "granted_by_id = user_id", "grants_himself"),
        ("roleassignment", "role = 'everything'", "one_that_there_is"),
        ("unit", "path = '/'", "path_ends_at_its_unit"),
        ("unit", "parent_id = id", "does_not_stand_below_itself"),
    ],
)
def test_the_database_refuses_a_row_that_contradicts_itself_with_an_event_too(db, table, said, name):
    make.non_negative()
    newest = f"(SELECT max(id) FROM officers_{table})"
    statement = f"UPDATE officers_{table} SET {said}, version = version + 1 WHERE id = {newest}"

    with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_event (actor_name, actor_role, verb, subject_table, reason, facts, request_id) "
            "VALUES ('x', 'x', 'x.y', '', '', '{}', '') RETURNING set_config('ledger.event', id::text, true); "
            + statement
        )
