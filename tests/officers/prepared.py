"""A request for every door to results that writes, each about one brought as far as it needs."""

from collections.abc import Callable
from typing import Any

from officers.actions import doors, reviews
from officers.models import Review
from tests import make
from tests.officers.calling import Prepared
from tests.officers.prepared_specimens import PREPARED as OF_SPECIMENS
from tests.results import Way, officer_at_door

SERVED = {"served_by": "A clerk", "witness": "A witness", "place": "Post"}
CLAIM = {"reason_code": "left_early", "account": "He left the queue.", "witness": "A witness"}


def heard(way: Way) -> Review:
    review = way.opened()
    return reviews.hear(way.physician, review.pk, heard="I took nothing.")


def claimed(way: Way) -> Review:
    review = way.claimed()
    return reviews.hear(way.physician, review.pk, heard="I was called away.")


def asked(way: Way) -> Review:
    review = way.told()
    return doors.ask_retest(officer_at_door(review), review.pk)


def declined(way: Way) -> Review:
    review = way.opened()
    reviews.attempt(way.physician, review.pk, how="telephone", result="declined")
    return reviews.verify(way.physician, review.pk, reasons="He declined.", unheard="declined")


def untaken(way: Way) -> Review:
    way.reported()
    return Review.objects.get()


def on_review(
    verb: str, begin: Callable[[Way], Review], sends: Callable[[Way], dict[str, Any]], **other: Any
) -> Callable[[], Prepared]:
    def prepare() -> Prepared:
        way = Way()
        row = begin(way)
        body = sends(way)
        return Prepared(
            way.physician, f"reviews/{row.pk}/{verb}/", lambda: body, body | (other or {"version": 2**31 - 1})
        )

    return prepare


def said(**body: Any) -> Callable[[Way], dict[str, Any]]:
    return lambda way: body


STEPS = {
    "take": on_review("take", untaken, said()),
    "attempt": on_review("attempt", Way.opened, said(how="telephone", result="reached")),
    "hear": on_review("hear", Way.opened, said(heard="I took nothing.")),
    "explain": on_review("explain", Way.opened, said(text="It was a medicine.")),
    "verify": on_review("verify", heard, said(reasons="No explanation.")),
    "clear": on_review("clear", heard, said(reasons="Explained.", medical="A prescription.")),
    "cancel": on_review("cancel", heard, said(why="collection", reasons="No name on the form.")),
    "determine": on_review("determine", claimed, said(is_refusal=True, reasons="He left.")),
    "ask_retest": on_review("ask_retest", Way.told, said(text="By telephone.")),
    "send_second": on_review("send_second", asked, lambda way: {"laboratory": way.second.pk}),
    "reopen": on_review("reopen", declined, said(reason="He was in hospital.")),
}


def claiming() -> Prepared:
    sheet = make.sheet()
    test = make.test(sheet.administrator, sheet, not_taken="refused")
    return Prepared(
        sheet.administrator, f"drug-tests/{test.pk}/claim/", lambda: CLAIM, CLAIM | {"reason_code": "device"}
    )


def serving() -> Prepared:
    way = Way()
    letter, _code = way.letter(way.verified())
    return Prepared(
        way.registrar, f"letters/{letter.number}/service/", lambda: SERVED, SERVED | {"place": "Home"}
    )


PREPARED: dict[str, Callable[[], Prepared]] = {
    "post /api/v1/drug-tests/{id}/claim/": claiming,
    "post /api/v1/letters/{number}/service/": serving,
    **OF_SPECIMENS,
    **{f"post /api/v1/reviews/{{id}}/{verb}/": prepare for verb, prepare in STEPS.items()},
}
