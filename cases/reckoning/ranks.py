"""Groups of ranks, for figures that name no single rank."""

#: From which place in the ladder of ranks (`order` in the settings, as proposed) each group begins, highest first.
GROUPS = (("generals", 13), ("senior", 10), ("junior", 7), ("other_ranks", 0))


def rank_group(order: int | None) -> str:
    """The group of a rank by its place in the ladder; "" for a rank that stands in none.

    >>> rank_group(13), rank_group(12), rank_group(7), rank_group(1), rank_group(None)
    ('generals', 'senior', 'junior', 'other_ranks', '')
    """
    if order is None:
        return ""
    return next(group for group, first in GROUPS if order >= first)
