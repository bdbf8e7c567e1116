"""Which unit conducts a case, and who may be put in charge of it."""

from cases import rules
from cases.models import Case
from cases.models.cases import WORKS, ancestry
from cases.reckoning.powers import STANDS
from officers.models import Officer, RoleAssignment, Unit, User


def workers(case: Case) -> list[User]:
    """Users who may work on a case, by name."""
    held = RoleAssignment.objects.current().filter(role__in=WORKS).values("user_id")
    users = User.objects.filter(pk__in=held, is_active=True).order_by("username")
    return [user for user in users if rules.works_on(user, case)]


def conducting_units(officer: Officer) -> list[Unit]:
    """Units that may conduct a case against an officer, the lowest first: above his own, a province at least; for the
    Ministry its inspectorate.
    """
    above = Unit.objects.open().filter(pk__in=ancestry(officer.unit.path)).exclude(pk=officer.unit_id)
    may = [unit for unit in above.order_by("-path") if unit.kind in STANDS]
    return may + list(Unit.objects.open().filter(kind=Unit.Kind.INSPECTORATE_GENERAL).order_by("pk"))
