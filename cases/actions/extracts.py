"""Extracts of complaints for a case: drafted by who has read the report, checked by a second who has."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cases.actions.dues import saved
from cases.actions.grounds import locked, needs
from cases.lifecycles import advance
from cases.models import Complaint, Extract
from cases.models.vocabulary import SUBSTANTIATED
from cases.reckoning.pointers import Pointer, pointers
from ledger import clock
from ledger.acting import act, record

_SAID = {
    "reference": lambda: _("the reference of a report"),
    "receipt": lambda: _("a receipt"),
    "mail": lambda: _("a mail address"),
    "telephone": lambda: _("a telephone number"),
    "own_words": lambda: _("the reporter's own words over a long stretch"),
}


@act
def draft(actor: Any, case_id: int, *, complaint_id: int, text: str, version: int | None = None) -> Extract:
    """Draft what may be said of a complaint in a case: what was done, without who reported it.

    :raises ValidationError: if something in it leads to the reporter, or the complaint was not found to be true
    """
    case = locked(actor, case_id, version)
    advance(case, "draft_extract", by=actor)
    complaint = Complaint.objects.visible_to(actor).filter(pk=complaint_id).first()
    if complaint is None or not complaint.is_read_by(actor):
        raise ValidationError({"complaint": _("There is no such complaint for you.")})
    if complaint.status != Complaint.Status.CLOSED or complaint.finding not in SUBSTANTIATED:
        raise ValidationError(
            {"complaint": _("Only a closed complaint that was found to be true carries a ground.")}
        )
    if not complaint.accused.filter(officer=case.officer_id).exists():
        raise ValidationError(
            {"complaint": _("This complaint was not found to mean the officer of this case.")}
        )
    text = needs(text, "text", _("Write the extract."))
    if found := pointers(text, complaint.narrative):
        raise ValidationError({"text": [_in_words(one) for one in found]})
    row = Extract(case=case, complaint=complaint, text=text, drafted_by=actor, drafted_at=clock.now())
    record(row, "extract.drafted", actor=actor)
    saved(case, "case.extract_drafted", actor=actor, cause=row.last_event.id)
    return row


@act
def check(actor: Any, extract_id: int, *, remark: str = "", version: int | None = None) -> Extract:
    """Find as a second person, with the report beside it, that nothing leads to the reporter."""
    row = (
        Extract.objects.visible_to(actor)
        .select_related("case", "complaint")
        .lock(extract_id, version=version)
    )
    advance(row, "check", by=actor)
    row.checked_by, row.checked_at, row.remark = actor, clock.now(), remark.strip()
    return record(row, "extract.checked", actor=actor)


@act
def send_back(actor: Any, extract_id: int, *, remark: str, version: int | None = None) -> Extract:
    """Send an extract back; it carries nothing, and another is drafted."""
    row = (
        Extract.objects.visible_to(actor)
        .select_related("case", "complaint")
        .lock(extract_id, version=version)
    )
    advance(row, "send_back", by=actor)
    row.remark = needs(remark, "remark", _("Say what must not stand in it."))
    row.checked_by, row.checked_at = actor, clock.now()
    return record(row, "extract.sent_back", actor=actor)


def _in_words(one: Pointer) -> str:
    return _("This leads to the reporter: %(what)s (“%(piece)s”).") % {
        "what": _SAID[one.code](),
        "piece": one.piece[:60],
    }
