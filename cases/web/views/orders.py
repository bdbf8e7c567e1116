"""Orders: the list, entering one with its scan, its page, verifying it against the scan, rejecting it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cases import lifecycles
from cases.actions import orders as actions
from cases.actions.files import content_of
from cases.models import Case, CaseFile, Decision, Order, OrderLine
from cases.models.orders import SEES_ORDERS
from cases.queries.orders import awaiting, decisions_of, lines_of
from cases.web.forms import orders as forms
from cases.web.views.case_told import measure_in_words
from cases.web.views.files import given_out, sent
from cases.web.views.sections import sections
from foundation.files.pages import page_count, page_picture
from foundation.web.keyset import BadCursor, Keyset
from foundation.web.templatetags.web import native_digits
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.models import User
from officers.models.users import Role
from officers.queries.settings import rank_names
from officers.web.forms.fields import asked
from officers.web.views.acting import SignedIn, act_page, posted

S = Order.Status
COLOURS: dict[str, str] = {S.REGISTERED: "blue", S.VERIFIED: "teal", S.IN_FORCE: "green", S.REJECTED: "grey"}
TABLE = Order._meta.db_table
PAGE = 50
#: The newest signature first.
ORDER = ("-signed_on", "-id")


def seen(request: SignedIn, pk: int) -> Order:
    """The order, if it is there for who asks."""
    rows = Order.objects.select_related("registered_by", "verified_by", "rejected_by")
    return get_object_or_404(rows.visible_to(request.user), pk=pk)


@login_required
def orders(request: SignedIn) -> HttpResponse:
    """The orders a user sees, or what of them is chosen."""
    user = request.user
    if not user.has_role(*SEES_ORDERS):
        raise Http404
    form = forms.FilterOrders(request.GET)
    try:
        page = Keyset(
            _chosen(user, form).select_related("registered_by"),
            order=ORDER,
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("orders")
    note_read(user, "listed", TABLE, **asked(form))
    context = {
        "sections": sections(request),
        "filter_form": form,
        "page": page,
        "rows": _listed(user, page.rows),
        "registers": user.has_role(Role.REGISTRAR),
        "awaiting": awaiting(user).count(),
    }
    return render(request, "cases/order/list.html", context)


def _listed(user: User, rows: list[Order]) -> list[tuple[Order, str, int, bool]]:
    """Each with its colour, how many officers it names, and whether to offer verifying it; the action asks again."""
    counted = OrderLine.objects.filter(order__in=rows).values_list("order").annotate(Count("pk"))
    counts = dict(counted.order_by())
    verifies = user.has_role(Role.REGISTRAR)
    return [
        (
            row,
            COLOURS[row.status],
            counts.get(row.pk, 0),
            verifies and row.status == S.REGISTERED and row.registered_by_id != user.pk,
        )
        for row in rows
    ]


def _chosen(user: Any, form: forms.FilterOrders) -> Any:
    rows = Order.objects.visible_to(user)
    if not form.is_valid():
        return rows.none()
    said = form.cleaned_data
    if said["status"]:
        rows = rows.filter(status__in=said["status"])
    if said["instrument"]:
        rows = rows.filter(instrument=said["instrument"])
    if said["verify"]:
        rows = rows.filter(status=S.REGISTERED).exclude(registered_by=user)
    if said["pending"]:
        rows = rows.filter(status__in=[S.REGISTERED, S.VERIFIED])
    return rows


def case_choices(cases: list[Case], decisions: dict[int, Decision]) -> list[tuple[int, str]]:
    """Each case with what is needed to know it on the paper."""
    ranks = rank_names()
    return [
        (
            case.pk,
            " · ".join(
                str(part)
                for part in (
                    case.reference,
                    case.officer.name,
                    native_digits(case.officer.service_number),
                    ranks.get(case.rank, case.rank),
                    case.officer_unit.name,
                    measure_in_words(decisions[case.pk], ranks),
                    decisions[case.pk].get_instrument_display(),
                )
            ),
        )
        for case in cases
        if case.pk in decisions
    ]


@login_required
def register(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """Enter a signed order: one comes here from a case, or chooses among all that wait."""
    user = request.user
    if not user.has_role(Role.REGISTRAR):
        raise Http404
    cases = list(awaiting(user)[: forms.MOST])
    if pk is not None and pk not in [case.pk for case in cases]:
        raise Http404
    form = forms.RegisterOrder(
        posted(request),
        files=request.FILES or None,
        choices=case_choices(cases, decisions_of(cases)),
        initial={"cases": [pk] if pk else []},
    )

    def do(said: dict[str, Any]) -> Order:
        return actions.register(user, case_ids=said.pop("cases"), **said)

    if not cases:
        return render(request, "cases/order/none.html", {"title": _("Register an order")})
    return act_page(
        request,
        form,
        do,
        title=_("Register an order"),
        submit=_("Register it"),
        back=reverse("orders"),
        done=_(
            "The order is entered. Another person verifies it against the scan; until then it has no effect."
        ),
        to=lambda row: reverse("order", args=[row.pk]),
        keeps=True,
        text=_(
            "Only an order that is signed. Whoever had another part in one of these cases cannot enter it."
        ),
    )


@login_required
def order(request: SignedIn, pk: int) -> HttpResponse:
    """The page of an order."""
    row = seen(request, pk)
    note_read(request.user, "opened", TABLE, row.pk, fields=["order", "lines", "files"])
    context = {
        "order": row,
        "colour": COLOURS[row.status],
        "rows": _about(row),
        "lines": line_rows(row),
        "files": row.files.order_by("pk"),
        "verbs": lifecycles.verbs(row, request.user),
        "breadcrumbs": [(_("Orders"), reverse("orders")), (row.number, "")],
    }
    return render(request, "cases/order/order.html", context)


def _about(row: Order) -> list[tuple[Any, Any]]:
    rows = [
        (_("Instrument"), row.get_instrument_display()),
        (_("Number of the order"), native_digits(row.number)),
        (_("Signed on"), row.signed_on),
        (_("Signed by"), row.signed_by),
        (_("Effective from"), row.effective_on),
        (_("Entered by"), row.registered_by.name),
        (_("Entered"), row.registered_at),
    ]
    if row.verified_by:
        rows += [(_("Verified by"), row.verified_by.name), (_("Verified"), row.verified_at)]
    if row.in_force_at:
        rows.append((_("In force since"), row.in_force_at))
    if row.rejected_by:
        rows += [(_("Rejected by"), row.rejected_by.name), (_("Why"), row.why_rejected)]
    return rows


def line_rows(row: Order) -> list[dict[str, Any]]:
    """The officers of an order, as a table shows them."""
    ranks = rank_names()
    return [
        {
            "case": line.case,
            "rank": ranks.get(line.case.rank, line.case.rank),
            "measure": measure_in_words(line.decision, ranks),
        }
        for line in lines_of(row)
    ]


def _may(request: SignedIn, pk: int, verb: str) -> Order:
    """The order, if its page offers this step; who may but comes too late gets the conflict from the action."""
    row = seen(request, pk)
    try:
        lifecycles.advance(row, verb, by=request.user)
    except Conflict:
        if request.method != "POST":
            raise
    return seen(request, pk)


@login_required
def verify(request: SignedIn, pk: int) -> HttpResponse:
    """The scan beside an empty form: what was entered is not shown."""
    row = _may(request, pk, "verify")
    note_read(request.user, "opened", TABLE, row.pk, fields=["lines", "files"])
    return act_page(
        request,
        forms.Verify(row, posted(request)),
        lambda said: actions.verify(request.user, pk, **said),
        title=_("Verify an order against its scan"),
        submit=_("It is as on the scan"),
        back=reverse("order", args=[pk]),
        done=_verified,
        template="cases/order/verify.html",
        keeps=True,
        order=row,
        lines=line_rows(row),
        scans=[(one, _pages(one), _text(one)) for one in row.files.order_by("pk")],
    )


def _verified(row: Order) -> str:
    if row.status == S.IN_FORCE:
        count = len(lines_of(row))
        words = ngettext(
            "The order is verified and in force for %(count)s officer.",
            "The order is verified and in force for %(count)s officers.",
            count,
        )
        return words % {"count": native_digits(count)}
    return _("The order is verified. It comes into force on its day.")


def _pages(row: CaseFile) -> list[int]:
    """The numbers of the pictures in which a scan is shown; none of what is not given out, or is a text."""
    if row.status != CaseFile.Status.CLEARED or row.kind == CaseFile.Kind.TEXT:
        return []
    if row.kind == CaseFile.Kind.PDF:
        return list(range(1, page_count(content_of(row)) + 1))
    return [1]


def _text(row: CaseFile) -> str:
    """What a scan that is a text says."""
    if row.status != CaseFile.Status.CLEARED or row.kind != CaseFile.Kind.TEXT:
        return ""
    return content_of(row).decode()


@login_required
@require_safe
def file(request: SignedIn, pk: int, file: int) -> HttpResponse:
    """The scan of an order, to be saved; the look is noted before it leaves."""
    rows = CaseFile.objects.visible_to(request.user).filter(order=seen(request, pk))
    return given_out(request, get_object_or_404(rows, pk=file), order=pk)


@login_required
@require_safe
def scan_page(request: SignedIn, pk: int, file: int, number: int) -> HttpResponse:
    """A page of an order's scan as a picture, for the page on which it is verified; the look is noted."""
    rows = CaseFile.objects.visible_to(request.user).filter(order=seen(request, pk))
    row = get_object_or_404(rows, pk=file)
    if number not in _pages(row):
        raise Http404
    if row.kind != CaseFile.Kind.PDF:
        return given_out(request, row, order=pk)
    note_read(request.user, "opened", row._meta.db_table, row.pk, fields=["content"], order=pk, page=number)
    return sent(page_picture(content_of(row), number), "image/jpeg", f"page-{number}.jpg")


@login_required
def reject(request: SignedIn, pk: int) -> HttpResponse:
    """Reject an order that is not as its scan."""
    row = _may(request, pk, "reject")
    return act_page(
        request,
        forms.Reject(row, posted(request)),
        lambda said: actions.reject(request.user, pk, **said),
        title=_("Reject the order %(number)s") % {"number": native_digits(row.number)},
        submit=_("Reject it"),
        back=reverse("order", args=[pk]),
        done=_("The order is rejected. Its cases wait for another."),
        text=_("It was not entered as on the scan, or a ground fell before its day. It has had no effect."),
        danger=True,
        keeps=True,
    )
