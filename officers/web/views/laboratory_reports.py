"""What a laboratory reports: filled in, shown with the result it makes, and sent."""

from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from officers.actions import findings
from officers.actions import laboratory as actions
from officers.models import LaboratoryReport
from officers.models.laboratory import LabResult, Method
from officers.models.specimens import Bottle
from officers.web.forms.laboratory import ReportForm, SecondForm
from officers.web.forms.refusals import show
from officers.web.views.acting import SignedIn, act_page, posted
from officers.web.views.laboratory import RESULT_COLOURS, may, page_of, value_rows
from officers.web.views.measures import measured

SEND, CHANGE = "send", "change"


@login_required
def report(request: SignedIn, pk: int) -> HttpResponse:
    """Report bottle A, or correct the report there is; what the values make is shown before it is sent."""
    row = may(request, pk, "report", "correct")
    earlier = LaboratoryReport.objects.filter(specimen=row, bottle=Bottle.A).order_by("number").last()
    ruling = findings.rules_on(row)
    form = ReportForm(ruling, row, posted(request), initial={"version": row.version}, earlier=earlier)
    title = (_("Correct the report on %(number)s") if earlier else _("Report on %(number)s")) % {
        "number": row.number
    }
    context: dict[str, Any] = {
        "specimen": row,
        "panel": ruling.panel,
        "breadcrumbs": [(_("Laboratory"), reverse("laboratory")), (row.number, page_of(row)), (title, "")],
    }
    step = request.POST.get("step", "")
    if request.method == "POST" and step == SEND:
        shown = request.POST.get("shown", "")
        return act_page(
            request,
            form,
            lambda said: actions.report(
                request.user, pk, form.found(shown), reason=said.get("reason", ""), version=said["version"]
            ),
            title=title,
            submit=_("Go on"),
            back=page_of(row),
            done=_("The report is sent."),
            template="officers/laboratory/report.html",
            **context,
        )
    context |= {"form": form, "title": title, "submit": _("Go on"), "back": page_of(row)}
    if request.method == "POST" and step != CHANGE and form.is_valid():
        try:
            result, _details, values = findings.judge(row, form.found(), ruling)
        except ValidationError as refusal:
            show(form, form.placed(refusal))
        else:
            context |= {
                "result": result,
                "result_label": LabResult(result).label,
                "colour": RESULT_COLOURS.get(result, "grey"),
                "values": value_rows(values),
                "said": [
                    (field.label, _written(field.name, form.cleaned_data[field.name]))
                    for field in (form["method"], *form.validity, *form.last)
                    if form.cleaned_data[field.name] not in (None, "", False)
                ],
            }
            return render(request, "officers/laboratory/check.html", context)
    return render(request, "officers/laboratory/report.html", context)


def _written(name: str, value: Any) -> Any:
    """What was said, in words: a choice by its name, a number as it was typed."""
    if name == "method":
        return Method(value).label
    return measured(value) if isinstance(value, Decimal) else value


@login_required
def report_second(request: SignedIn, pk: int) -> HttpResponse:
    """Report bottle B: whether what was found in A is there."""
    row = may(request, pk, "report_second")
    first = LaboratoryReport.objects.filter(specimen=row, bottle=Bottle.A).order_by("number").last()
    is_positive = first is not None and first.result in (LabResult.POSITIVE, LabResult.POSITIVE_DILUTE)
    names = [one.analyte for one in first.values.all() if one.counts] if first and is_positive else []
    form = SecondForm(names, posted(request), initial={"version": row.version})
    return act_page(
        request,
        form,
        lambda said: actions.report_second(request.user, pk, **form.said()),
        title=_("Report the second bottle of %(number)s") % {"number": row.number},
        rows=[
            (_("To be looked for"), ", ".join(names) if names or not first else first.get_result_display())
        ],
        submit=_("Send the results"),
        back=page_of(row),
        done=_("The report is sent."),
    )
