"""The sheet: opened, amended, sent once, voided."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, record, record_all, recording, save_all
from officers import rules
from officers.actions import drug_tests
from officers.actions.problems import needs_reason, refuse_lines
from officers.lifecycles import advance
from officers.models import DrugTest, Sheet, Unit, User
from officers.models.sheets import Drug
from officers.reckoning.lines import Line, Problem

HEADER = ("site", "tested_on", "witness", "reason", "order_number", "kit_lot", "kit_expires_on", "drugs")


@act
def open(
    actor: Any,
    *,
    unit_id: int,
    administrator_id: int | None = None,
    cause: int | None = None,
    **header: Any,
) -> Sheet:
    """Open a sheet for a unit. `header` has the fields of `HEADER`.

    Where the actor only writes down what another administrator of the unit collected, that is `administrator_id`.

    :raises PermissionDenied: unless the actor administers tests for the unit
    :raises ValidationError: by field
    """
    unit = Unit.objects.visible_to(actor).lock(unit_id)
    if not rules.opens_sheets(actor, unit):
        raise PermissionDenied(_("You do not administer tests for this unit."))
    sheet = draft(actor, unit, administrator_id=administrator_id, **header)
    return record(sheet, "sheet.opened", actor=actor, cause=cause)


def draft(actor: Any, unit: Unit, *, administrator_id: int | None = None, **header: Any) -> Sheet:
    """The sheet that `open` would write.

    :raises ValidationError: by field
    """
    sheet = Sheet(unit=unit, administrator=actor, opened_by=actor, opened_at=clock.now())
    if administrator_id is not None and administrator_id != actor.pk:
        sheet.administrator = _administrator(unit, administrator_id)
    _fill(sheet, header)
    return sheet


def _administrator(unit: Unit, user_id: int) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None or not rules.opens_sheets(user, unit):
        raise ValidationError({"administrator": _("This is no administrator of the unit.")})
    return user


@act
def open_all(
    actor: Any, planned: Sequence[tuple[Unit, dict[str, Any]]], *, cause: int | None = None
) -> list[Sheet]:
    """Open many sheets under one event: the bulk twin of `open`. One that stands open with that very header is it.

    :param planned: units the actor was found to administer, each with a header as a file keeps it: days in
        ISO, `administrator` an id
    :raises ValidationError: by field
    """
    found: dict[tuple[Any, ...], Sheet] = {}
    for sheet in (
        Sheet.objects.open()
        .select_related("unit")
        .filter(unit__in={unit for unit, _header in planned})
        .order_by("-pk")
    ):
        found[_identity(sheet)] = sheet
    checked: dict[tuple[int, int], User] = {}
    sheets, new = [], []
    for unit, header in planned:
        administrator = (unit.pk, header["administrator"])
        if administrator not in checked:
            checked[administrator] = (
                actor if administrator[1] == actor.pk else _administrator(unit, administrator[1])
            )
        sheet = Sheet(unit=unit, administrator=checked[administrator], opened_by=actor, opened_at=clock.now())
        days = {name: date.fromisoformat(header[name]) for name in ("tested_on", "kit_expires_on")}
        _fill(
            sheet,
            {name: header[name] for name in HEADER} | days,
            known=("unit", "administrator", "opened_by"),
        )
        if _identity(sheet) not in found:
            found[_identity(sheet)] = sheet
            new.append(sheet)
        sheets.append(found[_identity(sheet)])
    record_all(new, "sheet.opened", actor=actor, cause=cause)
    return sheets


def _identity(sheet: Sheet) -> tuple[Any, ...]:
    return (sheet.unit_id, sheet.administrator_id, *(str(getattr(sheet, name)) for name in HEADER))


@act
def amend(actor: Any, sheet_id: int, *, version: int | None = None, **header: Any) -> Sheet:
    """Change the header of an open sheet. The drugs cannot change once a line stands on it."""
    sheet = _locked(actor, sheet_id, version)
    advance(sheet, "amend", by=actor)
    if set(header.get("drugs", sheet.drugs)) != set(sheet.drugs) and sheet.tests.exists():
        raise ValidationError(
            {"drugs": _("Lines were judged by these drugs already. Open another sheet for another kit.")}
        )
    if header.get("tested_on", sheet.tested_on) != sheet.tested_on and sheet.tests.exists():
        raise ValidationError(
            {"tested_on": _("Lines were entered for this day already. Open another sheet for another day.")}
        )
    _fill(sheet, header)
    return record(sheet, "sheet.amended", actor=actor)


@act
def send(
    actor: Any,
    sheet_id: int,
    *,
    stated_taken: int | None = None,
    stated_non_negative: int | None = None,
    stated_not_taken: int | None = None,
    totals_remark: str = "",
    version: int | None = None,
) -> Sheet:
    """Close the sheet for entry, once. Where the paper states totals they must agree, or it is said why not.

    :raises PermissionDenied: if one of the lines is the actor's own: the totals would tell him of it
    :raises ValidationError: for an empty sheet, or totals that differ without a remark
    :raises Conflict: if it was sent before
    """
    sheet = _locked(actor, sheet_id, version)
    advance(sheet, "send", by=actor)
    if actor.officer_id and sheet.tests.standing().filter(officer=actor.officer_id).exists():
        raise PermissionDenied(_("Your own test stands on this sheet. Somebody else must send it."))
    if sheet.tests.standing().of_command(actor).exists():
        raise PermissionDenied(
            _("An officer whom you command stands on this sheet. Somebody else must send it.")
        )
    counted = sheet.tests.totals()
    if not counted["lines"]:
        raise ValidationError(_("There is no line on this sheet."))
    stated = {
        "stated_taken": (stated_taken, counted["taken"]),
        "stated_non_negative": (stated_non_negative, counted["non_negative"]),
        "stated_not_taken": (stated_not_taken, counted["not_taken"]),
    }
    differing = {
        name: ValidationError(
            _("The paper says %(paper)s, the lines make %(lines)s."),
            code="totals",
            params={"paper": paper, "lines": lines},
        )
        for name, (paper, lines) in stated.items()
        if paper is not None and paper != lines
    }
    if differing and not totals_remark.strip():
        raise ValidationError(
            differing | {"totals_remark": _("Say why the totals differ, or correct the lines.")}
        )
    for name, (paper, _lines) in stated.items():
        setattr(sheet, name, paper)
    sheet.totals_remark = totals_remark.strip()
    sheet.sent_at = clock.now()
    return record(sheet, "sheet.sent", actor=actor, counted=counted)


@act
def send_all(actor: Any, sheets: Sequence[Sheet], *, cause: int | None = None) -> None:
    """Close many sheets for entry that have lines, and none the actor's own; on paper no totals were stated."""
    if not sheets:
        return
    with recording("sheet.sent", actor=actor, subject=Sheet, cause=cause, rows=len(sheets)):
        for sheet in sheets:
            advance(sheet, "send", by=actor)
            sheet.sent_at = clock.now()
        save_all(sheets, ["status", "sent_at"])


@act
def void(
    actor: Any, sheet_id: int, *, reason: str, version: int | None = None, cause: int | None = None
) -> Sheet:
    """Void a sheet whose every line is void, or that has none."""
    sheet = _locked(actor, sheet_id, version)
    advance(sheet, "void", by=actor)
    needs_reason(reason)
    if DrugTest.objects.standing().filter(sheet=sheet).exists():
        raise ValidationError(_("Lines stand on this sheet. Void them first."))
    return record(sheet, "sheet.voided", actor=actor, reason=reason, cause=cause)


@act
def take(
    actor: Any,
    *,
    unit_id: int,
    header: dict[str, Any],
    lines: Sequence[Line],
    totals: dict[str, Any] | None = None,
    all_or_nothing: bool = False,
    cause: int | None = None,
) -> tuple[Sheet, list[DrugTest | None], list[list[Problem]]]:
    """Take a whole sheet as one act: opened, its lines entered under their places, and sent.

    Good lines are taken, bad ones left out, unless `all_or_nothing`. A sheet that misses a line is not sent:
    it stays open for that line to be entered as it should be. `totals` are the stated ones `send` takes.
    Returns the sheet and, for each line, its test or None and what was wrong with it.

    :raises ValidationError: for the header; for the lines, each named, if none is good or all must be
    """
    sheet = open(actor, unit_id=unit_id, cause=cause, **header)
    tests, problems = drug_tests.enter_all(
        actor, sheet.pk, lines, all_or_nothing=all_or_nothing, cause=sheet.last_event.id
    )
    if not any(tests):
        refuse_lines(problems)
    if all(tests):
        sheet = send(actor, sheet.pk, **(totals or {}))
    return sheet, tests, problems


def _locked(actor: Any, sheet_id: int, version: int | None) -> Sheet:
    return Sheet.objects.visible_to(actor).select_related("unit").lock(sheet_id, version=version)


def _fill(sheet: Sheet, header: dict[str, Any], *, known: Sequence[str] = ()) -> None:
    """`known` are the fields that need not be looked up again."""
    if unknown := set(header) - set(HEADER):
        raise TypeError(f"not of a sheet's header: {sorted(unknown)}")
    for name, value in header.items():
        setattr(sheet, name, value.strip() if isinstance(value, str) else value)
    sheet.drugs = _in_order(sheet.drugs)
    sheet.clean_fields(exclude={"sent_at", *known})
    if sheet.tested_on > clock.today():
        raise ValidationError({"tested_on": _("A test cannot lie in the future.")})
    if sheet.kit_expires_on < sheet.tested_on:
        raise ValidationError({"kit_expires_on": _("The kit had expired on the day of the test.")})


def _in_order(drugs: Sequence[str]) -> list[str]:
    return sorted(set(drugs), key=lambda drug: Drug.values.index(drug) if drug in Drug.values else 99)
