"""The read log: who looked at what, when and why; who searched whom; who exported what."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.queries.read_words import WHAT, Look, in_words, record_named, table_name
from audits.queries.reads import ORDER, of_unit
from audits.web.forms.reads import ReadFilter
from audits.web.views.looking import looks
from foundation.files.exports import write_csv
from foundation.web.keyset import BadCursor, Keyset, Page
from foundation.web.templatetags.web import number
from ledger import clock
from ledger.models import Read
from ledger.reading import note_read
from officers.models import User
from officers.web.forms.fields import asked
from officers.web.views.acting import SignedIn

TABLE = Read._meta.db_table
PAGE = 50
MOST_EXPORTED = 50_000


@looks
def reads(request: SignedIn) -> HttpResponse:
    """The reads, the latest first."""
    form = ReadFilter(request.user, request.GET)
    page = page_of(request, chosen(form))
    if page is None:
        return redirect("audit_reads")
    note_read(request.user, "searched" if form.data.get("text") else "listed", TABLE, query=asked(form))
    context = {"filter_form": form, "page": page, "rows": in_words(page.rows, request.user)}
    return render(request, "audits/reads/list.html", context)


def page_of(request: SignedIn, rows: QuerySet[Read]) -> Page[Read] | None:
    """A page of reads; None for a marker that is not of this list."""
    get = request.GET.get
    try:
        return Keyset(rows, order=ORDER, limit=PAGE, after=get("after"), before=get("before")).page()
    except BadCursor:
        return None


def chosen(form: ReadFilter) -> QuerySet[Read]:
    rows = Read.objects.all()
    if not form.is_valid():
        return rows.none()
    said = form.cleaned_data
    exact = {"what": said["what"], "table_name": said["table"], "row_id": said.get("row_id")}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if said["person"]:
        rows = rows.filter(actor_name__icontains=said["person"])
    if said["unit"]:
        rows = rows.filter(of_unit(said["unit"]))
    if said["field"]:
        rows = rows.filter(fields__contains=[said["field"]])
    if said["text"]:
        rows = rows.filter(what="searched", detail__icontains=said["text"])
    if said["since"]:
        rows = rows.filter(read_at__gte=_midnight(said["since"]))
    if said["until"]:
        rows = rows.filter(read_at__lt=_midnight(said["until"] + timedelta(days=1)))
    return rows


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@looks
def export(request: SignedIn) -> HttpResponse:
    """The chosen reads as a file."""
    form = ReadFilter(request.user, request.GET)
    rows = chosen(form).order_by(*ORDER)
    if rows[: MOST_EXPORTED + 1].count() > MOST_EXPORTED:
        words = _("These are more than %(limit)s reads. Choose fewer, for example by the day.")
        messages.warning(request, words % {"limit": number(MOST_EXPORTED)})
        return redirect(f"{request.path.removesuffix('export.csv')}?{request.GET.urlencode()}")
    note_read(request.user, "exported", TABLE, query=asked(form))
    header = [
        _("When"),
        _("Who"),
        _("In the role"),
        _("What was done"),
        _("With what"),
        _("Which one"),
        _("Fields"),
        _("Reason"),
        _("Asked for"),
    ]
    # Made whole before it is sent: the snapshot that it is read in ends with this function.
    return HttpResponse(
        b"".join(write_csv(header, map(_line, _looks(request.user, rows)))),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="reads-{clock.today()}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _looks(user: User, rows: QuerySet[Read]) -> Iterator[Look]:
    found, at_once = list(rows), 1000
    for begin in range(0, len(found), at_once):
        yield from in_words(found[begin : begin + at_once], user)


def _line(look: Look) -> list[Any]:
    read = look.read
    return [
        f"{timezone.localtime(read.read_at):%Y-%m-%d %H:%M:%S}",
        read.actor_name,
        look.role,
        look.what,
        look.table,
        _("not shown to you") if look.is_hidden else look.record,
        ", ".join(read.fields),
        look.reason,
        "; ".join(f"{name}: {value}" for name, value in look.details),
    ]


@looks
def of_person(request: SignedIn, pk: int) -> HttpResponse:
    """What one person looked at."""
    person = get_object_or_404(User, pk=pk)
    return _about(request, Q(actor_id=pk), person.name, _("What this person looked at"), person=pk)


@looks
def of_record(request: SignedIn, table: str, pk: int) -> HttpResponse:
    """Who looked at one record."""
    row_id = pk if table == "officers_officer" else record_named(request.user, table, str(pk))
    name = next((look.record for look in in_words([Read(table_name=table, row_id=pk)], request.user)), "")
    if row_id is None or not name:
        raise Http404
    title = f"{table_name(table)} {name}"
    return _about(request, Q(table_name=table, row_id=pk), title, _("Who looked at this record"), record=pk)


def _about(request: SignedIn, which: Q, title: str, text: str, **about: Any) -> HttpResponse:
    rows = Read.objects.filter(which)
    page = page_of(request, rows)
    if page is None:
        return redirect(request.path)
    note_read(request.user, "listed", TABLE, **about)
    counts = rows.values("what").annotate(number=Count("pk"), last=Max("read_at")).order_by("-number")
    context = {
        "title": title,
        "text": text,
        "counts": [(WHAT.get(row["what"], row["what"]), row["number"], row["last"]) for row in counts],
        "page": page,
        "rows": in_words(page.rows, request.user),
    }
    return render(request, "audits/reads/about.html", context)
