"""Drug tests: listed, shown, corrected, voided. The way of their specimens is in `custody`."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.web.keyset import BadCursor, Keyset
from foundation.web.templatetags.web import native_digits
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers import rules
from officers.actions import drug_tests as actions
from officers.lifecycles import verbs
from officers.models import DrugTest, Officer, Review
from officers.queries.sheets import named_by
from officers.queries.timelines import timeline
from officers.web.forms.fields import ask, asked
from officers.web.forms.sheets import VoidForm
from officers.web.forms.tests import CorrectForm, TestFilter
from officers.web.views.acting import act_page, posted
from officers.web.views.claims import claim_on
from officers.web.views.custody import custody_of
from officers.web.views.sheets import TEST_COLOURS, drug_names, sentence_of

PAGE = 50
LATEST = 10
#: Why a test was cancelled tells what was found; those who collect learn that it was, and whether to collect again.
TOLD_NOBODY = ("cancel_reason",)


@login_required
def tests(request: HttpRequest) -> HttpResponse:
    """The tests a user may see, the latest day first."""
    form = TestFilter(request.GET)
    ask(form, request.user)
    found = DrugTest.objects.visible_to(request.user)
    chosen = form.cleaned_data if form.is_valid() else {}
    if chosen.get("officer"):
        found = found.filter(officer__in=named_by(chosen["officer"]))
    if unit := chosen.get("unit"):
        found = found.filter(sheet__unit__path__startswith=unit.path)
    if chosen.get("status"):
        found = found.filter(status__in=chosen["status"])
    if chosen.get("drug"):
        found = found.filter(non_negative_for__contains=[chosen["drug"]])
    if chosen.get("since"):
        found = found.filter(tested_on__gte=chosen["since"])
    if chosen.get("until"):
        found = found.filter(tested_on__lte=chosen["until"])
    try:
        page = Keyset(
            found.select_related("officer", "unit", "sheet"),
            order=("-tested_on", "-id"),
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("tests")
    note_read(request.user, "listed", "officers_drugtest", **asked(form))
    return render(
        request,
        "officers/tests/list.html",
        {"filter_form": form, "page": page, "rows": [_row(test) for test in page.rows]},
    )


@login_required
def of_officer(request: HttpRequest, pk: int) -> HttpResponse:
    """A fragment for an officer's page: his latest tests, for whoever may see tests at all."""
    user: Any = request.user
    officer = get_object_or_404(Officer.objects.visible_to(user), pk=pk)
    if not rules.sees_tests_of(user, officer):
        raise Http404
    found = (
        DrugTest.objects.visible_to(user).filter(officer=officer).select_related("officer", "unit", "sheet")
    )
    note_read(user, "listed", "officers_drugtest", officer=officer.pk)
    latest = list(found.order_by("-tested_on", "-id")[: LATEST + 1])
    return render(
        request,
        "officers/tests/_of_officer.html"
        if request.headers.get("HX-Request")
        else "officers/tests/of_officer.html",
        {"officer": officer, "rows": [_row(test) for test in latest[:LATEST]], "more": len(latest) > LATEST},
    )


def _row(test: DrugTest) -> dict[str, Any]:
    return {
        "test": test,
        "colour": TEST_COLOURS[test.status],  # type: ignore[index]
        "drugs": drug_names(test.non_negative_for),
    }


@login_required
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of a sheet, the way of its specimen, and what happened to it."""
    row = _seen(request, pk)
    note_read(
        request.user,
        "opened",
        "officers_drugtest",
        row.pk,
        fields=["officer", "non_negative_for", "not_taken", "status", "custody", "claim"],
    )
    user: Any = request.user
    sees_results = rules.sees_results_of(user, row)
    return render(
        request,
        "officers/tests/test.html",
        {
            "test": row,
            "colour": TEST_COLOURS[row.status],  # type: ignore[index]
            "summary": _summary(row, officer_page=_officer_page(request, row)) + _outcome(row),
            "verbs": verbs(row, request.user),
            "review": Review.objects.visible_to(user).filter(test=row).first(),
            "recollect": row.must_recollect,
            "why_cancelled": row.get_cancel_reason_display() if sees_results else "",
            "timeline": timeline(
                row, user, without=() if sees_results else TOLD_NOBODY, hides_outcomes=not sees_results
            ),
        }
        | custody_of(user, row)
        | claim_on(row, user),
    )


def _officer_page(request: HttpRequest, row: DrugTest) -> str:
    """A seconded officer was tested here, and yet his page may be out of sight."""
    seen = Officer.objects.visible_to(request.user).filter(pk=row.officer_id).exists()
    return reverse("officer", args=[row.officer_id]) if seen else ""


def _summary(row: DrugTest, officer_page: str = "") -> list[tuple[Any, ...]]:
    officer = (
        f"{native_digits(row.officer.service_number)} · {row.officer.name_km} · {row.officer.name_latin}"
    )
    return [
        (_("Officer"), officer, officer_page, _("Look at the officer")),
        (_("Stable number"), row.officer.number),
        (_("Year of birth"), native_digits(row.officer.birth_year)),
        (_("Unit on the day"), row.unit),
        (_("Date"), row.tested_on),
        (_("Specimen number"), row.specimen_number),
        (_("Screened for"), drug_names(row.screened_for)),
        (_("Screen non-negative for"), drug_names(row.non_negative_for)),
        (_("Kit failed for"), drug_names(row.invalid_for)),
        (_("Not taken"), row.get_not_taken_display() if row.not_taken else ""),
        (_("Reason given for absence"), row.get_excuse_display() if row.excuse else ""),
        (_("Remark"), row.remark),
        (_("Entered by"), row.entered_by),
    ]


def _outcome(row: DrugTest) -> list[tuple[Any, ...]]:
    """The drugs that a verified positive names; of all other lines the words alone would say too much."""
    return [(_("Positive for"), drug_names(row.positive_for))] if row.positive_for else []


@login_required
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A line anew, with the reason. `?sheet` leads back to the sheet, where the next line waits."""
    row = _may(request, pk, "correct")
    names = ("specimen_number", "non_negative_for", "invalid_for", "not_taken", "excuse", "remark", "version")
    initial = {name: getattr(row, name) for name in names} | {"number": row.officer.service_number}
    form = CorrectForm(posted(request), initial=initial, drugs=row.sheet.drugs)

    def do(said: dict[str, Any]) -> DrugTest:
        return actions.correct(
            request.user, row.pk, form.line(), reason=said["reason"], version=said["version"]
        )

    return act_page(
        request,
        form,
        do,
        title=_("Correct line %(line)s of %(sheet)s") % {"line": row.line, "sheet": row.sheet.reference},
        text=f"{native_digits(row.officer.service_number)} · {row.officer.name_km} · {row.officer.name_latin}",
        submit=_("Correct the line"),
        back=reverse("sheet", args=[row.sheet_id]) if "sheet" in request.GET else _page_of(row),
        done=lambda test: (
            _("Corrected; the log keeps what the line said before. Now it says: %(line)s")
            % {"line": sentence_of(test)}
        ),
    )


@login_required
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Void a line, with the reason."""
    row = _may(request, pk, "void")
    return act_page(
        request,
        VoidForm(posted(request), initial={"version": row.version}),
        lambda said: actions.void(request.user, row.pk, **said),
        title=_("Void line %(line)s of %(sheet)s") % {"line": row.line, "sheet": row.sheet.reference},
        text=_("The line stays readable and counts for nothing."),
        rows=_summary(row)[:6],
        submit=_("Void the line"),
        back=_page_of(row),
        done=_("The line is void."),
        danger=True,
    )


def _seen(request: HttpRequest, pk: int) -> DrugTest:
    found = DrugTest.objects.visible_to(request.user).select_related(
        "officer", "unit", "sheet__unit", "entered_by"
    )
    return get_object_or_404(found, pk=pk)


def _may(request: HttpRequest, pk: int, verb: str) -> DrugTest:
    """The test, if its page offers this step; who may but comes too late gets the conflict from the action."""
    row = _seen(request, pk)
    user: Any = request.user
    if not rules.corrects(user, row):
        raise PermissionDenied(_("You may not do this."))
    if request.method != "POST" and verb not in verbs(row, user):
        status = row.get_status_display()
        raise Conflict(_("This is not possible while the record is “%(status)s”.") % {"status": status})
    return row


def _page_of(row: DrugTest) -> str:
    return reverse("test", args=[row.pk])
