"""Matters sent to the prosecutor, and what comes back."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from cases.actions.dues import saved
from cases.actions.grounds import check_fields, locked, needs
from cases.lifecycles import advance
from cases.models import Prosecution
from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict


@act
def refer(
    actor: Any,
    case_id: int,
    *,
    court: str,
    number: str,
    sent_on: date | None = None,
    version: int | None = None,
) -> Prosecution:
    """Record that the matter was sent to a prosecutor. The case may go on beside it, or be stayed."""
    case = locked(actor, case_id, version)
    advance(case, "refer", by=actor)
    row = Prosecution(
        case=case,
        court=needs(court, "court", _("Name the court.")),
        number=needs(number, "number", _("Give the number of the letter.")),
        sent_on=_past(sent_on, "sent_on"),
        sent_by=actor,
    )
    check_fields(row)
    record(row, "prosecution.referred", actor=actor)
    saved(case, "case.referred", actor=actor, cause=row.last_event.id)
    return row


@act
def record_result(
    actor: Any,
    case_id: int,
    prosecution_id: int,
    *,
    result: str,
    number: str = "",
    result_on: date | None = None,
    version: int | None = None,
) -> Prosecution:
    """Record what the prosecutor or the court answered. A conviction becomes a ground only by `add_ground`."""
    case = locked(actor, case_id, version)
    advance(case, "record_result", by=actor)
    row = case.prosecutions.select_for_update().filter(pk=prosecution_id).first()
    if row is None:
        raise Http404
    if row.result in (
        Prosecution.Result.CONVICTED,
        Prosecution.Result.ACQUITTED,
        Prosecution.Result.NOT_PURSUED,
    ):
        raise Conflict(_("The result is recorded already."))
    if result not in Prosecution.Result.values:
        raise ValidationError({"result": _("Choose the result.")})
    row.result, row.result_number = result, number.strip()
    row.result_on, row.recorded_by = _past(result_on, "result_on"), actor
    if row.result_on < row.sent_on:
        raise ValidationError(
            {"result_on": _("Give the day of the result, on or after the day it was sent.")}
        )
    check_fields(row)
    record(row, "prosecution.answered", actor=actor, result=result)
    case.news = case.is_open
    saved(case, "case.prosecution_answered", actor=actor, cause=row.last_event.id)
    return row


def _past(day: date | None, field: str) -> date:
    if day is not None and day > clock.today():
        raise ValidationError({field: _("The day cannot lie in the future.")})
    return day or clock.today()
