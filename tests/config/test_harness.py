"""What the other tests rely on without saying so."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from ledger.roles import ROLES, role_statements, statements


@pytest.mark.django_db
def test_tests_run_as_the_application():
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("app",)


def test_no_role_is_more_than_a_role(superuser):
    found = superuser.execute(
        """
        SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication, rolcanlogin
        FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%' AND rolname <> 'postgres' ORDER BY rolname
        """
    ).fetchall()
    assert found == [(role, False, False, False, False, False, True) for role in sorted(ROLES)]


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_what_a_committing_test_writes_is_gone_for_the_next_one(turn):
    assert Session.objects.count() == 0
    Session.objects.create(session_key=f"turn-{turn}", session_data="", expire_date=timezone.now())


@pytest.mark.django_db(databases=["default", *(r for r in ROLES if r != "app")])
def test_every_connection_leads_to_the_same_database_as_its_own_role():
    for role in ROLES:
        with connections["default" if role == "app" else role].cursor() as cursor:
            cursor.execute("SELECT current_user, current_database()")
            assert cursor.fetchone() == (role, settings.DATABASES["default"]["NAME"])


def test_a_role_can_open_a_connection_of_its_own(as_role):
    assert as_role("auditor").execute("SELECT current_user").fetchone() == ("auditor",)


def test_the_printed_roles_hold_no_password(capsys):
    call_command("roles", "--sql")
    printed = capsys.readouterr().out
    for alias in settings.DATABASES.values():
        assert alias["PASSWORD"]
        assert alias["PASSWORD"] not in printed
    assert all(f"CREATE ROLE {role}" in printed for role in ROLES)
    assert "REVOKE ALL ON SCHEMA public FROM PUBLIC" in printed


def test_a_password_cannot_end_its_own_literal():
    made = role_statements(dict.fromkeys(ROLES, "o'clock"))
    assert sum("PASSWORD 'o''clock'" in statement for statement in made) == len(ROLES)
    assert statements("probity")[: len(role_statements())] == role_statements()
