"""The checklist a review goes by: data, in versions that stay."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import get_language

from ledger import clock
from officers.models import SettingVersion
from officers.queries.settings import named


def checklist_in_force() -> SettingVersion | None:
    return SettingVersion.objects.in_force(SettingVersion.Kind.CHECKLIST, clock.today())


def questions_of(version: SettingVersion | None, about: str) -> list[dict[str, Any]]:
    """The questions a version asks of records of a kind, in their order."""
    rows = version.content["checklist"] if version else []
    return sorted((row for row in rows if row["about"] == about), key=lambda row: row["order"])


@dataclass(frozen=True)
class Change:
    """What a later version of the checklist asks otherwise."""

    kind: str
    words: str


def changes_since(version: SettingVersion | None, about: str) -> list[Change]:
    """How the questions of the version in force differ from those of an earlier one."""
    now = checklist_in_force()
    if version is None or now is None or now.pk == version.pk:
        return []
    before = {row["code"]: row for row in questions_of(version, about)}
    after = {row["code"]: row for row in questions_of(now, about)}
    said = ("name_km", "name_en", "topic_km", "topic_en")
    return [
        *(Change("asked_now", named(row)) for code, row in after.items() if code not in before),
        *(Change("asked_no_more", named(row)) for code, row in before.items() if code not in after),
        *(
            Change("in_other_words", named(row))
            for code, row in after.items()
            if code in before and [row[name] for name in said] != [before[code][name] for name in said]
        ),
    ]


def topic_of(question: dict[str, Any]) -> str:
    return str(question["topic_km"] if get_language() == "km" else question["topic_en"])


def by_topic(questions: Iterable[dict[str, Any]]) -> list[tuple[str, list[tuple[int, dict[str, Any]]]]]:
    """The questions, each with its number, topic by topic."""
    numbered = list(enumerate(questions, 1))
    return [(topic, list(rows)) for topic, rows in groupby(numbered, key=lambda one: topic_of(one[1]))]
