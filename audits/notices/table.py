"""Which event of an audit is told to whom. A mail says that something waits, and where; never of whom or what."""

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

from audits import rules
from audits.actions.recusals import open_reviews_of
from audits.models import Audit, CorrectionRequest, Finding, Recusal, Review, Sample
from audits.models.findings import ANSWERS
from audits.queries import corrections
from audits.queries.lateness import owed_by
from cases.queries.turns import nearest
from ledger.models import Audited, Event
from officers.actions.notices import give
from officers.models import Unit, User
from officers.models.users import Role
from officers.queries.notices import Figure, Kind, declare


@dataclass(frozen=True)
class Notice:
    """What is told of an event about a row of `of`: to whom, and in which sentence."""

    of: type[Audited]
    to: Callable[[Event, Any], Iterable[User]]
    sentence: str | Promise
    can_wait: bool = True


def _reviewer(_event: Event, row: Review) -> list[User]:
    return [row.reviewer]


def _reviewers(event: Event, _row: Sample) -> list[User]:
    """To whom records of a sample were given in this act: the event names the first and the last."""
    facts = cast(dict[str, Any], event.facts)
    given = Review.objects.filter(pk__range=(facts["first"], facts["last"]))
    return list(User.objects.filter(pk__in=given.values("reviewer"), is_active=True))


def _who_answers(row: Finding, unit: Unit) -> list[User]:
    """Who answers for a unit: of each role those nearest to it who may."""
    return [user for role in ANSWERS for user in nearest(unit, role, lambda user: rules.answers(user, row))]


def _unit(_event: Event, row: Finding) -> list[User]:
    """The nearest of the first role that somebody holds: not everybody up to the ministry."""
    for role in ANSWERS:
        if found := nearest(row.unit, role, lambda user: rules.answers(user, row)):
            return found
    return []


def _auditors(_event: Event, row: Finding) -> list[User]:
    return [row.drafted_by, row.audit.lead]


def _those_above(event: Event, row: Finding) -> list[User]:
    """Who answers for the unit above, the inspectors, and the unit that is late."""
    above = _who_answers(row, row.escalated_to) if row.escalated_to else []
    inspectors = nearest(row.escalated_to or row.unit, Role.INSPECTOR, lambda user: rules.answers(user, row))
    return [*_unit(event, row), *above, *inspectors]


def _of_the_ministry(role: str, may: Callable[[User], bool]) -> list[User]:
    top = Unit.objects.filter(parent__isnull=True).first()
    return nearest(top, role, may) if top else []


def _inspectors(_event: Event, _row: CorrectionRequest) -> list[User]:
    return _of_the_ministry(Role.INSPECTOR, rules.handles_requests)


def _who_confirms(_event: Event, row: CorrectionRequest) -> list[User]:
    return _of_the_ministry(Role.INSPECTOR, lambda user: rules.confirms_request(user, row))


def _handler(_event: Event, row: CorrectionRequest) -> list[User]:
    return [row.handler] if row.handler and row.handler.is_active else []


def _in_hand(event: Event, row: CorrectionRequest) -> list[User]:
    """Who has it in hand; where nobody has, all who could."""
    return _handler(event, row) or _inspectors(event, row)


def _authorities(event: Event, row: CorrectionRequest) -> list[User]:
    deciding = _of_the_ministry(Role.DECIDING_AUTHORITY, lambda _user: True)
    return [*deciding, *_inspectors(event, row)]


def _leads(_event: Event, row: Recusal) -> list[User]:
    """Who leads the audits in which reviews of his are now to be given to others."""
    led = open_reviews_of(row).values("audit__lead")
    return list(User.objects.filter(pk__in=led, is_active=True))


NOTICES = {
    "review.assigned": Notice(Review, _reviewer, _("A record was given to you to review.")),
    "review.handed_over": Notice(Review, _reviewer, _("A review was handed over to you.")),
    "review.reopened": Notice(Review, _reviewer, _("A review of yours was opened anew.")),
    "sample.assigned": Notice(Sample, _reviewers, _("Records of a sample were given to you to review.")),
    "finding.issued": Notice(Finding, _unit, _("A finding of an audit is to be answered."), can_wait=False),
    "finding.upheld": Notice(Finding, _unit, _("A finding that your unit contested is upheld.")),
    "finding.returned": Notice(Finding, _unit, _("What your unit did about a finding is not enough.")),
    "finding.extended": Notice(Finding, _unit, _("Your unit has more time for a finding.")),
    "finding.reopened": Notice(Finding, _unit, _("A finding of an audit was opened anew.")),
    "finding.withdrawn": Notice(Finding, _unit, _("A finding of an audit was withdrawn.")),
    "finding.closed": Notice(Finding, _unit, _("A finding of an audit is closed.")),
    "finding.accepted": Notice(Finding, _auditors, _("A unit accepted a finding.")),
    "finding.contested": Notice(Finding, _auditors, _("A unit contests a finding.")),
    "finding.acted": Notice(Finding, _auditors, _("A unit reports what it did about a finding.")),
    "finding.due_soon": Notice(Finding, _unit, _("A finding of an audit is due soon.")),
    "finding.escalated": Notice(
        Finding,
        _those_above,
        _("A finding of an audit is late, and was put before the unit above."),
        can_wait=False,
    ),
    "correction.received": Notice(
        CorrectionRequest, _inspectors, _("Somebody says that something published is wrong.")
    ),
    "correction.declined": Notice(
        CorrectionRequest, _who_confirms, _("An answer to a request for correction is to be confirmed.")
    ),
    "correction.returned": Notice(
        CorrectionRequest, _handler, _("Your answer to a request for correction was sent back.")
    ),
    "correction.reopened": Notice(
        CorrectionRequest, _handler, _("Your answer to a request for correction was taken back.")
    ),
    "correction.due_soon": Notice(CorrectionRequest, _in_hand, _("A request for correction is due soon.")),
    "correction.escalated": Notice(
        CorrectionRequest, _authorities, _("A request for correction is late."), can_wait=False
    ),
    "recusal.declared": Notice(
        Recusal, _leads, _("An auditor declared a recusal: reviews of his are to be given to others.")
    ),
}


def tell(event: Event) -> None:
    """Tell whoever is to be told of an event, if what it is about is there for him.

    The floor below has reviews too: the table says whose event it is.
    """
    notice = NOTICES.get(event.verb)
    if notice is None or event.clock_set or event.subject_table != notice.of._meta.db_table:
        return
    row: Any = notice.of._default_manager.filter(pk=cast(int, event.subject_id)).first()
    if row is None:
        return
    told = [
        user
        for user in dict.fromkeys(notice.to(event, row))
        if user.pk != event.actor_id and row.pk in _PATHS[notice.of](user, {row.pk})
    ]
    give(event, told, can_wait=notice.can_wait)


def _to(name: str, model: Any, user: User, ids: set[int]) -> dict[int, str]:
    seen = model.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
    return {pk: reverse(name, args=[pk]) for pk in seen}


def _reviews(user: User, ids: set[int]) -> dict[int, str]:
    """Also those of one's own that one is kept from since: their page says that they are to be handed over."""
    own = Review.objects.filter(reviewer=user.pk, audit__in=Audit.objects.visible_to(user), pk__in=ids)
    return _to("audit_review", Review, user, ids) | {
        pk: reverse("audit_review", args=[pk]) for pk in own.values_list("pk", flat=True)
    }


def _samples(user: User, ids: set[int]) -> dict[int, str]:
    seen = Sample.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
    return dict.fromkeys(seen, reverse("audit_reviews"))


def _recusals(user: User, ids: set[int]) -> dict[int, str]:
    """Where the lead of an audit sees which reviews are to be handed over."""
    seen = Recusal.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
    return dict.fromkeys(seen, reverse("audit_reviews") + "?whose=all")


_PATHS: dict[Any, Callable[[User, set[int]], dict[int, str]]] = {
    Review: _reviews,
    Sample: _samples,
    Finding: partial(_to, "finding", Finding),
    Recusal: _recusals,
    CorrectionRequest: partial(_to, "correction", CorrectionRequest),
}


def _mails(notice: Notice, event: Event, user: User) -> list[EmailMessage]:
    """That there is something, and a link, in the user's language. None to whom it is not there any more."""
    pk = cast(int, event.subject_id)
    path = _PATHS[notice.of](user, {pk}).get(pk)
    if not user.email or path is None:
        return []
    with translation.override(user.language):
        context = {
            "user": user,
            "sentence": notice.sentence,
            "link": settings.PUBLIC_URL + path,
            "public_url": settings.PUBLIC_URL,
        }
        text = render_to_string("audits/mails/notice.txt", context)
        return [EmailMessage(str(notice.sentence), text, to=[user.email])]


def _hidden(user: User) -> Q:
    """Notices about findings that are not there for a user by now: for him they do not exist, whenever he was told."""
    of_findings = [verb for verb, notice in NOTICES.items() if notice.of is Finding]
    if not user.has_role(Role.AUDITOR, *ANSWERS):
        return Q(kind__in=of_findings)
    there = Finding.objects.visible_to(user).filter(pk=OuterRef("subject"))
    return Q(kind__in=of_findings) & ~Q(Exists(there))


def _figures(user: User) -> list[Figure]:
    """What a digest counts: what a unit owes, and what of it is late."""
    late, in_time = owed_by(user)
    parts = (
        (_("Findings of audits that you are late with"), late, "?late=on"),
        (_("Findings of audits to answer"), in_time, ""),
    )
    found = [
        Figure(str(words), str(count), reverse("findings") + query)
        for words, rows, query in parts
        if (count := rows.count())
    ]
    if rules.handles_requests(user) and (count := corrections.late().count()):
        found.append(
            Figure(str(_("Requests for correction that are late")), str(count), reverse("corrections"))
        )
    return found


declare(
    {
        verb: Kind(notice.sentence, mails=partial(_mails, notice), links=_PATHS[notice.of])
        for verb, notice in NOTICES.items()
    },
    hides=_hidden,
    figures=_figures,
)
