"""What explains a pattern in somebody's reads, written down by another."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from audits.actions.writing import check_fields, days_in_order, needs
from audits.models import ReadNote
from audits.queries.reads import read_rules
from audits.rules import explains_reads
from ledger import clock
from ledger.acting import act, record
from officers.models import User


@act
def explain(actor: Any, person_id: int, *, rule: str, since: date, until: date, explanation: str) -> ReadNote:
    """Write down what explains the reads of a person at which a rule points, between two days.

    :raises ValidationError: by field
    """
    person = User.objects.filter(pk=person_id).first()
    if person is None:
        raise ValidationError({"person": _("Choose a user.")})
    if not explains_reads(actor, person):
        raise PermissionDenied(_("You may not do this."))
    if rule not in {one["code"] for one in read_rules()}:
        raise ValidationError({"rule": _("Choose a rule.")})
    days_in_order(since, until, "until")
    row = ReadNote(
        rule=rule,
        person=person,
        since=since,
        until=until,
        explanation=needs(explanation, "explanation", _("Say what explains it.")),
        by=actor,
        at=clock.now(),
    )
    check_fields(row)
    return record(row, "read_note.written", actor=actor)
