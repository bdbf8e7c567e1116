"""A record as it stands beside what an auditor writes about it, and where its pages are."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from audits.models import About
from audits.queries.pointing import seen_row
from audits.queries.references import reference
from cases.models import Complaint
from cases.web.forms.fields import drug_names, place_name
from cases.web.views.dossier import dossier
from foundation.web.templatetags.web import native_digits
from ledger.reading import note_read
from officers.models import DrugTest, User
from officers.models.users import Role

_PAGES: dict[str, str] = {About.CASE: "case", About.DRUG_TEST: "test", About.COMPLAINT: "complaint"}


def beside(about: str, row: Any, user: User) -> dict[str, Any]:
    """What a page shows of the record; the look is noted before."""
    shown = {"record": row, "about": About(about).label, "links": links(about, row.pk, user)}
    if about == About.CASE:
        return shown | {"template": "cases/decision/_file.html", "case": row} | dossier(row, user)
    note_read(user, "opened", row._meta.db_table, row.pk, fields=_SHOWN[about])
    rows = _of_test(row) if about == About.DRUG_TEST else _of_complaint(row)
    deeds = row.deeds.select_related("by", "unit").order_by("pk") if about == About.COMPLAINT else ()
    return shown | {"template": "audits/review/_record.html", "rows": rows, "deeds": deeds}


_SHOWN: dict[str, tuple[str, ...]] = {
    About.DRUG_TEST: ("officer", "non_negative_for", "not_taken", "status"),
    About.COMPLAINT: ("narrative", "deeds"),
}


def _of_test(row: DrugTest) -> list[tuple[Any, Any]]:
    return [
        (_("Officer"), f"{row.officer.name}, {native_digits(row.officer.service_number)}"),
        (_("Unit on the day"), row.unit.name),
        (_("Date"), row.tested_on),
        (_("Status"), row.get_status_display()),
        (_("Specimen number"), row.specimen_number),
        (_("Screened for"), drug_names(row.screened_for)),
        (_("Screen non-negative for"), drug_names(row.non_negative_for)),
        (_("Not taken"), row.get_not_taken_display() if row.not_taken else ""),
        (_("Remark"), row.remark),
        (_("Entered by"), row.entered_by.name if row.entered_by else ""),
    ]


def _of_complaint(row: Complaint) -> list[tuple[Any, Any]]:
    return [
        (_("What is reported"), row.get_category_display()),
        (_("Place"), place_name(row.place_code)),
        (_("Received on"), row.received_on),
        (_("Unit"), row.unit.name),
        (_("Level"), row.get_level_display()),
        (_("Status"), row.get_status_display()),
        (_("What happened"), row.narrative),
        (_("Acknowledged on"), row.acknowledged_on),
        (_("First substantive action"), row.acted_on),
        (_("Finding"), row.get_finding_display() if row.finding else ""),
        (_("Reason for closing"), row.get_closure_reason_display() if row.closure_reason else ""),
        (_("Summary"), row.summary),
        (_("Closed on"), row.closed_on),
    ]


def links(about: str, pk: int, user: User) -> list[tuple[str, Any]]:
    """Where more of a record is, as far as somebody sees it: its own page, and for auditors those of audits."""
    if seen_row(about, pk, user) is None:
        return []
    found = [(reverse(_PAGES[about], args=[pk]), reference(about, pk))]
    if user.has_role(Role.AUDITOR):
        found += _there(_("The record at any moment"), "audit_record", _TABLES[about], pk)
        found += _there(_("All that happened, in one thread"), "audit_thread", about, pk)
    return found


_TABLES: dict[str, str] = {
    About.CASE: "cases_case",
    About.DRUG_TEST: DrugTest._meta.db_table,
    About.COMPLAINT: Complaint._meta.db_table,
}


def _there(label: str, name: str, *args: Any) -> list[tuple[str, Any]]:
    try:
        return [(reverse(name, args=args), label)]
    except NoReverseMatch:
        return []
