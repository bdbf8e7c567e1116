from django.db.models import QuerySet

from officers.models import RoleAssignment, Unit, User
from officers.models.users import Role


def administrators_of(unit: Unit) -> QuerySet[User]:
    """Those who administer tests for a unit: whoever holds the role for it or for one above it."""
    steps = unit.path.strip("/").split("/")
    above = [f"/{'/'.join(steps[:depth])}/" for depth in range(1, len(steps) + 1)]
    holders = RoleAssignment.objects.current().filter(role=Role.ADMINISTRATOR, unit__path__in=above)
    return (
        User.objects.filter(is_active=True, pk__in=holders.values("user_id"))
        .select_related("officer")
        .order_by("username")
    )
