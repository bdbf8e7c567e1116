"""Patterns in the reads that are worth a look: whose, how often, the reads behind each, and what explains them."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audits import rules
from audits.actions import findings, read_notes
from audits.models import ReadNote
from audits.queries.read_words import in_words
from audits.queries.reads import MEANINGS, Period, behind, read_rules
from audits.queries.reads import patterns as found_by
from audits.web.forms.reads import Explain, FromPattern, PeriodFilter
from audits.web.views.looking import looks
from audits.web.views.reads import TABLE, page_of
from foundation.web.templatetags.web import number, short_day
from ledger.reading import note_read
from officers.models import Unit, User
from officers.queries.settings import named
from officers.web.forms.fields import asked
from officers.web.views.acting import SignedIn, act_page, posted


@looks
def patterns(request: SignedIn) -> HttpResponse:
    """At whose reads each rule points."""
    form = PeriodFilter(request.GET)
    context: dict[str, Any] = {"filter_form": form, "groups": []}
    if form.is_valid():
        period = _period(form)
        found = [(rule, found_by(rule, period)) for rule in read_rules()]
        people = User.objects.in_bulk({one.person_id for _rule, some in found for one in some})
        notes = _noted(period)
        context |= {
            "period": period,
            "query": _query(period),
            "groups": [
                {
                    "rule": rule,
                    "name": named(rule),
                    "means": MEANINGS[rule["looks_for"]],
                    "rows": [
                        (one, people.get(one.person_id), notes.get((rule["code"], one.person_id), []))
                        for one in some
                    ],
                }
                for rule, some in found
            ],
        }
        note_read(request.user, "listed", TABLE, place="patterns", **asked(form))
    return render(request, "audits/reads/patterns.html", context)


def _period(form: PeriodFilter) -> Period:
    return Period(form.cleaned_data["since"], form.cleaned_data["until"])


def _query(period: Period) -> str:
    return urlencode({"since": period.first.isoformat(), "until": period.last.isoformat()})


def _noted(period: Period, **about: Any) -> dict[tuple[str, int], list[ReadNote]]:
    """What was written down about any of these days, by rule and person."""
    notes: dict[tuple[str, int], list[ReadNote]] = {}
    rows = ReadNote.objects.filter(since__lte=period.last, until__gte=period.first, **about)
    for note in rows.select_related("by").order_by("pk"):
        notes.setdefault((note.rule, note.person_id), []).append(note)
    return notes


def _asked_for(request: SignedIn, code: str, pk: int) -> tuple[dict[str, Any], User, Period]:
    rule = next((one for one in read_rules() if one["code"] == code), None)
    form = PeriodFilter(request.GET)
    if rule is None or not form.is_valid():
        raise Http404
    return rule, get_object_or_404(User, pk=pk), _period(form)


@looks
def pattern(request: SignedIn, code: str, pk: int) -> HttpResponse:
    """The reads of a person at which a rule points."""
    rule, person, period = _asked_for(request, code, pk)
    reads = behind(rule, period, person.pk)
    page = page_of(request, reads)
    if page is None:
        return redirect(f"{request.path}?{_query(period)}")
    note_read(request.user, "listed", TABLE, place="patterns", rule=code, person=person.pk)
    context = {
        "person": person,
        "period": period,
        "name": named(rule),
        "means": MEANINGS[rule["looks_for"]],
        "count": reads.count(),
        "page": page,
        "rows": in_words(page.rows, request.user),
        "notes": _noted(period, rule=code, person=person).get((code, person.pk), []),
        "explains": rules.explains_reads(request.user, person),
        "code": code,
        "query": _query(period),
    }
    return render(request, "audits/reads/pattern.html", context)


def _to_judge(request: SignedIn, code: str, pk: int) -> tuple[dict[str, Any], User, Period]:
    rule, person, period = _asked_for(request, code, pk)
    if not rules.explains_reads(request.user, person):
        raise PermissionDenied(_("You do not audit your own reads."))
    return rule, person, period


def _rows(rule: dict[str, Any], person: User, period: Period) -> list[tuple[str, Any]]:
    return [
        (_("Rule"), named(rule)),
        (_("Who read"), person.name),
        (_("From"), period.first),
        (_("To"), period.last),
    ]


@looks
def explain(request: SignedIn, code: str, pk: int) -> HttpResponse:
    """Write down what explains a pattern."""
    rule, person, period = _to_judge(request, code, pk)

    def do(said: dict[str, Any]) -> ReadNote:
        return read_notes.explain(
            request.user,
            person.pk,
            rule=code,
            since=period.first,
            until=period.last,
            explanation=said["explanation"],
        )

    return act_page(
        request,
        Explain(posted(request)),
        do,
        title=_("What explains these reads?"),
        submit=_("Write it down"),
        back=f"{reverse('read_pattern', args=[code, pk])}?{_query(period)}",
        done=_("It stands beside the pattern, with your name."),
        rows=_rows(rule, person, period),
    )


@looks
def finding(request: SignedIn, code: str, pk: int) -> HttpResponse:
    """Make a draft finding of a pattern."""
    rule, person, period = _to_judge(request, code, pk)
    count = behind(rule, period, person.pk).count()
    held = Unit.objects.filter(role_assignments__user=person, role_assignments__ended_at__isnull=True)
    days = {"first": short_day(period.first), "last": short_day(period.last)}
    initial = {
        "unit": held.order_by("path").first(),
        "severity": "medium",
        "title": named(rule)[:200],
        "text": _("%(rule)s. Who read: %(name)s. Reads: %(count)s, %(first)s to %(last)s.")
        % (days | {"count": number(count), "name": person.name, "rule": named(rule)}),
    }

    def do(said: dict[str, Any]) -> Any:
        return findings.draft(
            request.user,
            said["audit"].pk,
            unit_id=said["unit"].pk,
            severity=said["severity"],
            title=said["title"],
            text=said["text"],
            recommendation=said["recommendation"],
        )

    return act_page(
        request,
        FromPattern(request.user, posted(request), initial=initial),
        do,
        title=_("A finding of this pattern"),
        submit=_("Draft the finding"),
        back=f"{reverse('read_pattern', args=[code, pk])}?{_query(period)}",
        done=_("The finding is drafted. Nobody but auditors sees it until it is issued."),
        rows=_rows(rule, person, period),
    )
