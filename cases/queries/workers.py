"""Who may be put in charge of a case."""

from cases import rules
from cases.models import Case
from cases.models.cases import WORKS
from officers.models import RoleAssignment, User


def workers(case: Case) -> list[User]:
    """Users who may work on a case, by name."""
    held = RoleAssignment.objects.current().filter(role__in=WORKS).values("user_id")
    users = User.objects.filter(pk__in=held, is_active=True).order_by("username")
    return [user for user in users if rules.works_on(user, case)]
