"""The way of a specimen's bottles: sent, handed over, directed; and what is in question about it, settled."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.web.keyset import BadCursor, Keyset
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers import rules
from officers.actions import custody as actions
from officers.lifecycles import verbs
from officers.models import CustodyProblem, CustodyTransfer, DrugTest, Specimen
from officers.models.laboratory import SEES_RESULTS
from officers.models.specimens import Bottle
from officers.queries.custody import problems_before
from officers.web.forms.custody import DirectForm, DispatchForm, HandOverForm, SettleForm
from officers.web.views.acting import SignedIn, act_page, posted

PAGE = 50
OPEN, SETTLED = "open", "settled"


def custody_of(user: Any, test: DrugTest) -> dict[str, Any]:
    """What the page of a test shows of its specimen."""
    specimen = _with_all(Specimen.objects.filter(test=test)).first()
    if specimen is None:
        return {}
    seen = CustodyTransfer.objects.visible_to(user).filter(specimen=specimen)
    transfers = list(seen.order_by("handed_over_at", "id"))
    problems = CustodyProblem.objects.visible_to(user).filter(specimen=specimen).order_by("id")
    return {
        "specimen": specimen,
        "specimen_verbs": [verb for verb in verbs(specimen, user) if verb in ("direct", "hand_over")],
        "specimen_rows": _summary(specimen, sees_results=rules.sees_results_of(user, test)),
        "bottles": [
            (bottle.label, [_rows(one) for one in transfers if one.bottle == bottle])
            for bottle in Bottle
            if any(one.bottle == bottle for one in transfers)
        ],
        "problems": list(problems.select_related("settled_by")),
        "reads_problems": user.has_role(*SEES_RESULTS),
    }


def _with_all(specimens: Any) -> Any:
    return specimens.select_related(
        "laboratory", "second_laboratory", "test__sheet__unit", "test__officer__unit", "collected_by"
    )


def _summary(specimen: Specimen, *, sees_results: bool) -> list[tuple[str, Any]]:
    rows = [
        (_("Specimen"), specimen.get_kind_display()),
        (_("Panel"), specimen.panel),
        (_("Laboratory"), specimen.laboratory or _("Not named yet")),
        (_("Seal of bottle A"), specimen.seal_a),
        (_("Seal of bottle B"), specimen.seal_b or _("The specimen was not split")),
        (_("Collected under observation"), specimen.is_observed),
        (
            _("Temperature within 32 to 38 °C"),
            _("Not measured") if specimen.temperature_in_range is None else specimen.temperature_in_range,
        ),
    ]
    if specimen.second_laboratory and sees_results:  # where bottle B goes tells what was found in A
        rows.append((_("Second laboratory"), specimen.second_laboratory))
    return rows


def _rows(transfer: CustodyTransfer) -> list[tuple[str, Any]]:
    return [
        (_("Handed over at"), transfer.handed_over_at),
        (_("Handed over by"), transfer.handed_over_by),
        (_("Received by"), transfer.received_by),
        *([(_("Laboratory"), transfer.laboratory)] if transfer.laboratory else []),
        (_("Place of the hand-over"), transfer.place),
        (_("Seal"), transfer.seal),
        (_("Seal whole"), transfer.is_whole),
    ]


@login_required
def dispatch(request: SignedIn, pk: int) -> HttpResponse:
    """Record the hand-over of a specimen to a laboratory."""
    row = _test(request, pk)
    if not rules.dispatches(request.user, row):
        raise PermissionDenied(_("You may not do this."))
    if request.method != "POST" and "dispatch" not in verbs(row, request.user):
        raise _too_late(row)
    form = DispatchForm(posted(request), initial={"version": row.version})
    return act_page(
        request,
        form,
        lambda _said: actions.dispatch(request.user, row.pk, **form.said()),
        title=_("Send specimen %(specimen)s to a laboratory") % {"specimen": row.specimen_number},
        text=_("The screen is no result against anyone. Only a laboratory can confirm it."),
        submit=_("Record the hand-over"),
        back=_page_of(row),
        done=_("The hand-over is recorded."),
    )


def _test(request: HttpRequest, pk: int) -> DrugTest:
    found = DrugTest.objects.visible_to(request.user).select_related("officer__unit", "unit", "sheet__unit")
    return get_object_or_404(found, pk=pk)


def _page_of(test: DrugTest) -> str:
    return reverse("test", args=[test.pk])


def _too_late(row: Any) -> Conflict:
    return Conflict(
        _("This is not possible while the record is “%(status)s”.") % {"status": row.get_status_display()}
    )


def _specimen(request: SignedIn, pk: int, verb: str) -> Specimen:
    """The specimen of a test, if the test's page offers this step."""
    test = _test(request, pk)
    specimen: Specimen = get_object_or_404(_with_all(Specimen.objects.filter(test=test)))
    may = rules.hands_over if verb == "hand_over" else rules.directs
    if not may(request.user, specimen):
        raise PermissionDenied(_("You may not do this."))
    if request.method != "POST" and verb not in verbs(specimen, request.user):
        raise _too_late(specimen)
    return specimen


@login_required
def hand_over(request: SignedIn, pk: int) -> HttpResponse:
    """Write a hand-over of a bottle down."""
    row = _specimen(request, pk, "hand_over")
    last = row.transfers.filter(bottle=Bottle.A).order_by("handed_over_at", "id").last()
    before = set(row.problems.values_list("pk", flat=True))
    initial = {"version": row.version, "handed_over_by": last.received_by if last else ""}

    def done(_specimen: Specimen) -> str:
        found = row.problems.exclude(pk__in=before)
        if not found:
            return _("The hand-over is recorded.")
        about = {"problems": "; ".join(str(problem) for problem in found)}
        return (
            _("The hand-over is recorded. The custody is in question (%(problems)s): somebody else decides.")
            % about
        )

    return act_page(
        request,
        HandOverForm(row, posted(request), initial=initial),
        lambda said: actions.hand_over(request.user, row.pk, **said),
        title=_("Hand over specimen %(number)s") % {"number": row.number},
        text=_("What breaks the chain is written down as a problem, which a second person decides on."),
        submit=_("Record the hand-over"),
        back=_page_of(row.test),
        done=done,
    )


@login_required
def direct(request: SignedIn, pk: int) -> HttpResponse:
    """Name the laboratory that a specimen on its way is for."""
    row = _specimen(request, pk, "direct")
    return act_page(
        request,
        DirectForm(posted(request), initial={"version": row.version, "laboratory": row.laboratory_id}),
        lambda said: actions.direct(request.user, row.pk, **said),
        title=_("Name the laboratory of specimen %(number)s") % {"number": row.number},
        submit=_("Name the laboratory"),
        back=_page_of(row.test),
        done=_("The laboratory is named; it sees the specimen now, by its number."),
    )


@login_required
def problems(request: SignedIn) -> HttpResponse:
    """What is in question about custody, the oldest first; `?settled` for what was decided."""
    user = request.user
    if not user.has_role(*SEES_RESULTS):
        raise Http404
    shown = SETTLED if "settled" in request.GET else OPEN
    found = problems_before(user)
    waiting = found.filter(outcome="")
    try:
        page = Keyset(
            (waiting if shown == OPEN else found.exclude(outcome="")).select_related(
                "specimen__test__sheet__unit", "transfer"
            ),
            order=("found_at", "id") if shown == OPEN else ("-settled_at", "-id"),
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("custody_problems")
    note_read(user, "listed", "officers_custodyproblem", shown=shown)
    return render(
        request,
        "officers/custody/list.html",
        {"page": page, "shown": shown, "waiting": waiting.count()},
    )


@login_required
def problem(request: SignedIn, pk: int) -> HttpResponse:
    """One problem: what was found, and the decision, or the form for it."""
    user = request.user
    row = get_object_or_404(
        problems_before(user).select_related(
            "specimen__test__sheet__unit",
            "specimen__test__officer__unit",
            "transfer",
            "found_by",
            "settled_by",
        ),
        pk=pk,
    )
    note_read(user, "opened", "officers_custodyproblem", pk, fields=["custody"])
    specimen = row.specimen
    before = (
        CustodyTransfer.objects.filter(specimen=specimen, bottle=row.transfer.bottle)
        .exclude(pk=row.transfer_id)
        .filter(pk__lt=row.transfer_id)
        .order_by("handed_over_at", "id")
        .last()
    )
    context: dict[str, Any] = {
        "problem": row,
        "settles": not row.outcome and rules.settles_custody(user, row),
        "sealed_as": specimen.seal_of(row.transfer.bottle),
        "this": _rows(row.transfer),
        "before": _rows(before) if before else [],
        "breadcrumbs": [(_("Custody in question"), reverse("custody_problems")), (specimen.number, "")],
        "about": [
            (_("Specimen number"), specimen.number),
            (_("Bottle"), row.transfer.get_bottle_display()),
            (
                _("Test"),
                f"{specimen.test.sheet.reference}/{specimen.test.line}",
                _page_of(specimen.test),
                _("Look at the test"),
            ),
            (_("Unit"), specimen.test.sheet.unit),
            (_("Found by"), row.found_by),
            (_("Found at"), row.found_at),
        ],
        "decision": [
            (_("Decision"), row.get_outcome_display()),
            (_("Reason"), row.reason),
            (_("Decided by"), row.settled_by),
            (_("Decided at"), row.settled_at),
        ]
        if row.outcome
        else [],
    }
    if request.method == "POST" and not rules.settles_custody(user, row):
        raise PermissionDenied(_("A second person who reviews results for the unit settles this."))

    def do(said: dict[str, Any]) -> CustodyProblem:
        return actions.settle(user, pk, **said)

    return act_page(
        request,
        SettleForm(posted(request), initial={"version": row.version}),
        do,
        title=row.get_kind_display(),
        submit=_("Decide"),
        back=reverse("custody_problems"),
        done=_("Decided. What the laboratory reported takes its course, unless the test is cancelled."),
        template="officers/custody/problem.html",
        **context,
    )
