"""What a read was of, in words: tables, what was done, the fields, and what was asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.queries import complaints, docket
from foundation.khmer import digits
from ledger import guard
from ledger.models import Read
from officers.models import Officer
from officers.models.users import Role
from officers.queries.officers import numbered

WHAT: dict[str, Promise] = {
    "opened": gettext_lazy("Opened"),
    "listed": gettext_lazy("Listed"),
    "searched": gettext_lazy("Searched"),
    "exported": gettext_lazy("Exported"),
}
TABLES: dict[str, Promise] = {
    "cases_case": gettext_lazy("Dismissal case"),
    "cases_complaint": gettext_lazy("Complaint"),
    "cases_order": gettext_lazy("Order"),
    "cases_appeal": gettext_lazy("Appeal"),
    "cases_measure": gettext_lazy("Measure"),
    "cases_suspension": gettext_lazy("Suspension"),
    "cases_delegation": gettext_lazy("Delegation"),
    "cases_earliermeasure": gettext_lazy("Earlier measure"),
    "cases_extract": gettext_lazy("Extract of a complaint"),
    "cases_failureproposal": gettext_lazy("Failure to act"),
    "cases_miss": gettext_lazy("Missed deadline"),
    "officers_drugtest": gettext_lazy("Drug test"),
    "officers_officer": gettext_lazy("Officer"),
    "officers_sheet": gettext_lazy("Sheet"),
    "officers_specimen": gettext_lazy("Specimen"),
    "officers_review": gettext_lazy("Review of a result"),
    "officers_custodyproblem": gettext_lazy("Custody problem"),
    "officers_doorcode": gettext_lazy("Letter to an officer"),
    "officers_import": gettext_lazy("Uploaded file"),
    "officers_selfreferral": gettext_lazy("Request for treatment"),
    "officers_specimenrange": gettext_lazy("Range of specimen numbers"),
    "officers_user": gettext_lazy("User"),
    "audits_verification": gettext_lazy("Verification of the log"),
    "ledger_read": gettext_lazy("Read log"),
    "ledger_event": gettext_lazy("Log"),
    "outbox": gettext_lazy("Mail of the demonstration"),
}
DETAILS: dict[str, Promise] = {
    "q": gettext_lazy("Searched for"),
    "unit": gettext_lazy("Unit"),
    "officer": gettext_lazy("Officer"),
    "case": gettext_lazy("Dismissal case"),
    "sheet": gettext_lazy("Sheet"),
    "place": gettext_lazy("On the page"),
    "status": gettext_lazy("Status"),
    "role": gettext_lazy("Role"),
    "since": gettext_lazy("From"),
    "until": gettext_lazy("To"),
    "form": gettext_lazy("Form"),
    "shown": gettext_lazy("Shown"),
    "rows": gettext_lazy("Records"),
    "number": gettext_lazy("Number"),
    "person": gettext_lazy("Person"),
    "rule": gettext_lazy("Rule"),
    "what": gettext_lazy("What was done"),
    "table": gettext_lazy("With what"),
    "record": gettext_lazy("Which one"),
    "field": gettext_lazy("Field"),
    "text": gettext_lazy("Text of the search"),
}


_ROLES = dict(Role.choices)


def table_name(table: str) -> str:
    return str(TABLES.get(table, table))


@dataclass(frozen=True)
class Look:
    """A read in words. `record` is empty where it was of none, or of one that the reader of this is not shown."""

    read: Read
    role: str
    what: str
    table: str
    record: str
    is_hidden: bool
    details: list[tuple[str, str]]

    @property
    def reason(self) -> str:
        """Why, as the reader said it: it may name the record."""
        return "" if self.is_hidden else self.read.reason


def in_words(reads: Iterable[Read], user: Any) -> list[Look]:
    """Reads in words, with the records named that `user` may see."""
    reads = list(reads)
    names = _names(reads, user)
    return [_look(read, names) for read in reads]


def _look(read: Read, names: Mapping[tuple[str, int], str]) -> Look:
    is_hidden = read.row_id is not None and (read.table_name, read.row_id) not in names
    return Look(
        read=read,
        role=_role(read.actor_role),
        what=str(WHAT.get(read.what, read.what)),
        table=table_name(read.table_name),
        record=names.get((read.table_name, read.row_id or 0), ""),
        is_hidden=is_hidden,
        details=[] if is_hidden else _details(read, names),
    )


def _role(logged: str) -> str:
    """The roles that somebody held, and the key he used, as the log names them."""
    roles, via, key = logged.partition(" via key ")
    return ", ".join(str(_ROLES.get(role, role)) for role in roles.split(", ")) + via + key


def _names(reads: list[Read], user: Any) -> dict[tuple[str, int], str]:
    """What each record is called, of those that `user` sees."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for read in reads:
        if read.row_id is not None:
            wanted[read.table_name].add(read.row_id)
        officer = read.detail.get("officer") if isinstance(read.detail, dict) else None
        if isinstance(officer, int):
            wanted["officers_officer"].add(officer)
    names: dict[tuple[str, int], str] = {}
    models = guard.audited_tables()
    for table, ids in wanted.items():
        if table not in models:
            names |= {(table, pk): str(pk) for pk in ids}
            continue
        seen: Any = models[table]._default_manager.all()
        for row in seen.visible_to(user).filter(pk__in=ids):
            names[table, row.pk] = _name(row)
    return names


def _name(row: Any) -> str:
    if isinstance(row, Officer):
        return f"{row.name} · {row.service_number}"
    return str(getattr(row, "reference", "") or getattr(row, "name", "") or row.pk)


def _details(read: Read, names: Mapping[tuple[str, int], str]) -> list[tuple[str, str]]:
    """What was asked for. An officer is named where he may be seen, and else not at all."""
    said: dict[str, Any] = dict(read.detail) if isinstance(read.detail, dict) else {}
    said |= said.pop("query", None) or {}
    lines = []
    for name, value in said.items():
        if value in ("", None, [], {}):
            continue
        if name == "officer" and isinstance(value, int):
            value = names.get(("officers_officer", value), _("not shown to you"))
        if isinstance(value, list):
            value = len(value)
        lines.append((str(DETAILS.get(name, name)), str(value)))
    return lines


def record_named(user: Any, table: str, text: str) -> int | None:
    """The id of the record that somebody typed the reference or the number of, if he sees it."""
    models = guard.audited_tables()
    text = digits(text).strip()
    pk = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    if table == "cases_case":
        pk = docket.id_of(text) or pk
    elif table == "cases_complaint":
        pk = complaints.id_of(text) or pk
    elif table == "officers_officer":
        return Officer.objects.visible_to(user).filter(numbered(text)).values_list("pk", flat=True).first()
    if pk is None or table not in models:
        return None
    seen: Any = models[table]._default_manager.all()
    return pk if seen.visible_to(user).filter(pk=pk).exists() else None
