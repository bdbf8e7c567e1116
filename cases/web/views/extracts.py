"""Extracts of complaints for cases: drafted and checked with the report beside them."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import rules
from cases.actions import extracts as actions
from cases.models import Case, Complaint, Extract
from cases.queries.offered import carries_extract, cases_for, complaints_for
from cases.web.forms.grounds import CheckExtract, ChooseCase, ChooseComplaint, DraftExtract
from cases.web.views import complaints
from cases.web.views.case_steps import may, step_page
from cases.web.views.queue import TABLE
from ledger.reading import note_read
from officers.web.views.acting import SignedIn, act_page, posted


@login_required
def draft(request: SignedIn, pk: int) -> HttpResponse:
    """Choose the complaint, then write the extract with the report beside it."""
    row = may(request, pk, "draft_extract")
    choose = ChooseComplaint(request.GET or None)
    complaint = None
    if choose.is_valid():
        complaint = _read(request, choose.cleaned_data["complaint"])
        if complaint is None:
            choose.add_error("complaint", _("There is no such complaint for you."))
    if complaint is None:
        context = {
            "form": choose,
            "case": row,
            "offered": complaints_for(row, request.user),
            "back": reverse("case", args=[pk]),
        }
        return render(request, "cases/case/choose_complaint.html", context)
    of = complaint.pk
    return step_page(
        request,
        row,
        DraftExtract(request.user, row, posted(request)),
        lambda said: actions.draft(request.user, pk, complaint_id=of, **said),
        title=_("An extract for %(reference)s"),
        verb="draft_extract",
        submit=_("Send it to be checked"),
        done=_("A second person who reads the complaint checks the extract."),
        template="cases/case/beside_report.html",
        complaint=complaint,
    )


def _read(request: SignedIn, pk: int) -> Complaint | None:
    """The complaint, if whoever asks may read its report; the look is noted."""
    rows = Complaint.objects.visible_to(request.user).select_related("unit", "offered_to")
    found = rows.filter(pk=pk).first()
    if found is None or not found.is_read_by(request.user):
        return None
    note_read(request.user, "opened", TABLE, found.pk, fields=["narrative"])
    return found


@login_required
def for_case(request: SignedIn, pk: int) -> HttpResponse:
    """From a complaint: choose the case for which an extract of it is made."""
    row = complaints.seen(request, pk)
    if not carries_extract(row, request.user):
        raise Http404
    cases = cases_for(row, request.user)
    form = ChooseCase(cases, request.GET or None)
    if form.is_valid():
        to = reverse("case-draft-extract", args=[form.cleaned_data["case"]])
        return redirect(f"{to}?complaint={row.reference}")
    context = {"form": form, "complaint": row, "cases": cases, "back": reverse("complaint", args=[pk])}
    return render(request, "cases/case/choose_case.html", context)


@login_required
def extract(request: SignedIn, pk: int) -> HttpResponse:
    """Check an extract, or send it back, with the report beside it. It is there for who reads the report alone."""
    rows = Extract.objects.visible_to(request.user).select_related("case__officer", "complaint", "drafted_by")
    row = get_object_or_404(rows, pk=pk)
    complaint = _read(request, row.complaint_id)
    if complaint is None:
        raise Http404
    if row.status == Extract.Status.DRAFT and not rules.checks_extract(request.user, row):
        raise PermissionDenied(_("A second person who reads the complaint checks the extract."))
    note_read(request.user, "opened", Extract._meta.db_table, row.pk, fields=["text"])

    def do(said: dict[str, Any]) -> Any:
        act = actions.check if said["answer"] == "check" else actions.send_back
        return act(request.user, pk, remark=said["remark"], version=said["version"])

    sees_case = Case.objects.visible_to(request.user).filter(pk=row.case_id).exists()
    return act_page(
        request,
        CheckExtract(row, posted(request)),
        do,
        title=_("Check an extract"),
        submit=_("Record what you find"),
        back=reverse("complaint", args=[row.complaint_id]),
        done=_("Your answer is recorded."),
        to=lambda _row: (
            reverse("case", args=[row.case_id])
            if sees_case
            else reverse("complaint", args=[row.complaint_id])
        ),
        template="cases/case/beside_report.html",
        complaint=complaint,
        extract=row,
        keeps=True,
    )
