"""What happened in a dismissal case, in words."""

from typing import Any

from django.db.models import Q

from cases.models import Case, CaseBar, CaseFile, Order, OrderLine
from cases.queries.histories import VERBS
from ledger.models import Audited, Event
from officers.models import Unit, User
from officers.models.users import Role
from officers.queries.timelines import item_of, timeline

#: Who reads why one member of an appeal sent the other's draft back.
_READS_DELIBERATION = (Role.APPEAL_MEMBER, Role.INSPECTOR, Role.AUDITOR)
#: What belongs to a case, by the name of the relation.
_PARTS = (
    "grounds",
    "papers",
    "extracts",
    "notices",
    "statements",
    "extensions",
    "suspensions",
    "suspension_reviews",
    "prosecutions",
    "proposals",
    "opinions",
    "decisions",
    "measures",
    "appeals",
)


def history(case: Case, user: Any) -> list[dict[str, Any]]:
    """The events of a case, with what each changed of it, and those of what belongs to it, the newest first.

    An act on a part that is an act on the case too stands there once, as the latter. Of a part it is told what was
    done, by whom and when; what was written in a draft stands in no history.
    """
    items = timeline(case, user, words=VERBS, known=(User, Unit))
    told = Event.objects.about(case)
    causes = told.exclude(cause_id=None).values("cause_id")
    others = Event.objects.filter(_about_parts(case)).exclude(pk__in=causes).exclude(pk__in=told.values("pk"))
    deliberates = user.has_role(*_READS_DELIBERATION)
    for event in others.order_by("-pk"):
        item = item_of(event, words=VERBS)
        if event.verb.startswith("appeal.") and not deliberates:
            item["text"] = ""
        items.append(item)
    return sorted(items, key=lambda item: item["recorded_at"], reverse=True)


def parts_of(case: Case) -> dict[type[Audited], list[int]]:
    """The ids of all that belongs to a case, by model; its scans and the orders it stands in too."""
    orders = list(case.order_lines.values_list("order_id", flat=True))
    parts: dict[type[Audited], Any] = {
        getattr(case, name).model: getattr(case, name).values_list("pk", flat=True) for name in _PARTS
    }
    files = CaseFile.objects.filter(Q(paper__case=case) | Q(order__in=orders))
    parts |= {
        OrderLine: case.order_lines.values_list("pk", flat=True),
        CaseBar: case.bars.values_list("pk", flat=True),
        CaseFile: files.values_list("pk", flat=True),
        Order: orders,
    }
    return {model: list(ids) for model, ids in parts.items()}


def _about_parts(case: Case) -> Q:
    found = Q()
    for model, ids in parts_of(case).items():
        found |= Q(subject_table=model._meta.db_table, subject_id__in=ids)
    return found
