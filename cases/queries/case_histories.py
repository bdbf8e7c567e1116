"""What happened to a case, in words."""

from typing import Any

from cases.models import Case
from cases.queries.histories import VERBS
from officers.models import Unit, User
from officers.queries.timelines import timeline


def history(case: Case, user: Any) -> list[dict[str, Any]]:
    """The events of a case and of its appeals, newest first. Every act on what belongs to a case is one of the case."""
    about = [case, *case.appeals.all()]
    items = [item for row in about for item in timeline(row, user, words=VERBS, known=(User, Unit))]
    return sorted(items, key=lambda item: item["recorded_at"], reverse=True)
