"""Users, roles, keys: the actions and the rules."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from ledger import clock
from ledger.models import Change, Event
from officers import rules
from officers.actions import api_keys, users
from officers.models import ApiKey, KeyUse, RoleAssignment, User
from officers.models.api_keys import Scope
from officers.models.users import Role
from officers.queries import identify
from officers.queries.users import find_users
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make.user(Role.SYSTEM_ADMINISTRATOR)


def create(actor, **given):
    fields = {"username": "New.One", "name_km": "ថ្មី", "name_latin": "New One", "email": "new@example.org"}
    return users.create(actor, **fields | given)


def test_a_new_account_has_no_role_and_no_password(boss):
    made = create(boss)
    assert made.username == "new.one"
    assert not made.held_roles
    assert not made.has_usable_password()
    assert Event.objects.get(verb="user.created", actor_id=boss.pk).subject_id == made.pk


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM_ADMINISTRATOR])
def test_no_other_role_keeps_users(role):
    actor, other = make.user(role), make.user(None)
    with pytest.raises(PermissionDenied):
        create(actor)
    with pytest.raises((PermissionDenied, Http404)):
        users.grant(actor, other.pk, role=Role.ADMINISTRATOR, unit_id=make.root().pk)
    with pytest.raises((PermissionDenied, Http404)):
        users.suspend(actor, other.pk, reason="No.")


def test_nobody_gives_or_takes_his_own_role_nor_changes_his_own_account(boss):
    own = boss.held_roles[0]
    with pytest.raises(PermissionDenied):
        users.grant(boss, boss.pk, role=Role.DECIDING_AUTHORITY, unit_id=make.root().pk)
    with pytest.raises(PermissionDenied):
        users.end_role(boss, own.pk, reason="Enough.")
    with pytest.raises(PermissionDenied):
        users.suspend(boss, boss.pk, reason="Holiday.")
    with pytest.raises(PermissionDenied):
        users.update(boss, boss.pk, name_km="ក", name_latin="K", email="", language="km")
    with pytest.raises(PermissionDenied):
        users.invite(boss, boss.pk)
    assert RoleAssignment.objects.filter(user=boss, ended_at=None).count() == 1


def test_the_database_too_refuses_a_role_given_to_oneself(boss):
    from ledger.acting import record

    own = RoleAssignment(
        user=boss, role=Role.AUDITOR, unit=make.root(), granted_by=boss, granted_at=clock.now()
    )
    with pytest.raises(Exception, match="nobody_grants_himself_a_role"), transaction.atomic():
        record(own, "role.granted", actor=boss)


def test_a_role_is_given_and_ended_with_a_reason(boss):
    other, unit = make.user(None), make.unit()
    held = users.grant(boss, other.pk, role=Role.ADMINISTRATOR, unit_id=unit.pk)
    assert User.objects.get(pk=other.pk).serves(unit, Role.ADMINISTRATOR)
    with pytest.raises(ValidationError):
        users.grant(boss, other.pk, role=Role.ADMINISTRATOR, unit_id=unit.pk)
    with pytest.raises(ValidationError):
        users.end_role(boss, held.pk, reason="")
    users.end_role(boss, held.pk, reason="Moved.")
    assert not User.objects.get(pk=other.pk).serves(unit, Role.ADMINISTRATOR)
    users.grant(boss, other.pk, role=Role.ADMINISTRATOR, unit_id=unit.pk)


@pytest.mark.parametrize("role", ["", "king"])
def test_a_role_that_does_not_exist_is_refused(boss, role):
    with pytest.raises(ValidationError):
        users.grant(boss, make.user(None).pk, role=role, unit_id=make.root().pk)


def test_a_system_administrator_keeps_users_of_his_units_only():
    here, elsewhere = make.unit(), make.unit()
    local = make.user(Role.SYSTEM_ADMINISTRATOR, here)
    mine, stranger = make.user(Role.ADMINISTRATOR, here), make.user(Role.ADMINISTRATOR, elsewhere)
    users.suspend(local, mine.pk, reason="On leave.")
    with pytest.raises(Http404):
        users.suspend(local, stranger.pk, reason="On leave.")
    with pytest.raises(PermissionDenied):
        users.grant(local, mine.pk, role=Role.ADMINISTRATOR, unit_id=elsewhere.pk)


def test_whoever_also_serves_elsewhere_is_changed_only_by_who_keeps_both_units(boss):
    here, elsewhere = make.unit(), make.unit()
    local = make.user(Role.SYSTEM_ADMINISTRATOR, here)
    both = make.user(Role.ADMINISTRATOR, here)
    users.grant(boss, both.pk, role=Role.INSPECTOR, unit_id=elsewhere.pk)
    with pytest.raises(PermissionDenied):
        users.suspend(local, both.pk, reason="Too many roles.")
    users.suspend(boss, both.pk, reason="Too many roles.")


def test_a_role_for_a_unit_counts_below_it_and_not_above():
    province = make.unit()
    post = make.unit(province)
    user = make.user(Role.ADMINISTRATOR, province)
    assert rules.opens_sheets(user, post)
    assert not rules.opens_sheets(user, make.root())


def test_only_who_keeps_the_whole_tree_keeps_the_settings_and_reads_the_outbox(boss):
    local = make.user(Role.SYSTEM_ADMINISTRATOR, make.unit())
    for rule in (rules.keeps_settings, rules.reads_the_outbox):
        assert rule(boss)
        assert not rule(local)


def test_a_link_is_sent_again_only_where_it_can_arrive(boss):
    other = create(boss, email="")
    with pytest.raises(ValidationError):
        users.invite(boss, other.pk)
    users.update(boss, other.pk, name_km="ថ្មី", name_latin="New", email="new@example.org", language="km")
    users.invite(boss, other.pk)
    users.suspend(boss, other.pk, reason="Left.")
    with pytest.raises(ValidationError):
        users.invite(boss, other.pk)
    assert Event.objects.filter(verb="user.invited").count() == 1


def test_a_suspended_user_may_do_nothing_until_restored(boss):
    unit = make.unit()
    other = make.user(Role.ADMINISTRATOR, unit)
    users.suspend(boss, other.pk, reason="Under inquiry.")
    assert not rules.opens_sheets(User.objects.get(pk=other.pk), unit)
    users.restore(boss, other.pk, reason="Cleared.")
    assert rules.opens_sheets(User.objects.get(pk=other.pk), unit)


def test_no_password_reaches_the_log(boss):
    users.set_password(boss, boss.pk, password="a quiet river at night")
    kept = User.objects.get(pk=boss.pk).password
    images = [str(change.image) for change in Change.objects.all()]
    assert kept
    assert not [image for image in images if kept in image or "quiet river" in image]


def test_nobody_sets_the_password_of_another(boss):
    with pytest.raises(Http404):
        users.set_password(boss, make.user(None).pk, password="a quiet river at night")


def test_users_are_found_by_name_role_and_unit(boss):
    unit = make.unit()
    admin = make.user(Role.ADMINISTRATOR, unit, username="kandal.admin")
    without = make.user(None, username="no.role")
    assert list(find_users(boss, "kandal")) == [admin]
    assert list(find_users(boss, role=Role.ADMINISTRATOR)) == [admin]
    assert list(find_users(boss, role="none")) == [without]
    assert list(find_users(boss, unit=unit)) == [admin]
    assert not find_users(boss, role=Role.AUDITOR, unit=unit)
    assert list(find_users(admin)) == [admin]


def issue(user, **given):
    fields = {
        "label": "For tests",
        "scopes": [Scope.TESTS_READ],
        "expires_at": clock.now() + timedelta(days=30),
    }
    return api_keys.issue(user, **fields | given)


def test_a_key_names_its_owner_and_itself_and_only_its_digest_is_kept(boss):
    key, secret = issue(boss)
    user, found = identify(secret)
    assert (user, found) == (boss, key)
    assert user.via == key.prefix
    assert len(secret) == len("pk_") + 8 + 1 + 43
    assert secret.split("_", 2)[2] not in str([change.image for change in Change.objects.all()])
    assert secret.encode() not in bytes(ApiKey.objects.get().digest)


@pytest.mark.parametrize(
    "wrong", ["", "pk_", "pk_abcdefgh_", "Bearer x", "x" * 500, "pk_ẞẞẞẞẞẞẞẞ_" + "a" * 43]
)
def test_what_is_no_key_names_nobody(boss, wrong):
    issue(boss)
    assert identify(wrong) is None


def test_a_slip_in_any_character_of_a_key_names_nobody(boss):
    _key, secret = issue(boss)
    for place in range(len(secret)):
        changed = secret[:place] + ("A" if secret[place] != "A" else "B") + secret[place + 1 :]
        # The last character of the 43 holds four bits that count and two that do not: still another text.
        assert identify(changed) is None


def test_a_revoked_an_expired_and_a_suspended_owners_key_name_nobody(boss):
    other = make.user()
    key, secret = issue(other)
    users.suspend(boss, other.pk, reason="Under inquiry.")
    assert identify(secret) is None
    users.restore(boss, other.pk, reason="Cleared.")
    assert identify(secret) is not None
    with clock.at(clock.now() + timedelta(days=31)):
        assert identify(secret) is None
    api_keys.revoke(other, key.pk)
    assert identify(secret) is None
    api_keys.revoke(other, key.pk)
    assert Event.objects.filter(verb="api_key.revoked").count() == 1


def test_two_keys_live_at_a_time_and_a_revoked_one_makes_room(boss):
    first, _secret = issue(boss)
    issue(boss)
    with pytest.raises(ValidationError, match="2 live keys"):
        issue(boss)
    api_keys.revoke(boss, first.pk)
    issue(boss)


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_a_key_expires_within_a_year(boss, days):
    with pytest.raises(ValidationError) as refusal:
        issue(boss, expires_at=clock.now() + timedelta(days=days))
    assert "expires_at" in refusal.value.error_dict


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_a_key_has_scopes_that_there_are(boss, scopes):
    with pytest.raises(ValidationError) as refusal:
        issue(boss, scopes=scopes)
    assert "scopes" in refusal.value.error_dict


def test_a_users_key_is_seen_and_revoked_by_who_keeps_him_with_a_reason_and_by_nobody_else(boss):
    here = make.unit()
    owner = make.user(Role.ADMINISTRATOR, here)
    key, secret = issue(owner)
    for other in (make.user(Role.ADMINISTRATOR, here), make.user(Role.SYSTEM_ADMINISTRATOR, make.unit())):
        assert not ApiKey.objects.visible_to(other).exists()
        with pytest.raises(Http404):
            api_keys.revoke(other, key.pk, reason="Seen in a script.")
    auditor = make.user(Role.AUDITOR)
    assert ApiKey.objects.visible_to(auditor).get() == key
    with pytest.raises(PermissionDenied):
        api_keys.revoke(auditor, key.pk, reason="Seen in a script.")
    with pytest.raises(ValidationError):
        api_keys.revoke(boss, key.pk)
    assert identify(secret) is not None

    api_keys.revoke(boss, key.pk, reason="Seen in a script.")

    assert identify(secret) is None
    event = Event.objects.get(verb="api_key.revoked")
    assert (event.actor_id, event.reason) == (boss.pk, "Seen in a script.")


def test_keys_of_others_take_no_room_from_ones_own(boss):
    for _key in range(api_keys.LIVE_KEYS):
        issue(make.user())
    assert issue(boss)


def test_the_hour_of_a_keys_use_is_kept_once_and_never_goes_back(boss, django_assert_num_queries):
    issued, secret = issue(boss)
    _user, key = identify(secret)
    with django_assert_num_queries(2):
        api_keys.note_use(key)
    first = KeyUse.objects.get().hour
    assert (first.minute, first.second, first.microsecond) == (0, 0, 0)

    _user, key = identify(secret)
    with django_assert_num_queries(0):
        api_keys.note_use(key)

    with clock.at(clock.now() + timedelta(hours=3)):
        api_keys.note_use(key)
    stale = ApiKey.objects.get(pk=issued.pk)  # as a request that read before the other had written
    api_keys.note_use(stale)
    assert KeyUse.objects.get().hour == first + timedelta(hours=3)
    assert not Change.objects.filter(table_name="officers_keyuse").exists()
