"""Findings by the day on which the unit owes something: late ones, and those to be reminded of."""

from django.db.models import Exists, OuterRef, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from audits.models import Finding
from audits.models.findings import ANSWERS, FindingQuerySet
from ledger import clock
from ledger.models import Event
from officers.models import User
from officers.models.users import below
from officers.queries.settings import working_days_ahead

#: So many working days before its day a unit is reminded.
REMINDED_BEFORE = 3


def late() -> FindingQuerySet:
    """Whose day passed without what the unit owes."""
    return Finding.objects.awaiting_reply().filter(due_on__lt=clock.today())


def owed_by(user: User) -> tuple[FindingQuerySet, FindingQuerySet]:
    """What the units owe for which somebody answers: what is late, and what is in time."""
    rows = Finding.objects.visible_to(user).filter(below(user.scope(*ANSWERS))).awaiting_reply()
    return rows.filter(due_on__lt=clock.today()), rows.filter(due_on__gte=clock.today())


def due_soon() -> FindingQuerySet:
    """Whose day is near, and of which day it was not said yet."""
    until = working_days_ahead(REMINDED_BEFORE)
    said = Event.objects.filter(
        subject_table=Finding._meta.db_table, subject_id=OuterRef("pk"), verb="finding.due_soon"
    ).annotate(day=KeyTextTransform("due_on", "facts"))
    near = Finding.objects.awaiting_reply().filter(due_on__range=(clock.today(), until))
    return near.exclude(Exists(said.filter(day=Cast(OuterRef("due_on"), TextField()))))
