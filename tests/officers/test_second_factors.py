"""The second factor: what its actions do, refuse, leave in the log, and which sessions they end."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from ledger import clock
from ledger.models import Change, Event
from officers import rules
from officers.actions import api_keys, second_factors, users
from officers.models import Credential, User
from officers.models.users import Role, SignedOut
from tests import make

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def boss():
    return make.user(Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def owner():
    return make.user()


def again(user):
    return User.objects.get(pk=user.pk)


def kinds(user):
    return sorted(user.authenticator_set.values_list("type", flat=True))


def verbs(user):
    about = Event.objects.filter(subject_table="officers_user", subject_id=user.pk)
    return list(about.order_by("id").values_list("verb", flat=True))


def test_the_first_factor_comes_with_recovery_codes_and_the_second_without(owner):
    codes = second_factors.add_app(owner, secret=SECRET)

    assert len(set(codes)) == 10
    assert second_factors.add_passkey(owner, name="Telephone", credential={}) == []
    assert kinds(owner) == ["recovery_codes", "totp", "webauthn"]
    assert verbs(owner)[-2:] == ["user.second_factor_added"] * 2


def test_no_secret_reaches_the_log_nor_stands_open_in_the_database(owner):
    codes = second_factors.add_app(owner, secret=SECRET)

    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    said = str(list(Event.objects.values_list("facts", "reason")) + [c.image for c in Change.objects.all()])
    for secret in (SECRET, *codes):
        assert secret not in kept
        assert secret not in said


def test_one_app_is_kept_and_ten_passkeys(owner):
    second_factors.add_app(owner, secret=SECRET)
    with pytest.raises(ValidationError, match="an authenticator app already"):
        second_factors.add_app(owner, secret=SECRET)
    for number in range(second_factors.MOST_PASSKEYS):
        second_factors.add_passkey(owner, name=f"Key {number}", credential={})
    with pytest.raises(ValidationError, match="10 passkeys"):
        second_factors.add_passkey(owner, name="One more", credential={})


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_passkey_has_a_name_of_bounded_length(owner, name):
    with pytest.raises(ValidationError, match="60"):
        second_factors.add_passkey(owner, name=name, credential={})
    second_factors.add_passkey(owner, name="Telephone", credential={})
    passkey = owner.authenticator_set.get(type="webauthn")
    with pytest.raises(ValidationError, match="60"):
        second_factors.rename_passkey(owner, passkey.pk, name=name)
    second_factors.rename_passkey(owner, passkey.pk, name=" Desk ")
    passkey.refresh_from_db()
    assert passkey.wrap().name == "Desk"


def test_with_the_last_factor_the_recovery_codes_go(owner):
    second_factors.add_app(owner, secret=SECRET)
    second_factors.add_passkey(owner, name="Telephone", credential={})
    app, passkey = (owner.authenticator_set.get(type=kind) for kind in ("totp", "webauthn"))

    second_factors.remove(owner, app.pk)
    assert kinds(owner) == ["recovery_codes", "webauthn"]
    second_factors.remove(owner, passkey.pk)
    assert kinds(owner) == []


def test_nobody_touches_anothers_factor_by_its_number(owner):
    second_factors.add_passkey(owner, name="Telephone", credential={})
    factor = owner.authenticator_set.get(type="webauthn")
    codes = owner.authenticator_set.get(type="recovery_codes")
    other = make.user(Role.SYSTEM_ADMINISTRATOR)
    with pytest.raises(Http404):
        second_factors.remove(other, factor.pk)
    with pytest.raises(Http404):
        second_factors.rename_passkey(other, factor.pk, name="Mine")
    with pytest.raises(Http404):
        second_factors.remove(owner, codes.pk)
    assert kinds(owner) == ["recovery_codes", "webauthn"]


def test_new_recovery_codes_end_the_old_ones(owner):
    with pytest.raises(ValidationError, match="second factor first"):
        second_factors.make_codes(owner)
    old = second_factors.add_app(owner, secret=SECRET)
    new = second_factors.make_codes(owner)
    assert not set(old) & set(new)
    codes = owner.authenticator_set.get(type="recovery_codes").wrap()
    assert not codes.validate_code(old[0])
    assert codes.validate_code(new[0])
    second_factors.use_code(owner)
    assert Event.objects.get(verb="user.recovery_code_used").facts == {"left": 9}


def test_a_keeper_resets_the_factors_of_who_lost_them_with_a_reason(boss, owner):
    second_factors.add_app(owner, secret=SECRET)
    with pytest.raises(ValidationError):
        second_factors.reset(boss, owner.pk, reason=" ")
    assert kinds(owner)

    second_factors.reset(boss, owner.pk, reason="Telephone lost; he came in person.")

    assert kinds(owner) == []
    event = Event.objects.get(verb="user.second_factor_reset")
    assert (event.actor_id, event.subject_id) == (boss.pk, owner.pk)
    assert event.reason == "Telephone lost; he came in person."
    with pytest.raises(ValidationError, match="no second factor"):
        second_factors.reset(boss, owner.pk, reason="Once more.")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM_ADMINISTRATOR])
def test_no_other_role_resets(owner, role):
    second_factors.add_app(owner, secret=SECRET)
    with pytest.raises((PermissionDenied, Http404)):
        second_factors.reset(make.user(role), owner.pk, reason="No.")
    assert kinds(owner)


def test_nobody_resets_his_own_nor_that_of_a_unit_he_does_not_keep(boss, owner):
    for user in (boss, owner):
        second_factors.add_app(user, secret=SECRET)
    with pytest.raises(PermissionDenied):
        second_factors.reset(boss, boss.pk, reason="Mine.")
    with pytest.raises(Http404):
        second_factors.reset(
            make.user(Role.SYSTEM_ADMINISTRATOR, make.unit()), owner.pk, reason="Not of my unit."
        )


CHANGED = {"name_km": "ក", "name_latin": "K", "email": "boss@example.org", "language": "km"}


@pytest.mark.parametrize("step", ["invited", "updated"])
def test_no_one_person_takes_over_an_account_by_link_and_reset(boss, owner, step):
    second_factors.add_app(owner, secret=SECRET)
    with clock.at(clock.now() - rules.APART + timedelta(minutes=1)):
        if step == "invited":
            users.invite(boss, owner.pk)
        else:
            users.update(boss, owner.pk, **CHANGED)
    with pytest.raises(PermissionDenied, match="30 days"):
        second_factors.reset(boss, owner.pk, reason="Lost.")
    assert kinds(owner)

    second_factors.reset(make.user(Role.SYSTEM_ADMINISTRATOR), owner.pk, reason="Lost.")
    assert kinds(owner) == []


def test_nor_by_reset_and_link_until_the_account_has_another_factor(boss, owner):
    second_factors.add_app(owner, secret=SECRET)
    second_factors.reset(boss, owner.pk, reason="Lost.")
    with pytest.raises(PermissionDenied, match="another system administrator"):
        users.invite(boss, owner.pk)
    with pytest.raises(PermissionDenied, match="another system administrator"):
        users.update(boss, owner.pk, **CHANGED)
    users.update(boss, owner.pk, **CHANGED | {"email": owner.email})

    second_factors.add_app(owner, secret=SECRET)
    users.invite(boss, owner.pk)


def sessions_of(user):
    """What a session of this user is held against."""
    return again(user).get_session_auth_hash()


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (
            lambda boss, owner: users.grant(boss, owner.pk, role=Role.AUDITOR, unit_id=make.root().pk),
            SignedOut.ROLES,
        ),
        (
            lambda boss, owner: users.end_role(boss, owner.held_roles[0].pk, reason="Moved."),
            SignedOut.ROLES,
        ),
        (lambda boss, owner: users.suspend(boss, owner.pk, reason="Left."), SignedOut.SUSPENDED),
        (
            lambda _boss, owner: users.set_password(owner, owner.pk, password="a quiet river at night"),
            SignedOut.PASSWORD,
        ),
        (lambda boss, owner: second_factors.reset(boss, owner.pk, reason="Lost."), SignedOut.SECOND_FACTOR),
        (
            lambda _boss, owner: second_factors.remove(owner, owner.authenticator_set.get(type="totp").pk),
            SignedOut.SECOND_FACTOR,
        ),
        (
            lambda _boss, owner: second_factors.add_passkey(owner, name="One", credential={}),
            SignedOut.SECOND_FACTOR,
        ),
    ],
    ids=["grant", "end_role", "suspend", "set_password", "reset", "remove", "add"],
)
def test_an_act_that_changes_what_somebody_may_ends_his_sessions_and_nobody_elses(boss, owner, act, why):
    second_factors.add_app(owner, secret=SECRET)
    owner = again(owner)
    his, others = sessions_of(owner), sessions_of(boss)

    act(boss, owner)

    assert sessions_of(owner) != his
    assert sessions_of(boss) == others
    assert Credential.objects.get(user=owner).signed_out == why


def test_a_refused_act_ends_no_session(boss, owner):
    before = sessions_of(owner)
    with pytest.raises(ValidationError):
        users.end_role(boss, owner.held_roles[0].pk, reason="")
    with pytest.raises(ValidationError):
        users.grant(boss, owner.pk, role="king", unit_id=make.root().pk)
    with pytest.raises(ValidationError):
        users.set_password(owner, owner.pk, password="short")
    assert sessions_of(owner) == before


def test_an_account_without_a_password_is_signed_out_and_still_has_none(boss):
    made = users.create(boss, username="new.one", name_km="ថ្មី", name_latin="New", email="new@example.org")
    users.grant(boss, made.pk, role=Role.AUDITOR, unit_id=make.root().pk)
    assert not again(made).has_usable_password()
    assert not again(made).check_password("")


def test_a_door_renews_its_session_with_what_its_own_act_wrote_and_not_a_later_one(boss, owner):
    second_factors.add_app(owner, secret=SECRET)
    users.suspend(boss, owner.pk, reason="Stolen.")  # between the act and the renewal of the session
    assert owner.get_session_auth_hash() != sessions_of(owner)


@pytest.mark.parametrize("required", [True, False])
def test_who_owes_a_second_factor(settings, owner, required):
    settings.MFA_REQUIRED = required
    without_role = make.user(None)
    assert rules.owes_second_factor(owner) is required
    assert not rules.owes_second_factor(without_role)
    second_factors.add_passkey(owner, name="Telephone", credential={})
    assert not rules.owes_second_factor(again(owner))


def test_keys_live_on_through_a_change_of_roles(boss, owner):
    in_a_month = clock.now() + timedelta(days=30)
    _key, secret = api_keys.issue(owner, label="x", scopes=["tests:read"], expires_at=in_a_month)
    users.end_role(boss, owner.held_roles[0].pk, reason="Moved.")
    from officers.queries import identify

    user, _key = identify(secret)
    assert user.held_roles == []
