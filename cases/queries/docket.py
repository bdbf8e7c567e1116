"""Cases as the list, the dashboard and the home page show them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q

from cases.lifecycles import UNDER_WORK
from cases.models import SEES_CASES, Case, Delegation, Ground
from cases.models.cases import WORKS, CaseQuerySet
from foundation.khmer import digits
from ledger import clock
from officers.models import Officer, ServiceNumber, Unit, User
from officers.models.users import Role, below
from officers.queries.officers import numbered
from officers.reckoning.numbers import service_number

#: Most overdue first; what has no day to keep last (PostgreSQL puts NULL there).
ORDER = ("due_on", "id")
#: Texts of a case, which a list neither shows nor reads.
WRITTEN = ("severity_reasons", "investigation", "stay_reason", "closing_reason")
S = Case.Status


def docket(user: Any) -> CaseQuerySet:
    """The cases of a user, without what was written: no list shows that."""
    rows = Case.objects.visible_to(user).select_related("officer", "officer_unit", "unit", "case_officer")
    return rows.defer(*WRITTEN)


def id_of(reference: str) -> int | None:
    """The id in a reference as somebody typed it; None where it is none, or the check digits are wrong."""
    typed = "".join(digits(reference).upper().replace("-", "").split())
    number = typed.removeprefix("DC")
    if number == typed or not (number.isascii() and number.isdecimal()) or len(number) < len("00000100"):
        return None
    pk = int(number[:-2])
    return pk if Case(pk=pk).reference.endswith(f"-{number[-2:]}") else None


def looked_up(rows: CaseQuerySet, text: str) -> CaseQuerySet:
    """The case of a reference, or those of the officer with a service number or stable number."""
    pk = id_of(text)
    if pk is not None:
        return rows.filter(pk=pk)
    return rows.filter(officer_id__in=_officers(text))


def _officers(text: str) -> Any:
    formerly = ServiceNumber.objects.filter(number=service_number(text)).values("officer_id")
    return Officer.objects.filter(numbered(text) | Q(pk__in=formerly)).values("pk")


def overdue(rows: CaseQuerySet) -> CaseQuerySet:
    return rows.filter(due_on__lt=clock.today())


def resting_on(rows: CaseQuerySet, kind: str) -> CaseQuerySet:
    """Those with a ground of a kind that was not withdrawn."""
    grounds = Ground.objects.filter(kind=kind).exclude(status=Ground.Status.WITHDRAWN)
    return rows.filter(pk__in=grounds.values("case_id"))


def decided(rows: CaseQuerySet) -> CaseQuerySet:
    return rows.filter(decided_at__isnull=False)


def waiting(rows: CaseQuerySet, user: User) -> CaseQuerySet:
    """Those in which the next step is one that a user takes by his role, and that he had no other part in.

    The page of the case asks exactly; here the parts are told from who proposed, checked, decided and registered.
    """
    worked = Q(case_officer=user.pk) | (Q(case_officer=None) & below(user.scope(*WORKS)))
    acting = Delegation.objects.ruling().filter(taker=user.pk).values_list("unit__path", flat=True)
    decides = below([*user.scope(Role.DECIDING_AUTHORITY), *acting])
    proposed, opined = Q(proposals__proposed_by=user.pk), Q(opinions__checked_by=user.pk)
    entered = Q(order_lines__order__registered_by=user.pk, order_lines__void=False)
    own = Case.objects.filter
    return rows.filter(
        (Q(status__in=UNDER_WORK) & worked)
        | (_theirs(user, S.PROPOSED, Role.LEGAL_CHECKER) & ~Q(pk__in=own(proposed).values("pk")))
        | (Q(status=S.CHECKED) & decides & ~Q(pk__in=own(proposed | opined).values("pk")))
        | (_theirs(user, S.AWAITING_INSTRUMENT, Role.REGISTRAR) & ~Q(pk__in=own(entered).values("pk")))
        | _theirs(user, S.APPEALED, Role.APPEAL_MEMBER)
    )


def _theirs(user: User, status: str, role: str) -> Q:
    return Q(status=status) & below(user.scope(role))


def to_review(rows: CaseQuerySet, user: User) -> CaseQuerySet:
    """Those with a precautionary suspension that is to be looked at again within the week, by a supervisor."""
    soon = clock.today() + timedelta(days=7)
    held = rows.filter(suspensions__ended_on=None, suspensions__review_by__lte=soon)
    return held.filter(below(user.scope(Role.SUPERVISOR, Role.INSPECTOR))).distinct()


def by_status(rows: CaseQuerySet) -> dict[str, int]:
    return dict(rows.order_by().values_list("status").annotate(Count("pk")))


def by_ground(rows: CaseQuerySet) -> dict[str, int]:
    """How many cases rest on each kind of ground; a case with two is counted with both."""
    grounds = Ground.objects.filter(case__in=rows.order_by().values("pk")).exclude(
        status=Ground.Status.WITHDRAWN
    )
    return dict(grounds.values_list("kind").annotate(Count("case_id", distinct=True)))


def by_conducting_unit(rows: CaseQuerySet) -> list[tuple[Unit, int]]:
    """How many cases each unit conducts, the most first."""
    counts = dict(rows.order_by().values_list("unit_id").annotate(Count("pk")))
    return _largest_first(Unit.objects.filter(pk__in=counts), counts)


def by_province(rows: CaseQuerySet) -> list[tuple[Unit, int]]:
    """How many cases there are against officers of each province, the most first."""
    paths = dict(rows.order_by().values_list("officer_unit__path").annotate(Count("pk")))
    found = provinces()
    counts = {
        one.pk: sum(count for path, count in paths.items() if path.startswith(one.path)) for one in found
    }
    return _largest_first(found, counts)


def provinces() -> list[Unit]:
    return list(Unit.objects.filter(kind=Unit.Kind.PROVINCIAL_COMMISSARIAT).in_order())


def _largest_first(units: Iterable[Unit], counts: dict[int, int]) -> list[tuple[Unit, int]]:
    rows = [(unit, counts[unit.pk]) for unit in units if counts[unit.pk]]
    return sorted(rows, key=lambda row: -row[1])


def days_to_decision(rows: CaseQuerySet) -> int | None:
    """Whole days from opening to decision, on average over the cases that were decided."""
    mean = decided(rows).aggregate(mean=Avg(F("decided_at") - F("opened_at")))["mean"]
    return None if mean is None else round(mean.total_seconds() / 86_400)


def acts_for_an_authority(user: User) -> bool:
    return Delegation.objects.ruling().filter(taker=user.pk).exists()


def has_cases(user: User) -> bool:
    """Whether the list of cases is there for somebody, by a role or because he acts for an authority."""
    return user.has_role(*SEES_CASES) or (user.is_active and acts_for_an_authority(user))
