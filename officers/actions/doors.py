"""The officer's door: letters with a code, proofs that he was told, what he asks for and says."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, record
from ledger.actors import Actor
from ledger.conflict import Conflict
from officers import rules
from officers.actions.outcomes import cancel, conclude, locked_test
from officers.actions.reviews import locked
from officers.lifecycles import advance
from officers.models import DoorCode, DrugTest, Officer, Review, Service, Specimen, Statement
from officers.models.drug_tests import CancelReason
from officers.queries.doors import waits
from officers.queries.settings import hours_of
from officers.reckoning.codes import kept
from officers.reckoning.settings import LEAST_TO_ASK

#: A letter opens the door for so long.
LASTS = timedelta(days=120)
#: What an officer writes is at most so long, in characters, and at most so often about one matter.
LONGEST, MOST_STATEMENTS = 10_000, 20
DIGITS = 16
OUT = Review.Outcome
S = Review.Status


@dataclass(frozen=True)
class AtTheDoor(Actor):
    """The officer himself, come in with his personal code. He holds no role anywhere."""

    door_of: int = 0


def at_the_door(officer: Officer) -> AtTheDoor:
    return AtTheDoor(None, officer.number, "officer with personal code", door_of=officer.pk)


@act
def write_letter(
    actor: Any, review_id: int, *, after: int | None = None, version: int | None = None
) -> tuple[DoorCode, str]:
    """Issue a letter with a personal code to the officer of a review; the code is said this once.

    Earlier letters to him open nothing any more.

    :param after: the id of the newest letter known to him, 0 for none: who sends a form twice writes one letter
    :raises Conflict: if another was written since
    """
    review = locked(actor, review_id, version)
    advance(review, "write_letter", by=actor)
    return issue_letter(actor, review.test.officer, after=after)


def issue_letter(actor: Any, officer: Officer, *, after: int | None = None) -> tuple[DoorCode, str]:
    """The same for whatever the officer is to be told of. For acts that have found that the actor may.

    :raises Conflict: if another was written since
    """
    now = clock.now()
    if after is not None and after != newest_letter(officer.pk):
        raise Conflict(_("A letter was written already. Its code cannot be shown again."))
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    earlier = DoorCode.objects.live(now).filter(officer=officer).order_by("pk")
    for old in earlier.select_for_update():
        old.ended_at = now
        record(old, "letter.ended", actor=actor)
    letter = DoorCode(
        pk=secrets.randbelow(9 * 10**11) + 10**11,  # twelve digits, in no order
        officer=officer,
        digest=kept(code, settings.PEPPER),
        issued_by=actor,
        issued_at=now,
        expires_at=now + LASTS,
    )
    record(letter, "letter.issued", actor=actor)
    return letter, code


def newest_letter(officer_id: int) -> int:
    """The id of the newest letter to an officer, 0 if there is none."""
    letters = DoorCode.objects.filter(officer=officer_id).order_by("-issued_at", "-pk")
    return letters.values_list("pk", flat=True).first() or 0


def find(code: str, birth_year: int | None) -> DoorCode | None:
    """The letter that a code opens, for whoever knows the officer's year of birth too; else nothing."""
    letter = (
        DoorCode.objects.live(clock.now())
        .select_related("officer__unit")
        .filter(digest=kept(code, settings.PEPPER))
        .first()
    )
    return letter if letter is not None and letter.officer.birth_year == birth_year else None


@act
def enter(actor: AtTheDoor, code_id: int) -> Officer:
    """Come in. What waits to be told is told by that, and the proof recorded."""
    letter = DoorCode.objects.live(clock.now()).select_related("officer__unit").lock(code_id)
    if letter.officer_id != actor.door_of:
        raise Http404
    if letter.opened_at is None:
        letter.opened_at = clock.now()
        record(letter, "letter.opened", actor=actor)
    if waits(letter.officer):
        service = Service(
            officer=letter.officer,
            code=letter,
            how=Service.How.DOOR,
            served_at=clock.now(),
            proved_at=clock.now(),
        )
        _prove(actor, service, _untold(letter, by_door=True))
    return letter.officer


@act
def record_service(
    actor: Any,
    code_id: int,
    *,
    served_by: str,
    witness: str,
    place: str,
    served_at: datetime | None = None,
    refused_to_sign: bool = False,
) -> Service:
    """Record, independent of the test, that a sealed letter was handed over. Who records it learns nothing of it.

    The officer's time runs from this recording, not from the hand-over that is claimed.

    :raises PermissionDenied: for who took part in the test, commands the officer, or wrote the letter
    :raises Conflict: if it was handed over before, or opens nothing any more
    """
    letter = DoorCode.objects.visible_to(actor).select_related("officer__unit").lock(code_id)
    if not rules.records_service(actor, letter):
        raise PermissionDenied(_("Somebody who had no part in the test records this."))
    if letter.ended_at is not None or Service.objects.filter(code=letter, how=Service.How.PERSON).exists():
        raise Conflict(_("This letter was handed over already, or a newer one took its place."))
    now = clock.now()
    when = served_at or now
    if not letter.issued_at <= when <= now:
        raise ValidationError(
            {"served_at": _("The hand-over lies between the writing of the letter and now.")}
        )
    service = Service(
        officer=letter.officer,
        code=letter,
        how=Service.How.PERSON,
        served_by=served_by.strip(),
        witness=witness.strip(),
        place=place.strip(),
        refused_to_sign=refused_to_sign,
        served_at=when,
        proved_at=now,
        recorded_by=actor,
    )
    wrong = {
        name: _("This is missing.")
        for name in ("served_by", "witness", "place")
        if not getattr(service, name)
    }
    if wrong:
        raise ValidationError(wrong)
    service.clean_fields(exclude={"officer", "code", "recorded_by"})
    return _prove(actor, service, _untold(letter, by_door=False))


def _untold(letter: DoorCode, *, by_door: bool) -> list[Review]:
    """Reviews of which the officer is told by this: at the door all, by a letter those it was written about."""
    reviews = (
        Review.objects.select_for_update(of=("self",))
        .select_related("test__sheet__unit", "report")
        .untold()
        .filter(test__officer=letter.officer_id)
        .order_by("pk")
    )
    return [one for one in reviews if by_door or (one.decided_at or one.opened_at) <= letter.issued_at]


def _prove(actor: Any, service: Service, reviews: list[Review]) -> Service:
    record(service, "officer.told", actor=actor, occurred_at=service.served_at)
    service.refresh_from_db(fields=["proved_at"])  # the database's clock
    for review in reviews:
        _tell(actor, review, service)
    return service


def _tell(actor: Any, review: Review, service: Service) -> None:
    cause = service.last_event.id
    if review.status == S.OPEN:
        review.instructed_at = service.proved_at
        record(review, "review.instructed", actor=actor, cause=cause)
        return
    review.told_by, review.told_at = service, service.proved_at
    if review.status != S.VERIFIED:
        record(review, "review.told", actor=actor, cause=cause)
        return
    review.status = S.TOLD
    hours = hours_of("retest_request", default=LEAST_TO_ASK)
    review.window_ends_at = review.told_at + timedelta(hours=hours)
    record(review, "review.told", actor=actor, cause=cause)
    if review.report and review.outcome in (OUT.POSITIVE, OUT.POSITIVE_DILUTE):
        conclude(
            actor,
            locked_test(review.test_id),
            DrugTest.Status.VERIFIED_POSITIVE,
            "drug_test.verified",
            cause=cause,
            positive_for=review.report.positive_for,
        )


@act
def ask_retest(actor: Any, review_id: int, *, text: str = "", version: int | None = None) -> Review:
    """The officer asks for the second bottle, at his door; or it is written down that he asked (by his reviewer).

    :raises Conflict: when the time to ask is over, or he was not told yet
    """
    review = _his(actor, review_id, version)
    advance(review, "ask_retest", by=actor)
    now = clock.now()
    if review.window_ends_at is None or now >= review.window_ends_at:
        raise Conflict(_("The time to ask for the second bottle is over."))
    if review.retest_report_id is not None:
        raise ValidationError(_("The second bottle was tested before, and there is no third."))
    made = _statement(actor, review, Statement.Kind.RETEST, text)
    review.retest_asked_at = now
    specimen = Specimen.objects.lock(Specimen.objects.get(test=review.test_id).pk)
    if not specimen.is_split:
        review.status, review.closed_at = S.CLOSED, now
    record(review, "review.retest_asked", actor=actor, also=[made])
    if not specimen.is_split:
        test = locked_test(review.test_id)
        cancel(actor, test, CancelReason.NO_SECOND_BOTTLE, cause=review.last_event.id, recollect=True)
    return review


@act
def explain(actor: Any, review_id: int, *, text: str, version: int | None = None) -> Review:
    """The officer gives an explanation, or his account, while the review is open. The same words twice are one.

    :raises ValidationError: if he says nothing, too much, or too often
    :raises Conflict: if the review is decided
    """
    review = _his(actor, review_id, version)
    advance(review, "explain", by=actor)
    if not text.strip():
        raise ValidationError({"text": _("Write something.")})
    if review.statements.filter(kind=Statement.Kind.EXPLANATION, text=text.strip()).exists():
        return review  # the form sent twice
    made = _statement(actor, review, Statement.Kind.EXPLANATION, text)
    return record(review, "review.explained", actor=actor, also=[made])


def _his(actor: Any, review_id: int, version: int | None) -> Review:
    if isinstance(actor, AtTheDoor):
        reviews = Review.objects.filter(test__officer=actor.door_of)
        return reviews.select_related("test__sheet__unit", "test__officer__unit", "report", "claim").lock(
            review_id, version=version
        )
    return locked(actor, review_id, version)


def _statement(actor: Any, review: Review, kind: str, text: str) -> Statement:
    if len(text) > LONGEST:
        raise ValidationError({"text": _("This is longer than %(limit)s characters.") % {"limit": LONGEST}})
    if "\x00" in text:
        raise ValidationError({"text": _("This holds a sign that cannot be kept.")})
    if review.statements.count() >= MOST_STATEMENTS:
        raise ValidationError(
            {
                "text": _("At most %(limit)s statements are taken about one matter.")
                % {"limit": MOST_STATEMENTS}
            }
        )
    at_door = isinstance(actor, AtTheDoor)
    return Statement(
        officer_id=review.test.officer_id,
        review=review,
        kind=kind,
        text=text.strip(),
        how=Service.How.DOOR if at_door else Service.How.PERSON,
        made_at=clock.now(),
        recorded_by=None if at_door else actor,
    )
