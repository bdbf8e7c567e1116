"""Publishers who add, correct and retract at random, several at once."""

import itertools
import secrets
import threading
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from django.db import connections

from audits.actions.publishing.measures import publish_measures
from audits.actions.publishing.references import publish_references
from audits.actions.publishing.writing import alone, sync
from audits.models import OpenCategory, OpenCoverage
from cases.models import EarlierMeasure
from cases.models.vocabulary import Category
from ledger import clock
from ledger.acting import act, record_all, recording, save_all
from ledger.actors import CLOCK
from officers.actions import units
from officers.models.users import Role
from tests import make

_number = itertools.count(1)
HOW_OFTEN = {"count": 50, "cover": 30, "list": 10, "void": 8}
#: Where there is time for all units and places too, which are thousands.
SELDOM = {"rename": 2}
WORDS = ("ក", "ខ្មែរ", 'a "quoted", comma', "00", "=1+1", "ពហុ\u200bស្ថាន")


class Publisher:
    """Does so many acts, each a transaction of its own; fails with whatever an act fails with."""

    def __init__(self, seed: int, acts: int, how_often: dict[str, int]) -> None:
        self.random, self.acts, self.how_often = Random(seed), acts, how_often
        self.unit, self.keeper = make.unit(), make.user(Role.SYSTEM_ADMINISTRATOR)
        self.failed: BaseException | None = None
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        doing: dict[str, Callable[[], object]] = {
            "count": self._count,
            "cover": self._cover,
            "list": self._list,
            "void": self._void,
            "rename": self._rename,
        }
        try:
            for name in self.random.choices(list(self.how_often), list(self.how_often.values()), k=self.acts):
                doing[name]()
        except BaseException as error:
            self.failed = error
        finally:
            connections.close_all()

    def _count(self) -> None:
        """Categories come, change, go, and come again under the same key."""
        names = self.random.sample(Category.values, self.random.randint(0, 9))
        put(
            OpenCategory,
            {
                f"2024.{name}": {
                    "year": 2024,
                    "category": name,
                    "received": self.random.choice([None, 0, 7, 31]),
                    "published_on": date(2026, 1, 1),
                }
                for name in names
            },
        )

    def _cover(self) -> None:
        put(
            OpenCoverage,
            {
                f"2024.{word}": {
                    "year": 2024,
                    "unit": word,
                    "level": 1,
                    "strength": self.random.choice([None, 40, 50]),
                    "published_on": date(2026, 1, 1),
                }
                for word in self.random.sample(WORDS, self.random.randint(0, len(WORDS)))
            },
        )

    def _list(self) -> None:
        """A list of measures of a few months, and all published that may be."""
        rows = [
            EarlierMeasure(
                service_number=secrets.token_hex(4),
                kind=self.random.choice(["dismissal", "demotion"]),
                ground=self.random.choice(["confirmed_positive", "absence"]),
                is_about_drugs=self.random.random() < 0.5,
                effective_on=date(2024, 1, 1) + timedelta(days=self.random.randrange(90)),
                instrument="prakas",
                province=f"{self.random.randint(1, 3):02d}",
                source=f"List {next(_number)}",
                known_at=clock.now(),
            )
            for _ in range(self.random.randint(5, 40))
        ]
        enter(rows)
        publish_measures(CLOCK)

    def _void(self) -> None:
        void(self.random.randint(1, 12), self.random.random())
        publish_measures(CLOCK)

    def _rename(self) -> None:
        word = f"{self.random.choice(WORDS)} {next(_number)}"
        units.rename(
            self.keeper, self.unit.pk, name_km=word, name_latin=f"Post {next(_number)}", reason="test"
        )
        publish_references(CLOCK)


@act
def put(model: type[OpenCategory] | type[OpenCoverage], wanted: dict[str, dict[str, object]]) -> None:
    """As the publications of counts do."""
    alone(CLOCK)
    with recording("open_data.published", actor=CLOCK, subject=model):
        sync(model, wanted)


@act
def enter(rows: list[EarlierMeasure]) -> None:
    record_all(rows, "earlier_measure.entered", actor=CLOCK)


@act
def void(number: int, where: float) -> None:
    """Some that stand, from a place among them on."""
    standing = EarlierMeasure.objects.standing().order_by("pk")
    start = int(standing.count() * where)
    rows = list(standing.select_for_update(of=("self",), skip_locked=True)[start : start + number])
    if rows:
        for row in rows:
            row.void = True
        with recording("earlier_measure.voided", actor=CLOCK, subject=EarlierMeasure, rows=len(rows)):
            save_all(rows, ["void"])


def publishing_at_random(writers: int, acts: int, seed: int, *, also: dict[str, int]) -> list[Publisher]:
    """Start them; wait with `ended`.

    :param also: acts beside the usual ones, and how often
    """
    found = [Publisher(seed * 1000 + place, acts // writers, HOW_OFTEN | also) for place in range(writers)]
    for one in found:
        one.thread.start()
    return found


def ended(publishers: list[Publisher]) -> bool:
    """Whether all have ended; with the failure of one that failed."""
    for one in publishers:
        if one.failed is not None:
            raise one.failed
    return not any(one.thread.is_alive() for one in publishers)
