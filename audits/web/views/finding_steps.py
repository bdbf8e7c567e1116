"""A page for each step of a finding, from its draft out of a review, an audit or a record."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.actions import findings as actions
from audits.lifecycles import advance
from audits.models import About, Answer, Audit, Finding, Review
from audits.models.findings import ANSWERS
from audits.queries.checklists import questions_of
from audits.queries.pointing import choices, seen_row
from audits.queries.references import reference
from audits.web.forms.findings import Draft
from audits.web.views.choosing import choose_audit, record_in
from audits.web.views.finding_pages import PAGES
from audits.web.views.findings import seen
from audits.web.views.looking import looks, reads
from audits.web.views.reviews import seen as seen_review
from ledger.conflict import Conflict
from officers.models import Unit
from officers.models.users import Role
from officers.queries.settings import named
from officers.web.views.acting import SignedIn, act_page, posted


def may(request: SignedIn, pk: int, verb: str) -> Finding:
    """The finding, if its page offers this step; who may but comes too late gets the conflict from the action.

    :raises PermissionDenied: to whom the step is never offered
    :raises Conflict: where the finding is not in a state for it, on the way to the form
    """
    row = seen(request, pk)
    try:
        advance(row, verb, by=request.user)
    except Conflict:
        if request.method != "POST":
            raise
    return seen(request, pk)


@reads(Role.AUDITOR, *ANSWERS)
def step(request: SignedIn, pk: int, verb: str) -> HttpResponse:
    """One turn in the exchange, by an auditor or by who answers."""
    row, page = may(request, pk, verb), PAGES[verb]
    return act_page(
        request,
        page.filled(row, posted(request)),
        lambda said: page.do(request.user, pk, **said),
        title=str(page.title) % {"reference": row.reference},
        submit=str(page.button),
        back=reverse("finding", args=[pk]),
        done=str(page.done),
        text=page.text,
        danger=page.danger,
        rows=[
            (_("Title"), row.title),
            (_("What was found"), row.text),
            (_("Recommendation"), row.recommendation),
            *_last_words(row),
        ],
        keeps=True,
    )


def _last_words(row: Finding) -> list[tuple[Any, Any]]:
    """The newest turn that said something, which this one answers."""
    last = row.entries.exclude(text="").order_by("-number").first()
    return [(last.get_kind_display(), last.text)] if last else []


@looks
def amend(request: SignedIn, pk: int) -> HttpResponse:
    """Change a draft."""
    row, user = may(request, pk, "amend"), request.user
    form = Draft(
        user,
        posted(request),
        offered=choices(row.about, seen_row(row.about, row.row_id, user), user, also=row.events),
        version=row.version,
        title=row.title,
        text=row.text,
        recommendation=row.recommendation,
        severity=row.severity,
        unit=row.unit,
        events=row.events,
    )
    return act_page(
        request,
        form,
        lambda said: actions.amend(user, pk, version=said["version"], **form.about()),
        title=_("Change %(reference)s") % {"reference": row.reference},
        submit=_("Save the draft"),
        back=reverse("finding", args=[pk]),
        done=_("The draft is saved."),
        template="audits/finding/draft.html",
        keeps=True,
    )


@looks
def draft_from_review(request: SignedIn, pk: int) -> HttpResponse:
    """A finding out of a review: of its record, with what its answers said is wrong."""
    review = seen_review(request, pk)
    wrong = list(review.answers.filter(kind__in=(Answer.Kind.NO, Answer.Kind.PARTLY)).order_by("pk"))
    asked = {row["code"]: named(row) for row in questions_of(review.checklist, review.about)}
    return _draft(
        request,
        review.audit,
        back=reverse("audit_review", args=[pk]),
        review=review,
        about=review.about,
        row_id=review.row_id,
        unit=review.by_unit or review.unit,
        text="\n\n".join(f"{asked.get(one.question, one.question)}\n{one.note}" for one in wrong),
        events=sorted({event for one in wrong for event in one.events}),
    )


@looks
def draft_from_audit(request: SignedIn, pk: int) -> HttpResponse:
    """A finding of an audit as a whole; or of a record, where the address names one."""
    audit = Audit.objects.visible_to(request.user).select_related("unit", "lead").filter(pk=pk).first()
    if audit is None:
        raise Http404
    about, row_id = record_in(request)
    return _draft(request, audit, back=reverse("findings"), about=about, row_id=row_id)


@looks
def draft(request: SignedIn) -> HttpResponse:
    """To which audit a finding is to belong; where there is one only, straight to its form."""
    return choose_audit(request, "find", "audit_find", _("Draft a finding"))


def _draft(
    request: SignedIn,
    audit: Audit,
    *,
    back: str,
    review: Review | None = None,
    about: str = "",
    row_id: int | None = None,
    unit: Unit | None = None,
    **initial: Any,
) -> HttpResponse:
    user = request.user
    advance(audit, "find", by=user)
    record = seen_row(about, row_id, user)
    if about and record is None:
        raise Http404
    form = Draft(
        user,
        posted(request),
        offered=choices(about, record, user, also=initial.get("events", ())),
        unit=unit,
        **initial,
    )

    def do(_said: dict[str, Any]) -> Finding:
        of = {"review_id": review.pk} if review else {"about": about, "row_id": row_id}
        said: dict[str, Any] = form.about() | of
        return actions.draft(user, audit.pk, **said)

    return act_page(
        request,
        form,
        do,
        title=_("Draft a finding"),
        submit=_("Save the draft"),
        back=back,
        done=_("The draft is saved. Nobody but auditors sees it until it is issued."),
        to=lambda row: reverse("finding", args=[row.pk]),
        template="audits/finding/draft.html",
        rows=[
            (_("Audit"), str(audit)),
            *([(About(about).label, reference(about, row_id))] if about and row_id is not None else []),
        ],
        keeps=True,
    )
