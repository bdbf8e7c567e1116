"""The sheet: listed, opened, shown, amended, sent, voided. Its lines are in `lines`, its prints in `prints`."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.web.keyset import BadCursor, Keyset
from foundation.web.templatetags.web import native_digits
from ledger import clock
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers import rules
from officers.actions import drug_tests
from officers.actions import sheets as actions
from officers.lifecycles import verbs
from officers.models import DrugTest, Role, SettingVersion, Sheet, Unit
from officers.models.sheets import Drug
from officers.queries.settings import rows_in_force
from officers.queries.sheets import lines_of, with_counts
from officers.queries.timelines import timeline
from officers.web.forms.fields import ask, asked
from officers.web.forms.sheets import (
    AmendForm,
    HeaderForm,
    LineForm,
    OpenForm,
    SendForm,
    SheetFilter,
    VoidForm,
)
from officers.web.views.acting import act_page, posted

COLOURS = {Sheet.Status.OPEN: "yellow", Sheet.Status.SENT: "green", Sheet.Status.VOID: "grey"}
TEST_COLOURS = {
    DrugTest.Status.NEGATIVE: "green",
    DrugTest.Status.CONFIRMATION_NEEDED: "orange",
    DrugTest.Status.AT_LABORATORY: "blue",
    DrugTest.Status.REPEAT_NEEDED: "yellow",
    DrugTest.Status.NOT_TAKEN: "purple",
    DrugTest.Status.CLEARED: "green",
    DrugTest.Status.VERIFIED_POSITIVE: "orange",
    DrugTest.Status.FINAL_POSITIVE: "red",
    DrugTest.Status.REFUSAL: "red",
    DrugTest.Status.CANCELLED: "grey",
    DrugTest.Status.VOID: "grey",
}
PAGE = 50


@login_required
def sheets(request: HttpRequest) -> HttpResponse:
    """The sheets a user may see, the latest day first."""
    form = SheetFilter(request.GET)
    user: Any = request.user
    ask(form, user)
    found = Sheet.objects.visible_to(user)
    chosen = form.cleaned_data if form.is_valid() else {}
    if unit := chosen.get("unit"):
        found = found.filter(unit__path__startswith=unit.path)
    if chosen.get("status"):
        found = found.filter(status__in=chosen["status"])
    if chosen.get("since"):
        found = found.filter(tested_on__gte=chosen["since"])
    if chosen.get("until"):
        found = found.filter(tested_on__lte=chosen["until"])
    try:
        page = Keyset(
            with_counts(user, found.select_related("unit", "administrator")),
            order=("-tested_on", "-id"),
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("sheets")
    note_read(user, "listed", "officers_sheet", **asked(form))
    rows = [
        {"sheet": sheet, "colour": COLOURS[sheet.status]}  # type: ignore[index]
        for sheet in page.rows
    ]
    return render(
        request,
        "officers/sheets/list.html",
        {"filter_form": form, "page": page, "rows": rows, "opens": user.has_role(Role.ADMINISTRATOR)},
    )


@login_required
def open_sheet(request: HttpRequest) -> HttpResponse:
    """The header of a new sheet."""
    user: Any = request.user
    paths = user.scope(Role.ADMINISTRATOR)
    if not paths:
        raise PermissionDenied(_("You do not administer tests for this unit."))
    in_force = {row["code"] for row in rows_in_force(SettingVersion.Kind.DRUGS)}
    initial: dict[str, Any] = {
        "tested_on": clock.today(),
        "drugs": [drug for drug in Drug.values if drug in in_force],
    }
    if len(paths) == 1:
        initial["unit"] = Unit.objects.get(path=paths[0])
    form = OpenForm(posted(request), initial=initial)
    ask(form, user)

    def do(said: dict[str, Any]) -> Sheet:
        unit = said.pop("unit")
        return actions.open(user, unit_id=unit.pk, **said)

    return act_page(
        request,
        form,
        do,
        title=_("Open a sheet"),
        submit=_("Open the sheet"),
        back=reverse("sheets"),
        done=_("The sheet is open. Enter its lines."),
        to=_page_of,
    )


@login_required
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet as on paper: header, lines, and while it is open the entry of the next line."""
    row = seen(request, pk)
    return show_sheet(request, row, LineForm(drugs=row.drugs))


def seen(request: HttpRequest, pk: int) -> Sheet:
    """The sheet, if the user may see it."""
    sheets = Sheet.objects.visible_to(request.user).select_related("unit", "administrator", "opened_by")
    return get_object_or_404(sheets, pk=pk)


def show_sheet(
    request: HttpRequest, row: Sheet, form: LineForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    """The page of a sheet, with the entry form as it stands."""
    note_read(request.user, "opened", "officers_sheet", row.pk, fields=["lines"])
    may = verbs(row, request.user)
    lines = lines_of(request.user, row)
    if "enter" in may:
        lines = lines.order_by("-line")
    rows = [line_row(request.user, test, row) for test in lines]
    return render(
        request,
        "officers/sheets/sheet.html",
        {
            "sheet": row,
            "colour": COLOURS[row.status],  # type: ignore[index]
            "header": header_rows(row),
            "stated": stated_rows(row),
            "csrf_cookie": settings.CSRF_COOKIE_NAME,
            "verbs": may,
            "rows": rows,
            "voids_lines": "void" in may and any("void" in line["verbs"] for line in rows),
            "totals": lines_of(request.user, row).totals(),
            "timeline": timeline(row, request.user),
            # Not `form`: a refused line is no refused page.
            "entry": form,
            **context,
        },
        status=status,
    )


def line_row(user: Any, test: DrugTest, row: Sheet) -> dict[str, Any]:
    """What a line's template needs."""
    test.sheet = row
    return {
        "test": test,
        "colour": TEST_COLOURS[test.status],  # type: ignore[index]
        "drugs": drug_names(test.non_negative_for),
        "failed": drug_names(test.invalid_for),
        "elsewhere": not row.unit.contains(test.unit),
        "verbs": verbs(test, user),
    }


def sentence_of(test: DrugTest) -> str:
    """A line in a sentence: whose it is and how it stands, to be read once more after writing."""
    return _("Line %(line)s: %(officer)s, %(status)s") % {
        "line": native_digits(test.line),
        "officer": f"{native_digits(test.officer.service_number)} {test.officer.name}",
        "status": test.get_status_display(),
    }


def drug_names(codes: list[str]) -> str:
    return ", ".join(str(Drug(code).label) for code in codes)


def header_rows(row: Sheet) -> list[tuple[Any, Any]]:
    """The header as label and value."""
    return [
        (_("Unit"), row.unit),
        (_("Site"), row.site),
        (_("Date"), row.tested_on),
        (_("Administrator"), row.administrator),
        (_("Witness"), row.witness),
        (_("Reason for test"), row.get_reason_display()),
        (_("Campaign or order number"), row.order_number),
        (_("Kit lot"), row.kit_lot),
        (_("Kit expires on"), row.kit_expires_on),
        (_("Drugs the kit screens for"), drug_names(row.drugs)),
    ]


def stated_rows(row: Sheet) -> list[tuple[Any, Any]]:
    """The totals as the paper stated them."""
    return [
        (_("Tested, on paper"), row.stated_taken),
        (_("Non-negative, on paper"), row.stated_non_negative),
        (_("Not taken, on paper"), row.stated_not_taken),
        (_("Why the totals differ"), row.totals_remark),
    ]


@login_required
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """The header of an open sheet, to be changed."""
    row = _may(request, pk, "amend")
    initial = {name: getattr(row, name) for name in HeaderForm.base_fields} | {"version": row.version}
    return act_page(
        request,
        AmendForm(posted(request), initial=initial),
        lambda said: actions.amend(request.user, row.pk, **said),
        title=_("Amend the header of %(sheet)s") % {"sheet": row.reference},
        submit=_("Save"),
        back=_page_of(row),
        done=_("The header is amended."),
    )


@login_required
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """The totals on paper beside those counted; then the sheet is sent, once."""
    row = _may(request, pk, "send")
    counted = lines_of(request.user, row).totals()
    return act_page(
        request,
        SendForm(posted(request), initial={"version": row.version}),
        lambda said: actions.send(request.user, row.pk, **said),
        title=_("Send %(sheet)s") % {"sheet": row.reference},
        text=_("Copy the totals from the paper. After sending no line can be added; lines can be corrected."),
        rows=[
            (_("Lines"), counted["lines"]),
            (_("Tested"), counted["taken"]),
            (_("Confirmation needed"), counted["non_negative"]),
            (_("Not taken"), counted["not_taken"]),
            (_("Repeat needed (kit failed)"), counted["to_repeat"]),
        ],
        submit=_("Send the sheet"),
        back=_page_of(row),
        done=_("The sheet is sent."),
    )


@login_required
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Void a sheet on which no line stands."""
    row = _may(request, pk, "void")
    return act_page(
        request,
        VoidForm(posted(request), initial={"version": row.version}),
        lambda said: actions.void(request.user, row.pk, **said),
        title=_("Void %(sheet)s") % {"sheet": row.reference},
        text=_("The sheet stays readable and counts for nothing. Its lines must be void already."),
        submit=_("Void the sheet"),
        back=_page_of(row),
        done=_("The sheet is void."),
        danger=True,
    )


@login_required
def void_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Void every line of a sheet as one act, while nothing was built on any."""
    row = _may(request, pk, "void")
    form = VoidForm(posted(request))
    del form.fields["version"]
    return act_page(
        request,
        form,
        lambda said: drug_tests.void_all(request.user, row.pk, **said),
        title=_("Void all lines of %(sheet)s") % {"sheet": row.reference},
        text=_("Every line stays readable and counts for nothing."),
        submit=_("Void all lines"),
        back=_page_of(row),
        done=_("All lines are void."),
        danger=True,
    )


def _may(request: HttpRequest, pk: int, verb: str) -> Sheet:
    """The sheet, if its page offers this step; who may but comes too late gets the conflict from the action."""
    row = seen(request, pk)
    user: Any = request.user
    if not rules.administers(user, row):
        raise PermissionDenied(_("You may not do this."))
    if request.method != "POST" and verb not in verbs(row, user):
        status = row.get_status_display()
        raise Conflict(_("This is not possible while the record is “%(status)s”.") % {"status": status})
    return row


def _page_of(row: Sheet) -> str:
    return reverse("sheet", args=[row.pk])
