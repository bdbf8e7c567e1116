"""Who keeps units, officers, accounts and settings, and who brings files in."""

from datetime import timedelta
from typing import Any

from django.conf import settings

from ledger import clock
from ledger.actors import CLOCK
from ledger.models import Event
from officers.models import ApiKey, Import, Officer, RoleAssignment, SettingVersion, Unit, User
from officers.models.users import Role


def is_the_clock(user: Any, _row: Any = None) -> bool:
    return user is CLOCK


def keeps_units(user: User, unit: Unit | None) -> bool:
    """Opens, renames, moves and closes units below those he keeps."""
    return unit is not None and user.serves(unit, Role.SYSTEM_ADMINISTRATOR)


def gains_by_moving(user: User, unit: Unit, parent: Unit) -> bool:
    """Whether a move would put the unit under one in which he holds a role that does not reach it now.

    Nobody gives himself a role, nor the units to a role he has.
    """
    return any(
        parent.path.startswith(held.unit.path) and not unit.path.startswith(held.unit.path)
        for held in user.held_roles
    )


def keeps_officers(user: User, unit: Unit) -> bool:
    """Keeps the roll of officers of a unit."""
    return user.serves(unit, Role.REGISTRAR, Role.SYSTEM_ADMINISTRATOR)


def keeps_officer(user: User, officer: Officer) -> bool:
    """Keeps an officer's place on the roll; nobody his own."""
    return user.officer_id != officer.pk and keeps_officers(user, officer.unit)


def keeps_users(user: User, _other: User | None = None) -> bool:
    return user.has_role(Role.SYSTEM_ADMINISTRATOR)


def keeps_user(user: User, other: User) -> bool:
    """Changes another user's account; nobody's own, and only where he keeps all units of the other's roles.

    An account without a role belongs to no unit: it is kept by who made it, and by who keeps the whole tree.
    Otherwise any small unit's administrator could put his own address on an account that waits for its role.
    """
    if user.pk == other.pk or not keeps_users(user):
        return False
    if not other.held_roles:
        return keeps_settings(user) or _made(user, other)
    return all(user.serves(held.unit, Role.SYSTEM_ADMINISTRATOR) for held in other.held_roles)


def _made(user: User, other: User) -> bool:
    return _events_by(user, other, ("user.created",))


#: Whoever could have had another's password set does not take away his second factor for so long.
APART = timedelta(days=30)


def owes_second_factor(user: User) -> bool:
    """Sets up a second factor before anything else: who holds a role, where the settings ask for one."""
    return settings.MFA_REQUIRED and not user.has_second_factor and bool(user.held_roles)


def resets_second_factor(user: User, other: User) -> bool:
    """Takes another's second factor away; not who lately sent the link for his password or changed his address.

    With both, one person could sign in as another.
    """
    return keeps_user(user, other) and not _events_by(
        user, other, ("user.invited", "user.updated"), since=clock.now() - APART
    )


def sends_link(user: User, other: User) -> bool:
    """Sends the link for another's password and changes his address; not who took his second factor away, until
    another stands: the same two steps in the other order.
    """
    return keeps_user(user, other) and (
        other.has_second_factor or not _events_by(user, other, ("user.second_factor_reset",))
    )


def _events_by(user: User, other: User, verbs: tuple[str, ...], since: Any = None) -> bool:
    events = Event.objects.filter(
        subject_table=User._meta.db_table, subject_id=other.pk, verb__in=verbs, actor_id=user.pk
    )
    return (events.filter(recorded_at__gte=since) if since else events).exists()


def revokes(user: User, key: ApiKey) -> bool:
    """Ends a key: whose it is, and who keeps his account."""
    return user.pk == key.user_id or keeps_user(user, key.user)


def grants(user: User, other: User, unit: Unit) -> bool:
    """Gives and takes roles for a unit, never his own; a first role to an account he keeps."""
    return (
        user.pk != other.pk
        and user.serves(unit, Role.SYSTEM_ADMINISTRATOR)
        and (bool(other.held_roles) or keeps_user(user, other))
    )


def ends(user: User, assignment: RoleAssignment) -> bool:
    return grants(user, assignment.user, assignment.unit)


def keeps_settings(user: User, _version: SettingVersion | None = None) -> bool:
    """Settings rule everywhere, so only whoever keeps the whole tree changes them."""
    return any(path.count("/") == 2 for path in user.scope(Role.SYSTEM_ADMINISTRATOR))


def opens_sheets(user: User, unit: Unit) -> bool:
    return user.serves(unit, Role.ADMINISTRATOR)


def uploads_sheets(user: User, unit: Unit) -> bool:
    return opens_sheets(user, unit)


def uploads_rosters(user: User, unit: Unit) -> bool:
    return keeps_officers(user, unit)


def uploads_results(user: User, unit: Unit) -> bool:
    return user.serves(unit, Role.LABORATORY)


#: Who uploads what: whoever may enter by hand what the file holds.
UPLOADS = {
    Import.Kind.SHEET: uploads_sheets,
    Import.Kind.CAMPAIGN: uploads_sheets,
    Import.Kind.ROSTER: uploads_rosters,
    Import.Kind.LABORATORY: uploads_results,
}


def uploads(user: User, kind: str, unit: Unit) -> bool:
    return UPLOADS[Import.Kind(kind)](user, unit)


def owns_import(user: User, file: Import) -> bool:
    """Takes, stops and cancels a file: who uploaded it, while he still may."""
    return user.pk == file.uploaded_by_id and uploads(user, file.kind, file.unit)


def undoes_import(user: User, file: Import) -> bool:
    """What a laboratory reported is not taken back: it is corrected, specimen by specimen."""
    return file.kind != Import.Kind.LABORATORY and owns_import(user, file)


def stops_import(user: User, file: Import) -> bool:
    """A file that is one sheet is taken at once, so nothing of it can be stopped."""
    return not file.is_sheet and owns_import(user, file)


def reads_the_outbox(user: User) -> bool:
    """Mails hold links that open accounts, so only whoever keeps the whole tree reads the local outbox."""
    return keeps_settings(user)
