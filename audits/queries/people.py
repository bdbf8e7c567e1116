"""Who is an auditor for a unit."""

from officers.models import Unit, User
from officers.models.users import Role, RoleAssignment


def auditors_of(unit: Unit | None) -> list[User]:
    """Those who may work on an audit of a unit, by name; without one, all auditors."""
    held = RoleAssignment.objects.current().filter(role=Role.AUDITOR, user__is_active=True)
    found = {
        one.user.pk: one.user
        for one in held.select_related("user", "unit")
        if unit is None or unit.path.startswith(one.unit.path)
    }
    return sorted(found.values(), key=lambda user: (user.name, user.pk))
