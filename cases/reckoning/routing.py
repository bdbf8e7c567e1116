"""To which level the rules send a complaint. Which unit that is, and who may not be it, needs the tree of units."""

from collections.abc import Mapping, Sequence
from typing import Any

LEVELS = ("commune", "district", "province", "general", "inspectorate")


def level_for(
    rules: Sequence[Mapping[str, Any]],
    category: str,
    accused: Sequence[str],
    highest_rank: int,
    orders: Mapping[str, int],
) -> int:
    """The level of the first rule that fits; the district where none does.

    :param accused: the kinds of those named
    :param highest_rank: the place in the ladder of the highest officer named; 0 for none
    :param orders: places in the ladder by code of rank
    """
    for rule in sorted(rules, key=lambda rule: rule["order"]):
        if rule["category"] and rule["category"] != category:
            continue
        if rule["accused"] and rule["accused"] not in accused:
            continue
        if rule["rank_from"] and highest_rank < orders.get(rule["rank_from"], 10**6):
            continue
        return LEVELS.index(rule["to"])
    return LEVELS.index("district")
