"""Where a complaint goes, and from whom it is hidden: never to those it is about, nor to whom they command."""

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404

from cases import rules
from cases.actions import complaints, intake
from cases.models import Accused, Complaint
from officers.actions import officers as roll
from officers.models import Unit
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("category", "named", "hidden", "unit"),
    [
        ("drug_dealing", (), "", "C-070101"),
        ("drug_dealing", (), "commune", "D-0701"),
        ("drug_dealing", (), "district", "P-07"),
        ("trafficking_place", (), "", "D-0701"),
        ("precursor", (), "", "P-07"),
        ("senior_official", (), "", "IGM"),
        ("failure_to_act", (), "", "D-0701"),
        ("failure_to_act", ("C-070101",), "", "D-0701"),
        ("failure_to_act", ("D-0701",), "", "P-07"),
        ("failure_to_act", ("C-070101", "P-07"), "", "GCNP"),
        ("collusion", ("GCNP",), "", "IGM"),
        ("collusion", ("IGM",), "", "MOI"),
        ("collusion", ("MOI",), "", "IGM"),
        ("drug_use_officer", ("C-070102",), "", "D-0701"),
        ("extortion", ("C-070101",), "district", "P-07"),
    ],
)
def test_the_rules_and_whom_it_names_say_where_it_goes(place, category, named, hidden, unit):
    row = make.complaint(
        at=place.commune,
        category=category,
        hidden_from=hidden,
        named=[Unit.objects.get(code=code) for code in named],
    )
    assert row.unit.code == unit


@pytest.mark.parametrize(
    ("code", "unit"), [("", "GCNP"), ("07", "P-07"), ("0701", "D-0701"), ("070199", "D-0701"), ("99", "GCNP")]
)
def test_a_place_that_is_not_known_so_closely_goes_to_the_unit_above(place, code, unit):
    row = make.complaint(category="drug_dealing", place_code=code)
    assert row.unit.code == unit


def test_an_official_who_is_not_police_goes_to_the_inspectorate(place):
    row = make.complaint(
        at=place.commune, category="interference", named=[intake.Named("official", "A deputy")]
    )
    assert row.unit == place.inspectorate


def people(place):
    """Somebody of each kind who must not see a complaint that names the post, and some who may."""
    chief = make.officer(place.commune)
    return {
        "post": make.user(Role.CASE_OFFICER, place.commune),
        "post's supervisor": make.user(Role.SUPERVISOR, place.commune),
        "post's inspector": make.user(Role.INSPECTOR, place.commune),
        "posted there, role above": make.user(Role.SUPERVISOR, place.district, officer=chief),
        "other post": make.user(Role.CASE_OFFICER, place.other_commune),
        "no role": make.user(None),
        "administrator": make.user(Role.ADMINISTRATOR, make.root()),
    }, {
        "district": make.user(Role.CASE_OFFICER, place.district),
        "province": make.user(Role.SUPERVISOR, place.province),
        "ministry": make.user(Role.INSPECTOR, make.root()),
        "auditor": make.user(Role.AUDITOR, make.root()),
    }


def test_nobody_of_a_named_post_sees_the_complaint_and_the_units_above_do(place):
    not_theirs, theirs = people(place)
    row = make.complaint(at=place.commune, category="failure_to_act", named=[place.commune])
    seen = {
        name: Complaint.objects.visible_to(user).filter(pk=row.pk).exists()
        for name, user in (not_theirs | theirs).items()
    }
    assert seen == dict.fromkeys(not_theirs, False) | dict.fromkeys(theirs, True)
    for user in not_theirs.values():
        assert Complaint.objects.visible_to(user).count() == 0
        with pytest.raises(Http404):
            complaints.note(user, row.pk, text="Seen.")


def test_a_complaint_that_names_its_chief_is_hidden_once_he_is_matched_and_leaves_the_unit(place):
    chief = make.officer(place.district, rank="R01")
    under_him = make.user(Role.CASE_OFFICER, place.district, officer=make.officer(place.district))
    himself = make.user(Role.SUPERVISOR, make.root(), officer=chief)
    above = make.user(Role.SUPERVISOR, place.province)
    row = make.complaint(
        at=place.commune, category="trafficking_place", named=[intake.Named("officer", "the chief")]
    )
    assert row.unit == place.district
    assert Complaint.objects.visible_to(under_him).filter(pk=row.pk).exists()
    assert Complaint.objects.visible_to(himself).filter(pk=row.pk).exists()

    one = Accused.objects.get(complaint=row)
    with pytest.raises(ValidationError, match="Say why"):
        complaints.match(above, row.pk, accused_id=one.pk, officer_id=chief.pk, evidence=" ")
    moved = complaints.match(
        above, row.pk, accused_id=one.pk, officer_id=chief.pk, evidence="The only one of that name there."
    )

    assert moved.unit == place.province
    assert not Complaint.objects.visible_to(under_him).filter(pk=row.pk).exists()
    assert not Complaint.objects.visible_to(himself).filter(pk=row.pk).exists()
    assert Complaint.objects.visible_to(above).filter(pk=row.pk).exists()


def test_an_officer_who_moves_away_stays_barred_and_his_old_unit_too(place):
    suspect = make.officer(place.commune)
    account = make.user(Role.SUPERVISOR, place.province, officer=suspect)
    above = make.user(Role.INSPECTOR, place.inspectorate)
    row = make.complaint(at=place.commune, category="senior_official", named=[intake.Named("officer", "he")])
    one = Accused.objects.get(complaint=row)
    complaints.match(above, row.pk, accused_id=one.pk, officer_id=suspect.pk, evidence="He said so.")
    registrar = make.user(Role.REGISTRAR)
    roll.post(registrar, suspect.pk, unit_id=place.other_commune.pk, rank="R01", reason="Moved.")
    account = type(account).objects.get(pk=account.pk)
    row.refresh_from_db()
    assert rules.is_barred(account, row)
    assert rules.is_barred(make.user(Role.CASE_OFFICER, place.commune), row)


def test_it_cannot_be_offered_to_a_unit_it_names_nor_to_one_below(place):
    row = make.complaint(at=place.commune, category="failure_to_act", named=[place.district])
    handler = make.user(Role.CASE_OFFICER, place.province)
    for unit in (place.district, place.commune, place.other_commune):
        with pytest.raises(ValidationError, match="may not handle"):
            complaints.offer(handler, row.pk, unit_id=unit.pk, reason="Theirs.")


def test_at_a_post_a_handler_gets_the_task_and_not_the_report(place):
    row = make.complaint(at=place.commune, category="drug_dealing")
    post, district = make.user(Role.CASE_OFFICER, place.commune), make.user(Role.SUPERVISOR, place.district)
    assert Complaint.objects.visible_to(post).filter(pk=row.pk).exists()
    assert (row.is_read_by(post), row.is_read_by(district)) == (False, True)
    complaints.instruct(district, row.pk, text="Go past the blue house at night.")


def test_the_desk_that_wrote_it_down_does_not_see_it_afterwards(place):
    desk = make.user(Role.CASE_OFFICER, place.commune)
    row = make.complaint(desk, at=place.commune, category="failure_to_act", named=[place.commune])
    assert row.written_by == desk
    assert not Complaint.objects.visible_to(desk).exists()


def test_who_declares_a_conflict_never_sees_it_again_and_the_only_handler_hands_it_up(place):
    row = make.complaint(at=place.commune, category="trafficking_place")
    only = make.user(Role.CASE_OFFICER, place.district)
    moved = complaints.declare_conflict(only, row.pk, reason="My cousin.")
    assert moved.unit == place.province
    assert not Complaint.objects.visible_to(only).filter(pk=row.pk).exists()


def test_of_two_handlers_the_other_goes_on(place):
    row = make.complaint(at=place.commune, category="trafficking_place")
    one, other = make.user(Role.CASE_OFFICER, place.district), make.user(Role.CASE_OFFICER, place.district)
    complaints.acknowledge(one, row.pk)
    moved = complaints.declare_conflict(one, row.pk, reason="My cousin.")
    assert (moved.unit, moved.handler) == (place.district, None)
    assert not Complaint.objects.visible_to(one).filter(pk=row.pk).exists()
    assert Complaint.objects.visible_to(other).filter(pk=row.pk).exists()
