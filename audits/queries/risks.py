"""Where risk rules point. A rule is data: what it looks for, from which number on, and how much it weighs."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection

#: For each thing a rule may look for: the ids, among those given, that it finds; `least` is the rule's number.
type Look = Callable[[list[int], int], set[int]]


def hits(about: str, ids: Sequence[int], rules: Sequence[Mapping[str, Any]]) -> list[tuple[int, list[str]]]:
    """The records at which rules point, with the rules' codes; the heaviest first, then by id."""
    found: dict[int, list[str]] = defaultdict(list)
    weight: dict[int, int] = defaultdict(int)
    for rule in rules:
        for pk in _LOOKS[rule["looks_for"]](list(ids), rule["least"]):
            found[pk].append(rule["code"])
            weight[pk] += rule["weight"]
    return sorted(found.items(), key=lambda one: (-weight[one[0]], one[0]))


def _asked(statement: str, ids: list[int], **said: Any) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": ids, **said})
        return {pk for (pk,) in cursor.fetchall()}


def _decided_fast(ids: list[int], least: int) -> set[int]:
    """From the opening of the case to its decision in fewer hours than this."""
    return _asked(
        "SELECT id FROM cases_case WHERE id = ANY(%(ids)s) AND decided_at - opened_at < make_interval(hours => %(h)s)",
        ids,
        h=least,
    )


_LOOKS: dict[str, Look] = {"decided_fast": _decided_fast}
