"""Which event about a complaint is told to whom. Never with what the complaint says."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import rules
from cases.actions.complaints import nearest_handlers
from cases.models import HANDLES, Complaint, Miss
from cases.models.complaints import barring
from cases.queries import complaints as queries
from cases.queries.routing import inspectorate
from cases.queries.searches import found_by, saved_by
from ledger.models import Event
from officers.actions.notices import give
from officers.models import RoleAssignment, Unit, User
from officers.models.users import Role
from officers.queries.notices import Figure, Kind, declare


@dataclass(frozen=True)
class Notice:
    """What is told of an event: to whom, and in which sentence.

    By mail it comes as each user likes, unless it cannot wait: a unit has few days to give its reason for a miss.
    """

    to: Callable[[Event, Complaint], list[User]]
    sentence: str | Promise
    can_wait: bool = True


def _unit(_event: Event, complaint: Complaint) -> list[User]:
    return nearest_handlers(complaint.unit)


def _handler(_event: Event, complaint: Complaint) -> list[User]:
    return [complaint.handler] if complaint.handler else nearest_handlers(complaint.unit)


def _offered(_event: Event, complaint: Complaint) -> list[User]:
    return nearest_handlers(complaint.offered_to) if complaint.offered_to else []


def _both_levels(event: Event, complaint: Complaint) -> list[User]:
    facts = cast(dict[str, Any], event.facts)
    left = Unit.objects.get(pk=facts["left"])
    return [*nearest_handlers(left), *nearest_handlers(complaint.unit)]


def _asked(event: Event, complaint: Complaint) -> list[User]:
    """An auditor's wish is told to the inspectorate, and to the inspectors of the unit: to whom may decide."""
    if not cast(dict[str, Any], event.facts).get("for_audit"):
        return _unit(event, complaint)
    inspectors = RoleAssignment.objects.current().filter(role=Role.INSPECTOR, user__is_active=True)
    there = inspectors.filter(unit_id__in=complaint.unit.path.strip("/").split("/")).select_related("user")
    return [*nearest_handlers(inspectorate()), *(held.user for held in there.order_by("pk"))]


def _granted(event: Event, _complaint: Complaint) -> list[User]:
    """The inspectorate; and who asked, who may read it from now on."""
    asked_by = cast(dict[str, Any], event.facts).get("asked_by")
    return [*nearest_handlers(inspectorate()), *User.objects.filter(pk=asked_by, is_active=True)]


NOTICES = {
    "complaint.received": Notice(_unit, _("A report has come to your unit.")),
    "complaint.assigned": Notice(_handler, _("You are in charge of a complaint.")),
    "complaint.heard": Notice(_handler, _("A reporter has written.")),
    "complaint.offered": Notice(_offered, _("A complaint is offered to your unit.")),
    "complaint.accepted": Notice(_unit, _("Your unit has taken over a complaint.")),
    "complaint.refused": Notice(_handler, _("The unit you offered a complaint to has refused it.")),
    "complaint.escalated": Notice(
        _both_levels,
        _("A case has moved one level up, because nobody acted on it in time."),
        can_wait=False,
    ),
    "complaint.matched": Notice(_unit, _("A report has come to your unit.")),
    "complaint.conflict_declared": Notice(_unit, _("A complaint of your unit needs somebody in charge.")),
    "complaint.closing_proposed": Notice(
        _unit, _("A second person is asked to agree to closing a complaint.")
    ),
    "complaint.contact_asked": Notice(
        _asked, _("A second person is asked whether it may be opened how a reporter can be reached.")
    ),
    "complaint.contact_granted": Notice(_granted, _("It was granted to open how a reporter can be reached.")),
    "file.found_infected": Notice(_handler, _("A file with a complaint is infected, and kept away.")),
    "complaint.pause_asked": Notice(_unit, _("A second person is asked to agree to a pause.")),
}


def tell(event: Event) -> None:
    """Tell whoever is to be told of an event. Whoever is barred from the complaint by now hears nothing."""
    notice = NOTICES.get(event.verb)
    if notice is None or event.clock_set:
        return
    rows = Complaint.objects.select_related("unit", "handler", "offered_to")
    complaint = rows.filter(pk=cast(int, event.subject_id)).first()
    if complaint is None:
        return
    told = [
        user
        for user in dict.fromkeys(notice.to(event, complaint))
        if user.pk != event.actor_id and not rules.is_barred(user, complaint)
    ]
    give(event, told, can_wait=notice.can_wait)


def _links(user: User, ids: set[int]) -> dict[int, str]:
    """To the complaint; where it has left a user's unit, to where he gives the unit's reason, if that is asked."""
    seen = Complaint.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
    links = {pk: reverse("complaint", args=[pk]) for pk in seen}
    left = Miss.objects.visible_to(user).filter(complaint__in=ids - links.keys(), explained_on=None)
    for miss in left.select_related("unit").order_by("pk"):
        if rules.explains(user, miss):
            links[miss.complaint_id] = reverse("miss_explain", args=[miss.pk])
    return links


def _mails(notice: Notice, event: Event, user: User) -> list[EmailMessage]:
    """That there is something, the reference and a link, in the user's language. None to whom it is hidden from by
    now, or who has no address.
    """
    complaint = Complaint.objects.get(pk=cast(int, event.subject_id))
    if not user.email or rules.is_barred(user, complaint):
        return []
    path = _links(user, {complaint.pk}).get(complaint.pk, "")
    with translation.override(user.language):
        context = {
            "user": user,
            "sentence": notice.sentence,
            "reference": complaint.reference,
            "link": path and settings.PUBLIC_URL + path,
            "left": path != reverse("complaint", args=[complaint.pk]),
            "public_url": settings.PUBLIC_URL,
        }
        text = render_to_string("cases/mails/notice.txt", context)
        return [EmailMessage(str(notice.sentence), text, to=[user.email])]


def _hidden(user: User) -> Q:
    """Notices about complaints from which a user is barred: for him they do not exist, whenever he was told."""
    theirs = barring(user).filter(complaint=OuterRef("subject"))
    return Q(kind__in=list(NOTICES)) & Q(Exists(theirs))


def _figures(user: User) -> list[Figure]:
    """What a digest counts: the reports that wait with a flag up, and the searches a user asked for."""
    if not user.has_role(*HANDLES):
        return []
    parts: list[tuple[str | Promise, QuerySet[Complaint] | None, str]] = [
        (
            _("Reports of your units that nobody acted on in time"),
            queries.flagged(queries.queue(user).open()),
            reverse("complaints") + "?flagged=on",
        )
    ]
    asked = saved_by(user).filter(in_digest=True)
    # Not by its name, which is the user's own words and may say of whom a case is.
    words = _("Complaints that fit a saved search of yours")
    parts += [(words, found_by(row), reverse("saved_search", args=[row.pk])) for row in asked]
    counts = [(words, queries.counted(rows), path) for words, rows, path in parts if rows is not None]
    return [Figure(str(words), count, path) for words, count, path in counts if count]


declare(
    {
        verb: Kind(
            notice.sentence,
            mails=partial(_mails, notice),
            links=_links,
            reference=lambda pk: Complaint(pk=pk).reference,
        )
        for verb, notice in NOTICES.items()
    },
    hides=_hidden,
    figures=_figures,
)
