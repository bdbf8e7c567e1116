"""Who audits a unit."""

from audits.models import Audit, Review
from audits.rules import fits
from cases.models.cases import ancestry
from officers.models import RoleAssignment, Unit, User
from officers.models.users import Role


def auditors_of(unit: Unit) -> list[User]:
    """Who may sign in and is an auditor for the unit, by name."""
    held = RoleAssignment.objects.current().filter(role=Role.AUDITOR, unit__in=ancestry(unit.path))
    return list(User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("username"))


def who_could_take(review: Review) -> list[User]:
    """To whom a review can be given: another auditor who is not kept from its record."""
    return [
        user
        for user in auditors_of(review.audit.unit)
        if user.pk != review.reviewer_id and fits(user, review)
    ]


def reviewers_for(audit: Audit) -> list[tuple[int, str]]:
    """The same for a record that is not named yet, as a field takes them."""
    return in_choices(auditors_of(audit.unit))


def in_choices(users: list[User]) -> list[tuple[int, str]]:
    return [(user.pk, f"{user.name} ({user.username})") for user in users]
