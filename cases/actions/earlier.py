"""Measures from before the system: entered from a list as found, and voided where the list was wrong."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from cases import rules
from cases.actions.grounds import needs
from cases.models import EarlierMeasure, Measure
from cases.models.deciding import MeasureKind
from cases.queries.earlier import Written, judge, province_of
from ledger import clock
from ledger.acting import act, record, record_all, recording, save_all
from ledger.conflict import Conflict
from ledger.models import Change, Event
from officers.actions import measures
from officers.models import Officer, Posting, Unit, User

#: Rows of one list.
MOST = 2000
ENTERED = "earlier_measure.entered"


@act
def enter_all(
    actor: User, rows: Sequence[Written], *, source: str, filename: str, sha256: str
) -> list[EarlierMeasure]:
    """Enter the rows of a list that are new, all or none. Who left otherwise counts as dismissed, if a row says so.

    :param rows: as they were checked; what stands here already is left out
    :raises PermissionDenied: unless the actor is a registrar
    :raises ValidationError: without a source; if nothing is new
    :raises Conflict: if since the check a row has become impossible
    """
    if not rules.enters_earlier(actor):
        raise PermissionDenied
    source = needs(source, "source", _("Say from which list or paper this is."))
    if len(rows) > MOST:
        raise ValidationError(_("The table has more than %(limit)s rows. Divide the file.") % {"limit": MOST})
    # Two who enter lists at once wait for each other, or both would find the same rows new.
    list(Unit.objects.filter(parent=None).select_for_update())
    judged = judge(actor, rows)
    if any(one.problem for one in judged):
        raise Conflict(_("Since it was checked, a row of the file has become impossible. Check it again."))
    new = [one for one in judged if one.is_new]
    if not new:
        raise ValidationError(_("No row of this file would change anything."))
    entered = [
        EarlierMeasure(
            officer=one.officer,
            source=source[:200],
            entered_by=actor,
            known_at=clock.now(),
            province=one.written.province or (province_of(one.officer.unit) if one.officer else ""),
            **{name: getattr(one.written, name) for name in _FIELDS},
        )
        for one in new
    ]
    event = record_all(
        entered, ENTERED, actor=actor, reason=source, file=filename[:200], sha256=sha256, lines=len(rows)
    )
    cause = event.id if event else 0
    for one in new:
        if one.dismisses and one.officer is not None:
            measures.dismiss(actor, one.officer.pk, on=one.written.effective_on, cause=cause)
    return entered


_FIELDS = (
    "service_number",
    "name_km",
    "name_latin",
    "rank",
    "unit_said",
    "kind",
    "ground",
    "is_about_drugs",
    "effective_on",
    "instrument",
    "number",
    "signed_on",
    "remark",
)


@act
def void(actor: User, earlier_id: int, *, reason: str, version: int | None = None) -> EarlierMeasure:
    """Void a measure that a list named wrongly. Who was dismissed by it stands again as he stood."""
    row = EarlierMeasure.objects.visible_to(actor).lock(earlier_id, version=version)
    _check(actor, [row])
    needs(reason, "reason", _("Say why."))
    row.void = True
    record(row, "earlier_measure.voided", actor=actor, reason=reason)
    _restore(actor, row, cause=row.last_event.id)
    return row


@act
def void_all(actor: User, event_id: int, *, reason: str) -> int:
    """Undo a list: void all that one act entered and that stands. Returns how many there were.

    :raises Conflict: if nothing of it stands any more
    """
    written = Change.objects.filter(event_id=event_id, event__verb=ENTERED, kind="I")
    ids = list(written.filter(table_name="cases_earliermeasure").values_list("row_id", flat=True))
    rows = list(
        EarlierMeasure.objects.visible_to(actor).standing().select_for_update(of=("self",)).filter(pk__in=ids)
    )
    if not rows:
        raise Conflict(_("Nothing of this list stands any more."))
    _check(actor, rows)
    needs(reason, "reason", _("Say why."))
    for row in rows:
        row.void = True
    with recording(
        "earlier_measure.voided", actor=actor, subject=EarlierMeasure, reason=reason, rows=len(rows)
    ) as event:
        save_all(rows, ["void"])
    for row in rows:
        _restore(actor, row, cause=event.id)
    return len(rows)


def _check(actor: User, rows: Sequence[EarlierMeasure]) -> None:
    if not rules.enters_earlier(actor):
        raise PermissionDenied
    if any(row.void for row in rows):
        raise Conflict(_("It was voided already."))


def _restore(actor: User, row: EarlierMeasure, *, cause: int) -> None:
    """Put an officer back who was dismissed with the row, unless another dismissal of his stands."""
    if row.officer_id is None or row.kind != MeasureKind.DISMISSAL:
        return
    others = EarlierMeasure.objects.standing().filter(officer=row.officer_id, kind=MeasureKind.DISMISSAL)
    through = Measure.objects.filter(
        officer=row.officer_id, kind=MeasureKind.DISMISSAL, reversed_on__isnull=True
    )
    if others.exists() or through.exists():
        return
    entered = Change.objects.filter(table_name="cases_earliermeasure", row_id=row.pk, version=1)
    dismissed = Event.objects.filter(
        verb="officer.dismissed",
        subject_id=row.officer_id,
        cause_id__in=entered.values("event_id"),
    ).first()
    officer = Officer.objects.select_related("unit").get(pk=row.officer_id)
    if dismissed is None or officer.status != Officer.Status.DISMISSED:
        return
    before = measures.Before(
        _status_before(dismissed, officer.pk), officer.rank, officer.unit, _posting_of(dismissed)
    )
    measures.restore(actor, officer.pk, before=before, cause=cause)


def _status_before(dismissed: Event, officer_id: int) -> str:
    images = Change.objects.filter(table_name="officers_officer", row_id=officer_id)
    then = images.get(event=dismissed).version
    image: Any = images.get(version=then - 1).image
    return str(image["status"])


def _posting_of(dismissed: Event) -> Posting | None:
    """The posting that ended with a dismissal."""
    ended = Change.objects.filter(event=dismissed, table_name="officers_posting").values("row_id")
    return Posting.objects.filter(pk__in=ended).first()
