"""Lists from outside: entered as they came, matched with the roll, their doubtful rows settled by a person."""

from collections.abc import Iterable
from datetime import date
from itertools import batched
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.utils.translation import gettext as _

from audits import rules
from audits.actions.writing import check_fields, days_in_order, needs
from audits.models import OutsideLine, OutsideList
from audits.queries.list_matching import Match, Matcher, Said
from ledger import clock
from ledger.acting import act, draw_ids, record, recording
from ledger.conflict import Conflict
from officers.models import Officer, Unit

#: Rows matched and written together.
CHUNK = 5000
_COPY = """
COPY audits_outsideline (version, outside_id, line, raw, problem, service_number, name_km, name_latin, unit_said,
    birth_year, kind, effective_on, number, officer_id, how, candidates, twin, settled_why) FROM STDIN
"""
H = OutsideLine.How


@act
def enter(
    actor: Any,
    rows: Iterable[Said],
    *,
    unit_id: int,
    lists: str,
    source: str,
    title: str,
    published_on: date,
    period_from: date,
    period_to: date,
    filename: str,
    sha256: str,
) -> OutsideList:
    """Enter a list whole: each row as it came, those that cannot be read too, and whom it means.

    :param rows: read while they are written; an error in the file, however far down, enters nothing
    :raises ValidationError: by field; for a list of no row, or one that was entered already
    """
    unit = Unit.objects.visible_to(actor).filter(pk=unit_id).first()
    if unit is None:
        raise ValidationError({"unit": _("Choose a unit.")})
    if not rules.audits_for(actor, unit):
        raise PermissionDenied(_("You may not do this."))
    days_in_order(period_from, period_to, "period_to")
    row = OutsideList(
        unit=unit,
        lists=lists,
        source=source,
        title=needs(title, "title", _("Say which list this is.")),
        published_on=published_on,
        period_from=period_from,
        period_to=period_to,
        filename=filename[:200],
        sha256=sha256,
        rows=0,
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )
    check_fields(row)
    row.pk = draw_ids(OutsideList, 1)[0]
    # Its number of rows is known only when all are read, and a list says it from the first: so the lines come first.
    with recording("outside_list.entered", actor=actor, subject=row, reason=row.title, sha256=sha256):
        row.rows = _copy(row, rows)
        if not row.rows:
            raise ValidationError(_("There is no row in this file."))
        row.save()
    return row


def _copy(row: OutsideList, rows: Iterable[Said]) -> int:
    """Write the lines lot by lot, each matched before, and return how many there were."""
    number, matcher = 0, Matcher()
    for lot in batched(rows, CHUNK, strict=False):
        matches = matcher.match(lot)
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for said, match in zip(lot, matches, strict=True):
                copy.write_row(_columns(row, said, match))
        number += len(lot)
    return number


def _columns(row: OutsideList, said: Said, match: Match) -> tuple[Any, ...]:
    return (
        1,
        row.pk,
        said.line,
        said.raw,
        said.problem,
        said.service_number,
        said.name_km,
        said.name_latin,
        said.unit_said,
        said.birth_year,
        said.kind,
        said.effective_on,
        said.number,
        match.officer,
        match.how,
        match.candidates,
        match.twin,
        "",
    )


@act
def settle(
    actor: Any, line_id: int, *, officer_id: int | None, reason: str, version: int | None = None
) -> OutsideLine:
    """Say whom a row means, or that he is not on the roll.

    :raises Conflict: for a row that was settled or matched already, or that cannot be read
    """
    row = _locked(actor, line_id, version)
    if row.problem or row.how:
        raise Conflict(_("This row is matched already, or cannot be read."))
    if officer_id is not None:
        there = Officer.objects.visible_to(actor).exclude(status=Officer.Status.ENTERED_IN_ERROR)
        if not there.filter(pk=officer_id).exists():
            raise ValidationError({"officer": _("No officer has this number.")})
        twin = OutsideLine.objects.filter(outside=row.outside_id, officer=officer_id).order_by("line").first()
        row.twin = twin.line if twin else None
    row.officer_id, row.how = officer_id, H.NOBODY if officer_id is None else H.PERSON
    row.settled_by, row.settled_at = actor, clock.now()
    row.settled_why = needs(reason, "reason", _("Say why."))
    return record(row, "outside_line.settled", actor=actor, reason=row.settled_why, officer=officer_id)


@act
def unsettle(actor: Any, line_id: int, *, reason: str, version: int | None = None) -> OutsideLine:
    """Take back what a person said of a row: it is open as before.

    :raises Conflict: unless a person settled it
    """
    row = _locked(actor, line_id, version)
    if row.how not in OutsideLine.SETTLED:
        raise Conflict(_("Nobody settled this row."))
    reason = needs(reason, "reason", _("Say why."))
    row.officer_id, row.how, row.twin = None, H.NONE, None
    row.settled_by, row.settled_at, row.settled_why = None, None, ""
    return record(row, "outside_line.unsettled", actor=actor, reason=reason)


@act
def void(actor: Any, list_id: int, *, reason: str, version: int | None = None) -> OutsideList:
    """Void a list that was entered wrongly. It stays, and another may be entered in its place."""
    row = OutsideList.objects.visible_to(actor).select_related("unit").lock(list_id, version=version)
    if row.why_void:
        raise Conflict(_("It was voided already."))
    row.why_void = needs(reason, "reason", _("Say why."))
    return record(row, "outside_list.voided", actor=actor, reason=row.why_void)


def _locked(actor: Any, line_id: int, version: int | None) -> OutsideLine:
    seen = OutsideLine.objects.visible_to(actor).filter(pk=line_id)
    row = OutsideLine.objects.select_related("outside").filter(pk__in=seen).lock(line_id, version=version)
    if row.outside.why_void:
        raise Http404
    return row
