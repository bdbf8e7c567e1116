"""Files of rows: uploaded, looked through before they are taken, undone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.files import write_csv
from foundation.khmer import parse_date
from foundation.web.keyset import BadCursor, Keyset, Page
from ledger import clock
from ledger.reading import note_read
from officers import rules
from officers.actions import imports as actions
from officers.imports import shown, templates
from officers.lifecycles import verbs
from officers.models import Import, ImportRow
from officers.queries.timelines import timeline
from officers.web.forms.imports import (
    CampaignHeaderForm,
    FileHeaderForm,
    TakeForm,
    UndoForm,
    UploadForm,
    kinds_of,
)
from officers.web.forms.refusals import show
from officers.web.views.acting import SignedIn, act_page, posted

S = Import.Status
COLOURS = {
    S.CHECKING: "blue",
    S.CHECKED: "yellow",
    S.TAKING: "blue",
    S.STOPPED: "yellow",
    S.TAKEN: "green",
    S.UNREADABLE: "red",
    S.CANCELLED: "grey",
    S.UNDONE: "grey",
}
PAGE = 50


@login_required
def imports(request: SignedIn) -> HttpResponse:
    """The files a user may see, the newest first."""
    found = Import.objects.visible_to(request.user).select_related("unit", "uploaded_by")
    try:
        page = Keyset(
            found,
            order=("-uploaded_at", "-id"),
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("imports")
    note_read(request.user, "listed", "officers_import")
    return render(
        request,
        "officers/imports/list.html",
        {
            "page": page,
            "rows": [(row, COLOURS[S(row.status)]) for row in page.rows],
            "uploads": bool(kinds_of(request.user)),
        },
    )


@login_required
def upload(request: SignedIn) -> HttpResponse:
    """A file and what it holds."""
    user = request.user
    if not kinds_of(user):
        raise PermissionDenied(_("You may not upload this kind of file for this unit."))
    form = UploadForm(user, posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = actions.upload(
                user,
                kind=said["kind"],
                unit_id=said["unit"].pk,
                file=said["file"],
                filename=said["file"].name,
            )
        except ValidationError as refusal:
            show(form, refusal)
        else:
            return redirect("import", row.pk)
    return render(
        request,
        "officers/imports/upload.html",
        {
            "form": form,
            "earlier": _earlier(request, form),
            "breadcrumbs": [(_("Imports"), reverse("imports")), (_("Upload a file"), "")],
            "templates": [(Import.Kind(kind).label, kind.lower()) for kind in kinds_of(user)],
        },
    )


def _earlier(request: SignedIn, form: UploadForm) -> Import | None:
    """The file a refusal speaks of, where the user may see it."""
    for error in form.errors.as_data().get("file", []):
        if error.code == "taken_already":
            params: Any = error.params
            return Import.objects.visible_to(request.user).filter(pk=params["import"]).first()
    return None


@login_required
def template(request: SignedIn, kind: str, form: str) -> StreamingHttpResponse:
    """An empty file to be filled in."""
    kind = kind.upper()
    if kind not in Import.Kind.values or form not in templates.MEDIA_TYPES:
        raise Http404
    content = templates.as_csv(kind) if form == templates.CSV else [templates.as_workbook(kind)]
    return _attachment(content, templates.MEDIA_TYPES[form], f"{kind.lower()}.{form}")


@login_required
def import_(request: SignedIn, pk: int) -> HttpResponse:
    """One file: what is known of it, what it would do, what it did."""
    return _show(request, _seen(request, pk))


def _seen(request: SignedIn, pk: int) -> Import:
    files = Import.objects.visible_to(request.user).select_related("unit", "uploaded_by", "sheet")
    return get_object_or_404(files, pk=pk)


def _show(request: SignedIn, row: Import, form: FileHeaderForm | None = None, **context: Any) -> HttpResponse:
    user = request.user
    note_read(user, "opened", "officers_import", row.pk, fields=["rows"])
    may = verbs(row, user)
    waits = row.status in (S.CHECKING, S.TAKING)
    context |= {
        "row": row,
        "form": form,
        "colour": COLOURS[S(row.status)],
        "steps": _steps(row),
        "waits": waits,
        "verbs": may,
        "problem": row.problem.get(get_language() or "km", ""),
        "is_sheet": row.is_sheet,
        "is_campaign": row.kind == Import.Kind.CAMPAIGN,
        "breadcrumbs": [(_("Imports"), reverse("imports")), (row.filename, "")],
        "items": timeline(row, user),
        "about": [
            (_("What the file holds"), row.get_kind_display()),
            (_("Unit"), row.unit),
            (_("Uploaded by"), row.uploaded_by),
            (_("Uploaded"), row.uploaded_at),
        ],
    }
    if waits:
        return render(request, "officers/imports/page.html", context | shown.progress(row))
    if row.status in (S.CHECKED, S.STOPPED, S.TAKEN, S.UNDONE):
        if row.is_of_tests:
            context |= _header(row, may, form)
        context |= _rows(request, row)
        context["take_form"] = TakeForm(initial={"version": row.version})
    return render(request, "officers/imports/page.html", context)


def _steps(row: Import) -> list[tuple[str, str]]:
    """The way of a file, each step done, current or to come."""
    at = {S.CHECKING: 1, S.UNREADABLE: 1, S.CHECKED: 2, S.TAKING: 3, S.STOPPED: 3, S.TAKEN: 4}.get(
        S(row.status), 0
    )
    names = [_("Uploaded"), _("Checked"), _("Looked through"), _("Taken")]
    return [
        (name, "done" if number < at else "current" if number == at else "")
        for number, name in enumerate(names)
        if at
    ]


def _header(row: Import, may: list[str], form: FileHeaderForm | None) -> dict[str, Any]:
    context: dict[str, Any] = {
        # What is not the same for all sheets of a campaign stands in its rows.
        "header": [one for one in shown.header_rows(row) if row.is_sheet or one[1]],
        "header_problems": shown.header_problems(row),
        "other_unit": any(p["code"] == "another_unit" for p in row.reading.get("problems", [])),
    }
    if "describe" not in may:
        return context
    of_file: type[FileHeaderForm] = FileHeaderForm if row.is_sheet else CampaignHeaderForm
    known = {name: value for name, value in row.header.items() if name in FileHeaderForm.base_fields}
    for name in ("tested_on", "kit_expires_on"):
        if name in known:
            day = parse_date(known[name], today=clock.today())
            known[name] = f"{day:%d/%m/%Y}"
    as_known = of_file(row.unit, known | {"version": row.version})
    missing = [as_known[name].label for name in as_known.errors]
    return context | {
        "header_form": form or of_file(row.unit, initial=known | {"version": row.version}),
        "header_is_complete": form is None and not missing,
        "missing": missing,
    }


def _rows(request: SignedIn, row: Import) -> dict[str, Any]:
    """The rows of one kind: those that cannot be taken before others."""
    counted = shown.counts(row)
    if row.kind == Import.Kind.CAMPAIGN:
        counted["sheets"] = row.planned_sheets.count()
    asked = request.GET.get("show", "")
    kind = asked if asked in counted else next((name for name, count in counted.items() if count), "bad")
    rows: QuerySet[Any] = row.staged.bad()
    order = ("line", "id")
    if kind == "sheets":
        rows, order = row.planned_sheets.select_related("sheet"), ("number", "id")
    elif kind != "bad":
        rows = row.staged.good().filter(effect=_EFFECTS[kind])
    try:
        page: Page[Any] = Keyset(
            rows,
            order=order,
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        page = Keyset(rows, order=order, limit=PAGE).page()
    labels = {
        "bad": _("Cannot be taken"),
        "new": _("New"),
        "changed": _("Changed"),
        "same": _("Change nothing"),
        "sheets": _("Sheets"),
    }
    changes = shown.Changes()
    of_tests, of_laboratory = row.is_of_tests, row.kind == Import.Kind.LABORATORY
    words = shown.outcome if of_tests else shown.finding if of_laboratory else changes.of
    return {
        "counted": counted,
        "kinds": [(name, labels[name], counted[name]) for name in counted if counted[name] or name == kind],
        "shown": kind,
        "page": page,
        "faults": shown.faults(row, page.rows) if kind == "bad" else [],
        "planned": shown.planned(page.rows) if kind == "sheets" else [],
        "of_tests": of_tests,
        "of_laboratory": of_laboratory,
        "rows": [(one, words(one)) for one in page.rows if kind not in ("bad", "sheets")],
        "unknown": [" ".join(title.split()) for _letter, title in row.reading.get("unknown", [])],
    }


_EFFECTS = {
    "new": ImportRow.Effect.NEW,
    "changed": ImportRow.Effect.CHANGED,
    "same": ImportRow.Effect.SAME,
}


@login_required
def progress(request: SignedIn, pk: int) -> HttpResponse:
    """How far a worker has come with a file; once it is done the page is asked for anew."""
    row = _seen(request, pk)
    if row.status not in (S.CHECKING, S.TAKING):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "officers/imports/_progress.html", {"row": row, **shown.progress(row)})


@login_required
@require_POST
def describe(request: SignedIn, pk: int) -> HttpResponse:
    """What the file does not say of its sheet, filled in by hand."""
    row = _seen(request, pk)
    of_file = FileHeaderForm if row.is_sheet else CampaignHeaderForm
    form = of_file(row.unit, request.POST)
    if form.is_valid():
        try:
            actions.describe(request.user, row.pk, **form.cleaned_data)
        except ValidationError as refusal:
            show(form, refusal)
        else:
            return redirect("import", row.pk)
    return _show(request, row, form)


@login_required
@require_POST
def take(request: SignedIn, pk: int) -> HttpResponse:
    """Have the rows taken."""
    row = _seen(request, pk)
    form = TakeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what is to happen with rows that cannot be taken."))
        return redirect("import", row.pk)
    said = form.cleaned_data
    try:
        actions.take(
            request.user, row.pk, all_or_nothing=said["rows"] == TakeForm.ALL, version=said["version"]
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("import", row.pk)


@login_required
@require_POST
def stop(request: SignedIn, pk: int) -> HttpResponse:
    """Stop the taking; what was taken stands."""
    actions.stop(request.user, pk)
    messages.success(request, _("The file was stopped. What was taken of it stands."))
    return redirect("import", pk)


@login_required
@require_POST
def cancel(request: SignedIn, pk: int) -> HttpResponse:
    """Give the file up before it was taken."""
    actions.cancel(request.user, pk)
    messages.success(request, _("The file was cancelled. Nothing of it was taken."))
    return redirect("import", pk)


@login_required
def undo(request: SignedIn, pk: int) -> HttpResponse:
    """Undo what the file did, with a reason."""
    row = _seen(request, pk)
    if not rules.undoes_import(request.user, row):
        raise PermissionDenied(_("You may not do this."))
    of_tests = row.is_of_tests
    return act_page(
        request,
        UndoForm(posted(request), initial={"version": row.version}),
        lambda said: actions.undo(request.user, row.pk, **said),
        title=_("Undo %(file)s") % {"file": row.filename},
        text=_(
            "Every line of the file and the sheets made for them become void, as one act. They stay readable."
        )
        if of_tests
        else _(
            "Officers who were new count as entered by mistake, and those who were changed become as they "
            "were before, as one act."
        ),
        rows=[(_("Rows taken"), row.taken_rows)],
        submit=_("Undo the file"),
        back=reverse("import", args=[row.pk]),
        done=_("The file is undone."),
        danger=True,
    )


@login_required
def problems(request: SignedIn, pk: int) -> StreamingHttpResponse:
    """The rows that cannot be taken, with the reasons in both languages, as a table to be corrected by."""
    row = _seen(request, pk)
    note_read(request.user, "exported", "officers_import", row.pk, fields=["problems"])
    header = ["ជួរ / Line", "ជួរឈរ / Column", "ចំណងជើង / Title", "តម្លៃ / Value", "មូលហេតុ", "Reason"]
    content = write_csv(header, shown.faults_in_both(row))
    return _attachment(content, templates.MEDIA_TYPES[templates.CSV], f"problems-{row.pk}.csv")


@login_required
def bad_rows(request: SignedIn, pk: int) -> StreamingHttpResponse:
    """The rows that cannot be taken, as they stand in the file, to be corrected and uploaded again."""
    row = _seen(request, pk)
    note_read(request.user, "exported", "officers_import", row.pk, fields=["rows"])
    header, rows = shown.to_be_corrected(row)
    return _attachment(
        write_csv(header, rows), templates.MEDIA_TYPES[templates.CSV], f"to-correct-{row.pk}.csv"
    )


def _attachment(content: Any, media_type: str, name: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        content,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
