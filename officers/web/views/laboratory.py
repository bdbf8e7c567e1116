"""A laboratory's pages: what comes, what is to be tested, what was reported. By number; never whose it is."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.web.keyset import BadCursor, Keyset
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.actions import laboratory as actions
from officers.lifecycles import verbs
from officers.models import AnalyteValue, CustodyProblem, LaboratoryReport, Specimen
from officers.models.laboratory import LabResult
from officers.models.sheets import Drug
from officers.models.specimens import Bottle
from officers.models.users import Role
from officers.queries import laboratories as queries
from officers.web.forms.laboratory import FindForm, ReceiveForm, RedesignateForm, RejectForm
from officers.web.views.acting import SignedIn, act_page, posted
from officers.web.views.measures import measured

PAGE = 50
TABLE = "officers_specimen"
RESULT_COLOURS: dict[str, str] = {
    LabResult.NEGATIVE: "green",
    LabResult.NEGATIVE_DILUTE: "green",
    LabResult.RECONFIRMED: "red",
    LabResult.POSITIVE: "red",
    LabResult.POSITIVE_DILUTE: "red",
    LabResult.ADULTERATED: "red",
    LabResult.SUBSTITUTED: "red",
}


@login_required
def laboratory(request: SignedIn, place: str = queries.TESTING) -> HttpResponse:
    """One of the lists, or what has the number that was typed or scanned."""
    user = request.user
    if not user.has_role(Role.LABORATORY) or place not in queries.PLACES:
        raise Http404
    form = FindForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = queries.specimens_numbered(user, text) if text else queries.specimens_at(user, place)
    order = "-id" if place == queries.REPORTED and not text else "id"
    try:
        page = Keyset(
            found.select_related("laboratory", "second_laboratory"),
            order=(order,),
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect(request.path)
    note_read(user, "searched" if text else "listed", TABLE, place=place, q=text)
    if text and len(page.rows) == 1 and not form.errors:
        return redirect("laboratory_specimen", page.rows[0].pk)
    reports = last_reports(user, page.rows)
    return render(
        request,
        "officers/laboratory/list.html",
        {
            "form": form,
            "text": text,
            "place": place,
            "title": queries.PLACES[place],
            "places": [
                (name, label, queries.specimens_at(user, name).count())
                for name, label in queries.PLACES.items()
                if name != queries.REPORTED
            ]
            + [(queries.REPORTED, queries.PLACES[queries.REPORTED], None)],
            "page": page,
            "rows": [(one, *state_of(user, one, reports.get(one.pk))) for one in page.rows],
        },
    )


def last_reports(user: Any, specimens: list[Specimen]) -> dict[int, LaboratoryReport]:
    """The newest report on each that the user's own laboratory made."""
    of_these = LaboratoryReport.objects.filter(
        specimen__in=[one.pk for one in specimens], laboratory__in=_laboratories(user, specimens)
    )
    return {one.specimen_id: one for one in of_these.order_by("bottle", "number")}


def _laboratories(user: Any, specimens: list[Specimen]) -> set[int]:
    units = {unit for one in specimens for unit in (one.laboratory, one.second_laboratory) if unit}
    return {unit.pk for unit in units if user.serves(unit, Role.LABORATORY)}


def is_of_first(user: Any, specimen: Specimen) -> bool:
    return specimen.laboratory is not None and user.serves(specimen.laboratory, Role.LABORATORY)


def state_of(user: Any, specimen: Specimen, report: LaboratoryReport | None) -> tuple[str, str]:
    """Where it stands for this laboratory, and the colour of that."""
    if report is not None:
        return report.get_result_display(), RESULT_COLOURS.get(report.result, "grey")
    received = specimen.received_at if is_of_first(user, specimen) else specimen.second_received_at
    return (_("To be tested"), "yellow") if received else (_("On its way"), "blue")


def seen(request: SignedIn, pk: int) -> Specimen:
    """:raises Http404: for a specimen that was sent to another laboratory"""
    found = Specimen.objects.of_laboratory(request.user).select_related(
        "laboratory", "second_laboratory", "test__sheet__unit", "test__officer__unit", "received_by"
    )
    return get_object_or_404(found, pk=pk)


def may(request: SignedIn, pk: int, *steps: str) -> Specimen:
    """The specimen, if its page offers one of these steps; a form sent too late hears so from the action."""
    specimen = seen(request, pk)
    if request.method != "POST" and not set(steps) & set(queries.steps_of(request.user, specimen)):
        if not verbs(specimen, request.user):
            raise PermissionDenied(_("You may not do this."))
        raise Conflict(_("This is not possible with the specimen as it is."))
    return specimen


@login_required
def specimen(request: SignedIn, pk: int) -> HttpResponse:
    """One specimen as its laboratory knows it."""
    user, row = request.user, seen(request, pk)
    note_read(user, "opened", TABLE, pk, fields=["seal", "reports"])
    reports = LaboratoryReport.objects.filter(
        specimen=row, laboratory__in=_laboratories(user, [row])
    ).prefetch_related("values")
    shown = sorted(reports, key=lambda one: (one.bottle, one.number), reverse=True)
    state, colour = state_of(user, row, shown[0] if shown else None)
    of_first = is_of_first(user, row)
    return render(
        request,
        "officers/laboratory/specimen.html",
        {
            "specimen": row,
            "state": state,
            "colour": colour,
            "steps": queries.steps_of(user, row),
            "breadcrumbs": [(_("Laboratory"), reverse("laboratory")), (row.number, "")],
            "summary": summary(row, of_first=of_first),
            "in_question": CustodyProblem.objects.filter(specimen=row, outcome="").exists(),
            "reports": [report_rows(report) for report in shown],
        },
    )


def summary(row: Specimen, *, of_first: bool) -> list[tuple[str, Any]]:
    drugs = dict(Drug.choices)
    first = [
        (_("To be confirmed"), ", ".join(str(drugs.get(code, code)) for code in row.asked_for)),
        (_("Bottles"), _("A and B (split)") if row.seal_b else _("A only")),
        (_("Bottle B tested in place of A"), row.is_redesignated),
        (_("Received"), row.received_at),
    ]
    second = [(_("Bottle"), Bottle.B.label), (_("Received"), row.second_received_at)]
    return [
        (_("Specimen number"), row.number),
        (_("Specimen"), row.get_kind_display()),
        (_("Panel"), row.panel),
        (_("Collected on"), row.collected_on),
        *(first if of_first else second),
    ]


def value_rows(values: Iterable[AnalyteValue]) -> list[dict[str, Any]]:
    """Values beside their cutoffs, as a page shows them."""
    return [
        {
            "analyte": one.analyte,
            "stage": one.get_stage_display() if one.stage == AnalyteValue.Stage.INITIAL else "",
            "value": measured(one.value),
            "cutoff": measured(one.cutoff),
            "counts": one.counts,
            "present": one.present,
        }
        for one in values
    ]


def report_rows(report: LaboratoryReport) -> dict[str, Any]:
    """A report as a page shows it."""
    found = [
        (_("Method"), report.get_method_display()),
        (_("Panel"), report.panel),
        (_("Creatinine, mg/dL"), measured(report.creatinine)),
        (_("Specific gravity"), measured(report.specific_gravity)),
        (_("pH"), measured(report.ph)),
        (_("Nitrite, µg/mL"), measured(report.nitrite)),
        (_("Foreign substance"), report.foreign_substance),
        (_("Fatal flaw"), report.get_flaw_display()),
        (_("Remarks"), report.remarks),
        (_("Why it was corrected"), report.reason),
    ]
    return {
        "report": report,
        "colour": RESULT_COLOURS.get(report.result, "grey"),
        "values": value_rows(report.values.all()),
        "rows": [
            (_("Bottle"), report.get_bottle_display()),
            *((label, value) for label, value in found if value not in (None, "")),
            (_("Certifying scientist"), report.certified_by),
            (_("Reported by"), report.reported_by),
            (_("Reported at"), report.reported_at),
        ],
    }


def page_of(row: Specimen) -> str:
    return reverse("laboratory_specimen", args=[row.pk])


@login_required
def receive(request: SignedIn, pk: int) -> HttpResponse:
    """Take bottle A in, or at the second laboratory bottle B."""
    row = may(request, pk, "receive")
    before = set(CustodyProblem.objects.filter(specimen=row).values_list("pk", flat=True))

    def do(said: dict[str, Any]) -> Specimen:
        return actions.receive(request.user, pk, received_at=said.pop("handed_over_at"), **said)

    def done(_specimen: Specimen) -> str:
        found = CustodyProblem.objects.filter(specimen=row).exclude(pk__in=before)
        if not found:
            return _("The specimen is received.")
        return _(
            "The specimen is received. The custody is in question (%(problems)s): somebody else will decide on it. "
            "Test the specimen all the same."
        ) % {"problems": "; ".join(str(problem) for problem in found)}

    return act_page(
        request,
        ReceiveForm(posted(request), initial={"version": row.version}),
        do,
        title=_("Receive specimen %(number)s") % {"number": row.number},
        rows=[(_("Bottle"), (Bottle.A if row.received_at is None else Bottle.B).label)],
        submit=_("Receive the specimen"),
        back=page_of(row),
        done=done,
    )


@login_required
def reject(request: SignedIn, pk: int) -> HttpResponse:
    """Reject a specimen for a fatal flaw."""
    row = may(request, pk, "reject")
    return act_page(
        request,
        RejectForm(posted(request), initial={"version": row.version}),
        lambda said: actions.reject(request.user, pk, **said),
        title=_("Reject specimen %(number)s") % {"number": row.number},
        text=_("Only a fatal flaw rejects a specimen. The test is cancelled: neither positive nor negative."),
        submit=_("Reject the specimen"),
        back=page_of(row),
        done=_("The specimen is rejected for testing."),
        danger=True,
    )


@login_required
def redesignate(request: SignedIn, pk: int) -> HttpResponse:
    """Test bottle B in place of A."""
    row = may(request, pk, "redesignate")
    return act_page(
        request,
        RedesignateForm(posted(request), initial={"version": row.version}),
        lambda said: actions.redesignate(request.user, pk, **said),
        title=_("Test bottle B in place of A: %(number)s") % {"number": row.number},
        text=_(
            "Where the seal of bottle A is broken or it holds too little. No second bottle is left for a retest then."
        ),
        submit=_("Test bottle B"),
        back=page_of(row),
        done=_("Bottle B is tested in place of A."),
    )
