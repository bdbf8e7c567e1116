"""A campaign is taken part by part: stopped, gone on with, and undone."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ledger.models import Event
from officers.actions import custody, imports, users
from officers.actions.imports import taking
from officers.models import DrugTest, RoleAssignment, Sheet, User
from officers.models.users import Role
from tests import make
from tests.officers.importing import HEADER as FILES_HEADER
from tests.officers.importing import (
    World,
    at_the_time_of_the_files,
    checked,
    taken,
    upload,
    work,
    world,
)
from tests.officers.test_imports_campaigns import GOOD, S, of_campaign, taking_clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with at_the_time_of_the_files():
        yield


@pytest.fixture
def here() -> World:
    return world()


@pytest.fixture
def by(here: World) -> User:
    """An administrator of the whole province."""
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR, make.root())
    user = users.create(keeper, username="province", name_km="ខេត្ត", name_latin="Province", language="en")
    users.grant(keeper, user.pk, role=Role.ADMINISTRATOR, unit_id=here.unit.parent.pk)
    return User.objects.get(pk=user.pk)


def test_a_file_is_taken_part_by_part_and_can_be_stopped_and_gone_on_with(here, by, monkeypatch):
    monkeypatch.setattr(taking, "CHUNK", 3)
    file = checked(**of_campaign(by, here, *GOOD))
    imports.take(by, file.pk)

    part = imports.go_on(taking_clock(), file.pk)
    assert (part.status, part.taken_rows, part.taken_to) == (S.TAKING, 3, 1)
    assert DrugTest.objects.count() == 3
    imports.stop(by, file.pk)
    assert imports.go_on(taking_clock(), file.pk) is None

    imports.take(by, file.pk)
    assert work(file).status == S.TAKEN
    assert DrugTest.objects.count() == 5
    assert Event.objects.filter(verb="import.part_taken").count() == 1


def test_a_stopped_file_can_be_undone(here, by, monkeypatch):
    monkeypatch.setattr(taking, "CHUNK", 3)
    file = checked(**of_campaign(by, here, *GOOD))
    imports.take(by, file.pk)
    imports.go_on(taking_clock(), file.pk)
    imports.stop(by, file.pk)

    imports.undo(by, file.pk, reason="The wrong campaign.")

    assert {t.status for t in DrugTest.objects.all()} == {"VOID"}
    assert {s.status for s in Sheet.objects.all()} == {"VOID"}
    file.refresh_from_db()
    assert file.status == S.UNDONE


def test_a_sheet_cannot_be_stopped(here):
    file = work(
        upload(
            here.administrator,
            here.unit,
            "sheet_plain.xlsx",
            **FILES_HEADER | {"tested_on": date(2026, 11, 16)},
        )
    )
    imports.take(here.administrator, file.pk)

    with pytest.raises(PermissionDenied):
        imports.stop(here.administrator, file.pk)


def test_undo_voids_every_line_and_leaves_other_sheets_alone(here, by):
    other = make.test(here.administrator, make.sheet(here.administrator, here.unit))
    file = taken(**of_campaign(by, here, *GOOD))

    imports.undo(by, file.pk, reason="The wrong campaign.")

    assert DrugTest.objects.standing().get() == other
    assert Sheet.objects.exclude(status=Sheet.Status.VOID).get() == other.sheet
    # Nothing stands in the way of the right file.
    assert taken(**of_campaign(by, here, *GOOD[:2])).taken_rows == 2


def test_what_something_was_built_on_is_not_undone(here, by):
    file = taken(**of_campaign(by, here, *GOOD))
    sent = DrugTest.objects.get(status=DrugTest.Status.CONFIRMATION_NEEDED)
    custody.dispatch(by, sent.pk, laboratory="L", received_by="R", place="P", seal="S-1")

    with pytest.raises(ValidationError, match="built on"):
        imports.undo(by, file.pk, reason="Too late.")


def test_who_lost_the_role_takes_no_further_part(here, by, monkeypatch):
    monkeypatch.setattr(taking, "CHUNK", 3)
    file = checked(**of_campaign(by, here, *GOOD))
    imports.take(by, file.pk)
    imports.go_on(taking_clock(), file.pk)
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR, make.root())
    users.end_role(keeper, RoleAssignment.objects.current().get(user=by).pk, reason="Moved.")

    file = work(file)

    assert file.status == S.CHECKING
    assert "do not administer" in file.problem["en"]
    assert DrugTest.objects.count() == 3
