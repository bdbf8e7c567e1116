from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from foundation.api.headers import version_of
from officers.actions import doors, reviews
from officers.api import examples_reviews as shows
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.filters import ReviewFilter
from officers.api.serializers import reviews as takes
from officers.api.serializers.reviews import ReviewInFullOut, ReviewOut, ReviewStepOut
from officers.api.serializers.sheets import ReasonIn
from officers.models import ApiKey, Review
from officers.models.api_keys import Scope
from officers.queries.reviews import ORDER, review_rows
from officers.queries.stamps import stamped


class OnReviews(Door):
    """What laboratories found, and refusals that are claimed, until they are decided. Not for the officer's command."""

    queryset = Review.objects.none()
    serializer_class: type[Serializer] = ReviewOut
    scope_to_read, scope_to_write = Scope.REVIEWS_READ, Scope.REVIEWS_WRITE
    sensitive: tuple[str, ...] = ("officer", "reported", "outcome", "unheard")

    def rows(self) -> QuerySet[Review]:
        return stamped(review_rows())


class Reviews(OnReviews):
    filterset_class = ReviewFilter
    keyset_order = ORDER

    @operation(
        "list_reviews",
        "List reviews, the most late first",
        gives=ReviewOut(many=True),
        shows=shows.REVIEW,
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "read_review",
        "Read what was found, the custody of the specimen and what the officer said",
        gives=ReviewInFullOut,
        shows=shows.REVIEW_IN_FULL,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        self.sensitive = (
            *type(self).sensitive,
            "values",
            "custody",
            "attempts",
            "heard",
            "medical",
            "statements",
        )
        return self.opened(pk, ReviewInFullOut)


@dataclass(frozen=True)
class Way:
    """A step: the action it leads to, and how it is described."""

    action: Callable[..., Review]
    takes: type[takes.VersionedSerializer]
    sends: dict[str, Any]
    summary: str
    description: str = ""


#: By verb, which is its address too. Letters are written on the page alone: an answer never holds their code.
STEPS: dict[str, Way] = {
    "take": Way(reviews.take, takes.TakeReviewIn, {"version": 1}, "Take a review on, or over"),
    "attempt": Way(
        reviews.attempt,
        takes.AttemptIn,
        {"how": "telephone", "result": "instructed", "version": 2},
        "Write down an attempt to reach the officer",
        "Told to get in touch, the officer has 72 hours.",
    ),
    "hear": Way(
        reviews.hear,
        takes.HearIn,
        {"heard": "I take a medicine for my back.", "heard_at": "2026-11-20T10:15:00+07:00"},
        "Write down what the officer said in the interview",
    ),
    "explain": Way(
        doors.explain,
        takes.SaidIn,
        {"text": "My physician's letter is with the clerk.", "version": 3},
        "Write down an explanation of the officer",
    ),
    "verify": Way(
        reviews.verify,
        takes.VerifyIn,
        {"reasons": "No medical explanation.", "version": 3},
        "Verify what the laboratory reported",
        "Not final: the officer is told next, and may ask for the second bottle.",
    ),
    "clear": Way(
        reviews.clear,
        takes.ClearIn,
        {"reasons": "Explained.", "medical": "A prescription was seen.", "version": 3},
        "Report the test as negative: there is a medical explanation",
    ),
    "cancel": Way(
        reviews.cancel_test,
        takes.CancelIn,
        {"why": "collection", "reasons": "The form has no name.", "recollect": True},
        "Cancel the test",
        "It counts as neither positive nor negative.",
    ),
    "determine": Way(
        reviews.determine,
        takes.DetermineIn,
        {"is_refusal": False, "reasons": "He was called away by his chief.", "version": 3},
        "Determine a claim: a refusal, or none",
    ),
    "ask_retest": Way(
        doors.ask_retest,
        takes.AskedIn,
        {"text": "By telephone.", "version": 5},
        "Write down that the officer asks for the second bottle",
        "Within the time he has.",
    ),
    "send_second": Way(
        reviews.send_second,
        takes.SendSecondIn,
        {"laboratory": 902, "version": 6},
        "Name the second laboratory",
    ),
    "reopen": Way(
        reviews.reopen,
        ReasonIn,
        {"reason": "He was in hospital.", "version": 7},
        "Open anew what was decided without hearing the officer",
        "Within 60 days.",
    ),
}


def _method(verb: str, way: Way) -> Callable[..., Response]:
    @operation(
        f"{verb}_review",
        way.summary,
        takes=way.takes,
        sends=[("For instance", way.sends)],
        gives=ReviewStepOut,
        shows=shows.REVIEW_AFTER,
        description=way.description,
    )
    def take(self: "ReviewSteps", request: Request, pk: int) -> Response:
        if verb in takes.DECIDES and not isinstance(request.auth, ApiKey):
            raise PermissionDenied(
                _("What decides is sent with a key, or on the page with the password again.")
            )
        given, version = self.given(way.takes), version_of(request)
        return self.answer(lambda: way.action(request.user, pk, version=version, **given), out=ReviewStepOut)

    take.__name__ = verb
    return take


class ReviewSteps(OnReviews):
    """What reviewers do."""

    serializer_class = ReviewStepOut
    pagination_class = None
    filter_backends = ()


for _verb, _way in STEPS.items():
    setattr(ReviewSteps, _verb, _method(_verb, _way))
