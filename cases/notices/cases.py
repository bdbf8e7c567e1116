"""Which event in a dismissal case is told to whom. A mail names nobody and no case: it has a link only."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Order
from cases.queries import turns
from ledger.models import Event
from officers.actions.notices import give
from officers.models import User
from officers.queries.notices import Kind, declare

S = Case.Status


@dataclass(frozen=True)
class Notice:
    """What is told of an event: to whom, and in which sentence.

    :param of: what the event is about
    :param of_the_clock: told only if nobody did it but the clock
    """

    to: Callable[[Any], Iterable[User]]
    sentence: str | Promise
    can_wait: bool = True
    of: type[Case] | type[Order] = Case
    of_the_clock: bool = False


def _all_who_have_it(case: Case) -> list[User]:
    """Who is in charge, and whose turn it is; where a measure is in force, who can lodge an appeal for the officer."""
    in_force = case.status in (S.IN_FORCE, S.FINAL)
    third = turns.supervisors(case) if in_force else turns.whose_turn(case)
    return [*turns.in_charge(case), *third]


def _those_above(case: Case) -> list[User]:
    return [*turns.whose_turn(case), *turns.inspectors(case)]


def _supervisors_and_above(case: Case) -> list[User]:
    return [*turns.supervisors(case), *turns.inspectors(case)]


NOTICES = {
    "case.opened": Notice(
        turns.in_charge, _("A case was opened for a test. Confirm who the officer is."), of_the_clock=True
    ),
    "case.news_came": Notice(turns.in_charge, _("Something new came in for a case of yours.")),
    "case.assigned": Notice(turns.in_charge, _("You are in charge of a dismissal case.")),
    "case.ground_fell": Notice(_all_who_have_it, _("A ground of a case fell."), can_wait=False),
    "case.served": Notice(turns.in_charge, _("A notice was served: the officer's time to respond runs.")),
    "case.responded": Notice(turns.in_charge, _("The officer of a case has responded.")),
    "case.response_completed": Notice(turns.in_charge, _("The officer of a case says that he has said all.")),
    "case.time_asked": Notice(
        turns.in_charge, _("The officer of a case asks for more time."), can_wait=False
    ),
    "case.suspended": Notice(
        turns.in_charge, _("A precautionary suspension was ordered: the officer is to be told.")
    ),
    "case.prosecution_answered": Notice(turns.in_charge, _("A prosecutor or a court has answered.")),
    "case.proposed": Notice(turns.legal_checkers, _("A proposal waits for the check of its legality.")),
    "case.sent_back": Notice(turns.in_charge, _("A proposal of yours came back from the legality check.")),
    "case.found_lawful": Notice(turns.authorities, _("A case waits for a decision.")),
    "case.returned": Notice(turns.in_charge, _("The deciding authority returned a case for work.")),
    "case.found_none": Notice(turns.in_charge, _("It was decided that there is no case.")),
    "case.reconsidered": Notice(turns.in_charge, _("A decision was taken back; the case is with you again.")),
    "case.decided": Notice(turns.registrars, _("A decision waits for its signed order.")),
    "case.order_rejected": Notice(turns.registrars, _("An order was rejected: the case waits for another.")),
    "case.enforced": Notice(
        turns.in_charge, _("A measure is in force: the officer is to be told of the decision.")
    ),
    "case.appealed": Notice(
        lambda case: [*turns.appeal_members(case), *turns.in_charge(case)], _("An appeal was lodged.")
    ),
    **dict.fromkeys(
        ("case.overturned", "case.upheld", "case.varied", "case.appeal_refused"),
        Notice(turns.in_charge, _("An appeal was decided: the officer is to be told.")),
    ),
    "order.registered": Notice(
        turns.verifiers, _("An order waits to be verified against its scan."), of=Order
    ),
    "case.due_soon": Notice(turns.whose_turn, _("A case is due soon.")),
    "case.overdue": Notice(turns.whose_turn, _("A case is overdue.")),
    "case.long_overdue": Notice(_those_above, _("A case has been overdue for long.")),
    "case.decision_awaited": Notice(turns.authorities, _("A case still waits for a decision.")),
    "case.suspension_due": Notice(turns.supervisors, _("A precautionary suspension is to be reviewed.")),
    "case.suspension_overdue": Notice(
        _supervisors_and_above, _("The review of a precautionary suspension is overdue.")
    ),
}


def tell(event: Event) -> None:
    """Tell whoever is to be told of an event, if the case, or the order, is there for him."""
    notice = NOTICES.get(event.verb)
    if notice is None or event.clock_set or (notice.of_the_clock and event.actor_id is not None):
        return
    row = notice.of.objects.filter(pk=cast(int, event.subject_id)).first()
    if row is None:
        return
    told = [
        user
        for user in dict.fromkeys(notice.to(row))
        if user.pk != event.actor_id and _is_there(notice, row.pk, user)
    ]
    give(event, told, can_wait=notice.can_wait)


def _is_there(notice: Notice, pk: int, user: User) -> bool:
    return notice.of.objects.visible_to(user).filter(pk=pk).exists()


def _cases(user: User, ids: set[int]) -> dict[int, str]:
    seen = Case.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
    return {pk: reverse("case", args=[pk]) for pk in seen}


def _orders(user: User, ids: set[int]) -> dict[int, str]:
    seen = Order.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
    return {pk: reverse("order", args=[pk]) for pk in seen}


def _mails(notice: Notice, event: Event, user: User) -> list[EmailMessage]:
    """That there is something, and a link, in the user's language. None to whom it is not there any more."""
    pk = cast(int, event.subject_id)
    if not user.email or not _is_there(notice, pk, user):
        return []
    path = _LINKS[notice.of](user, {pk})[pk]
    with translation.override(user.language):
        context = {
            "user": user,
            "sentence": notice.sentence,
            "link": settings.PUBLIC_URL + path,
            "public_url": settings.PUBLIC_URL,
        }
        text = render_to_string("cases/mails/case.txt", context)
        return [EmailMessage(str(notice.sentence), text, to=[user.email])]


def _hidden(user: User) -> Q:
    """Notices about cases from which a user is kept away by now: for him they do not exist, whenever he was told."""
    fit = Case.objects.not_barred(user).filter(pk=OuterRef("subject"))
    of_cases = [verb for verb, notice in NOTICES.items() if notice.of is Case]
    return Q(kind__in=of_cases) & ~Q(Exists(fit))


_LINKS = {Case: _cases, Order: _orders}

declare(
    {
        verb: Kind(
            notice.sentence,
            mails=partial(_mails, notice),
            links=_LINKS[notice.of],
            reference=(lambda pk: Case(pk=pk).reference) if notice.of is Case else (lambda _pk: ""),
        )
        for verb, notice in NOTICES.items()
    },
    hides=_hidden,
)
