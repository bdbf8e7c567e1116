"""Completeness: lists from outside, each held against the record."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audits import imports
from audits.actions import lists
from audits.models import OutsideLine, OutsideList
from audits.queries import lists as compared
from audits.queries.lists import LINES, Group
from audits.web.forms.lists import LinesFilter, ListForm, SettleForm, UndoForm
from audits.web.views.looking import looks
from foundation.files import write_csv
from foundation.web.keyset import BadCursor, Keyset
from ledger.reading import note_read
from officers.models import Officer
from officers.web.forms.refusals import show
from officers.web.views.acting import act_page, posted

PAGE = 50


@looks
def outside_lists(request: HttpRequest) -> HttpResponse:
    """The lists entered, the newest first."""
    user: Any = request.user
    rows = OutsideList.objects.visible_to(user).select_related("unit", "uploaded_by")
    try:
        page = _page(request, rows, ("-id",))
    except BadCursor:
        return redirect("outside_lists")
    return render(request, "audits/lists.html", {"page": page, "rows": page.rows})


@looks
def outside_list_new(request: HttpRequest) -> HttpResponse:
    """Enter a list. Whole or not at all."""
    user: Any = request.user
    form = ListForm(posted(request), request.FILES or None, user=user)
    status = 200
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        file, unit = said.pop("file"), said.pop("unit_id")
        try:
            named = imports.named(file)
            with imports.opened(file, said["lists"]) as table:
                row = lists.enter(
                    user,
                    imports.rows(table, said["lists"]),
                    unit_id=unit.pk,
                    filename=named.filename,
                    sha256=named.sha256,
                    **said,
                )
        except ValidationError as refusal:
            show(form, refusal)
        except PermissionDenied as refusal:
            form.add_error(None, str(refusal))
            status = 403
        else:
            return redirect("outside_list", row.pk)
    return render(request, "audits/list_new.html", {"form": form}, status=status)


@looks
def outside_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The comparison: three columns with their counts, and one part of one of them as a list."""
    user: Any = request.user
    row = _seen(user, pk)
    group, text, form = _asked(request, row)
    found = compared.rows_of(row, group, user, text)
    try:
        page = _page(request, found, compared.order_of(group))
    except BadCursor:
        return redirect("outside_list", pk)
    note_read(user, "listed", "audits_outsideline", pk, group=group.code, q=text)
    number = compared.counts(row, user)
    groups = compared.groups_of(row)
    return render(
        request,
        "audits/list.html",
        {
            "row": row,
            "columns": [
                (
                    label,
                    sum(number[one.code] for one in groups if one.column == column),
                    _of(groups, number, column),
                )
                for column, label in (
                    ("both", _("On both")),
                    ("there", _("Only there")),
                    ("here", _("Only here")),
                )
            ],
            "others": _of(groups, number, ""),
            "group": group,
            "is_lines": group.of == LINES,
            "rows": [(one, imports.PROBLEMS.get(getattr(one, "problem", ""), "")) for one in page.rows],
            "page": page,
            "filter_form": form,
            "query": request.GET.urlencode(),
        },
    )


def _of(groups: tuple[Group, ...], number: dict[str, int], column: str) -> list[tuple[Group, int]]:
    return [(one, number[one.code]) for one in groups if one.column == column]


@looks
def outside_list_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """One part of the comparison as a table."""
    user: Any = request.user
    row = _seen(user, pk)
    group, text, _form = _asked(request, row)
    found = compared.rows_of(row, group, user, text).order_by(*compared.order_of(group))
    note_read(user, "exported", "audits_outsideline", pk, group=group.code, q=text)
    cells = _line_cells if group.of == LINES else _here_cells
    header = _line_titles if group.of == LINES else _here_titles
    # Made whole: what is read after the answer began would be read outside of the snapshot.
    content = b"".join(write_csv([str(one) for one in header()], map(cells, found.iterator(chunk_size=2000))))
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="list-{pk}-{group.code}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _line_titles() -> list[Any]:
    return [
        _("Row in the file"),
        _("Service number"),
        _("Name in Khmer"),
        _("Name in Latin letters"),
        _("Unit, as written"),
        _("Measure"),
        _("Effective from"),
        _("Officer here"),
        _("Name here"),
        _("Status here"),
        _("Measure here"),
        _("Effective here from"),
        _("Matched"),
        _("What is wrong"),
        _("As it came"),
    ]


def _line_cells(line: Any) -> list[Any]:
    officer = line.officer
    return [
        line.line,
        line.service_number,
        line.name_km,
        line.name_latin,
        line.unit_said,
        line.get_kind_display(),
        line.effective_on,
        officer.service_number if officer else "",
        officer.name_km if officer else "",
        officer.get_status_display() if officer else "",
        line.measure_here,
        line.here_on,
        line.get_how_display(),
        str(imports.PROBLEMS.get(line.problem, "")),
        " | ".join(line.raw),
    ]


def _here_titles() -> list[Any]:
    return [
        _("Service number"),
        _("Name in Khmer"),
        _("Name in Latin letters"),
        _("Unit"),
        _("Status"),
        _("Effective from"),
    ]


def _here_cells(one: Any) -> list[Any]:
    officer = one if isinstance(one, Officer) else one.officer
    return [
        officer.service_number,
        officer.name_km,
        officer.name_latin,
        officer.unit.name,
        officer.get_status_display(),
        getattr(one, "effective_on", None),
    ]


@looks
def outside_line(request: HttpRequest, pk: int) -> HttpResponse:
    """One row as it came, whom it may mean, and the form that settles it."""
    user: Any = request.user
    line = get_object_or_404(
        OutsideLine.objects.visible_to(user).select_related("outside", "officer__unit", "settled_by"), pk=pk
    )
    offered = Officer.objects.visible_to(user).select_related("unit").filter(pk__in=line.candidates)
    back = f"{reverse('outside_list', args=[line.outside_id])}?group=open"
    is_open = not (line.how or line.problem or line.outside.why_void)
    return act_page(
        request,
        SettleForm(posted(request), initial={"version": line.version}, user=user),
        lambda said: lists.settle(
            user,
            pk,
            officer_id=said["officer_id"].pk if said["officer_id"] else None,
            reason=said["reason"],
            version=said["version"],
        ),
        title=_("Row %(line)s of the list") % {"line": line.line},
        submit=_("Settle"),
        back=back,
        done=_("The row is settled."),
        template="audits/list_line.html",
        line=line,
        offered=offered.order_by("sort_key", "id"),
        is_open=is_open,
        is_settled=line.how in OutsideLine.SETTLED,
        problem=imports.PROBLEMS.get(line.problem, ""),
    )


@looks
def outside_line_undo(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    line = get_object_or_404(OutsideLine.objects.visible_to(user), pk=pk)
    return act_page(
        request,
        UndoForm(posted(request), initial={"version": line.version}),
        lambda said: lists.unsettle(user, pk, **said),
        title=_("Take back what was settled"),
        text=_("The row is open as before. Both stay in the log."),
        rows=[(_("Row in the file"), line.line), (_("Name"), line.name), (_("Reason"), line.settled_why)],
        submit=_("Take back"),
        back=reverse("outside_line", args=[pk]),
        done=_("The row is open again."),
    )


@looks
def outside_list_void(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    row = _seen(user, pk)
    return act_page(
        request,
        UndoForm(posted(request), initial={"version": row.version}),
        lambda said: lists.void(user, pk, **said),
        title=_("Void this list"),
        text=_("It was entered wrongly. It stays to be seen, and the file may be entered anew."),
        rows=[(_("List"), row.title), (_("File"), row.filename)],
        submit=_("Void"),
        back=reverse("outside_list", args=[pk]),
        done=_("The list is void."),
        danger=True,
    )


def _page(request: HttpRequest, rows: Any, order: tuple[str, ...]) -> Any:
    after, before = request.GET.get("after"), request.GET.get("before")
    return Keyset(rows, order=order, limit=PAGE, after=after, before=before).page()


def _seen(user: Any, pk: int) -> OutsideList:
    return get_object_or_404(
        OutsideList.objects.visible_to(user).select_related("unit", "uploaded_by"), pk=pk
    )


def _asked(request: HttpRequest, row: OutsideList) -> tuple[Group, str, LinesFilter]:
    form = LinesFilter(request.GET)
    if not form.is_valid():
        raise Http404
    groups = {one.code: one for one in compared.groups_of(row)}
    return groups.get(form.cleaned_data["group"], groups["both"]), form.cleaned_data["q"].strip(), form
