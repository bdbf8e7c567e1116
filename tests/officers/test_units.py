"""The tree of units, through its actions."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from ledger import clock
from ledger.conflict import Conflict
from ledger.models import Change, Event
from officers.actions import units
from officers.models import Unit
from officers.models.users import Role
from officers.queries.units import above, children, find_units
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return make.user(Role.SYSTEM_ADMINISTRATOR)


def open_unit(actor, parent, **given):
    fields = {
        "code": "D-9901",
        "kind": Unit.Kind.DISTRICT_INSPECTORATE,
        "name_km": "អធិការដ្ឋានថ្មី",
        "name_latin": "New",
    }
    return units.open(actor, parent_id=parent.pk, **fields | given)


def test_a_unit_opens_below_another_with_its_path_and_an_event(keeper):
    province = make.unit(kind=Unit.Kind.PROVINCIAL_COMMISSARIAT)
    district = open_unit(keeper, province)
    assert district.path == f"{province.path}{district.pk}/"
    assert above(district) == [make.root(), province]
    assert Event.objects.get(verb="unit.opened", actor_id=keeper.pk).subject_id == district.pk


def test_a_system_administrator_of_a_province_opens_units_there_and_nowhere_else():
    here, elsewhere = make.unit(), make.unit()
    local = make.user(Role.SYSTEM_ADMINISTRATOR, here)
    open_unit(local, here)
    with pytest.raises(PermissionDenied):
        open_unit(local, elsewhere, code="D-9902")
    with pytest.raises(PermissionDenied):
        units.rename(local, here.pk, name_km="ក", name_latin="K", reason="Mine.")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM_ADMINISTRATOR])
def test_no_other_role_opens_units(role):
    # To a partner organisation there is no such unit.
    with pytest.raises(Http404 if role == Role.PARTNER else PermissionDenied):
        open_unit(make.user(role), make.root())
    assert not Unit.objects.filter(code="D-9901").exists()


def test_a_code_is_used_once(keeper):
    open_unit(keeper, make.root())
    with pytest.raises(ValidationError) as refusal:
        open_unit(keeper, make.root())
    assert "code" in refusal.value.error_dict


def test_a_renamed_unit_keeps_its_old_name_in_the_log_and_is_found_by_the_new(keeper):
    unit = make.unit(name_km="ប៉ុស្តិ៍ចាស់", name_latin="Old post")
    units.rename(keeper, unit.pk, name_km="ប៉ុស្តិ៍ថ្មី", name_latin="New post", reason="Order No. 4.")
    images = [
        change.image["name_km"]
        for change in Change.objects.filter(table_name="officers_unit", row_id=unit.pk)
    ]
    assert images == ["ប៉ុស្តិ៍ចាស់", "ប៉ុស្តិ៍ថ្មី"]
    assert list(find_units(keeper, "new post")) == [unit]
    assert not find_units(keeper, "old post")


def test_a_moved_unit_takes_along_what_is_below_it(keeper):
    old, new = make.unit(), make.unit()
    district = make.unit(old)
    post = make.unit(district)
    units.move(keeper, district.pk, parent_id=new.pk, reason="New border.")
    post.refresh_from_db()
    assert post.path == f"{new.path}{district.pk}/{post.pk}/"
    assert Event.objects.filter(verb="unit.moved_along").count() == 1


def test_a_unit_cannot_stand_below_itself(keeper):
    district = make.unit()
    post = make.unit(district)
    for parent in (district, post):
        with pytest.raises(ValidationError):
            units.move(keeper, district.pk, parent_id=parent.pk, reason="By mistake.")


def test_a_unit_closes_only_when_nobody_serves_there_and_nothing_stands_below(keeper):
    unit = make.unit()
    make.officer(unit)
    today = clock.today()
    with pytest.raises(ValidationError, match="serve"):
        units.close(keeper, unit.pk, valid_to=today, reason="Merged.")
    parent = make.unit()
    child = make.unit(parent)
    with pytest.raises(ValidationError, match="below"):
        units.close(keeper, parent.pk, valid_to=today, reason="Merged.")
    units.close(keeper, child.pk, valid_to=today, reason="Merged.")
    units.close(keeper, parent.pk, valid_to=today, reason="Merged.")
    assert parent not in Unit.objects.open()
    with pytest.raises(ValidationError):
        open_unit(keeper, parent)


def test_a_unit_does_not_end_before_it_begins(keeper):
    unit = make.unit()
    with pytest.raises(ValidationError, match="before it begins"):
        units.close(keeper, unit.pk, valid_to=date(1999, 1, 1), reason="Merged.")


def test_whoever_looked_at_another_version_is_told(keeper):
    unit = make.unit()
    units.rename(keeper, unit.pk, name_km="ក", name_latin="K", reason="First.", version=1)
    with pytest.raises(Conflict):
        units.rename(keeper, unit.pk, name_km="ខ", name_latin="Kh", reason="Second.", version=1)


def test_a_suspended_user_sees_no_tree(keeper):
    unit = make.unit()
    keeper.is_active = False
    with pytest.raises(Http404):
        units.rename(keeper, unit.pk, name_km="ក", name_latin="K", reason="Gone.")


@pytest.mark.parametrize(
    "text", ["px-9", "PX-9", "ស្នងការដ្ឋានខេត្តថ្មី", "ស្នងការដ្ឋាន ខេត្ត ថ្មី", "commissariat thmey", "Thmei"]
)
def test_a_unit_is_found_by_code_and_by_name_in_either_script(keeper, text):
    unit = make.unit(code="PX-99", name_km="ស្នងការដ្ឋានខេត្តថ្មី", name_latin="Commissariat of Thmey")
    make.unit()
    assert list(find_units(keeper, text)) == [unit]


def test_signs_alone_find_no_unit(keeper):
    make.unit()
    assert not find_units(keeper, " - ! ")


def test_units_below_come_by_kind_from_the_top_down(keeper):
    post = make.unit(kind=Unit.Kind.COMMUNE_POST)
    commissariat = make.unit(kind=Unit.Kind.GENERAL_COMMISSARIAT)
    department = make.unit(kind=Unit.Kind.CENTRAL_DEPARTMENT)
    assert list(children(keeper, make.root())) == [commissariat, department, post]


def test_a_day_in_the_past_is_kept_as_the_unit_was_founded(keeper):
    day = clock.today() - timedelta(days=400)
    assert open_unit(keeper, make.root(), valid_from=day).valid_from == day
