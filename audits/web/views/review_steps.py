"""A page for each step of a review. Each answer is saved by an act of its own, so that a lost connection costs one."""

from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from audits import rules
from audits.actions import reviews as actions
from audits.lifecycles import advance
from audits.models import Audit, Review
from audits.queries.checklists import checklist_in_force, questions_of, topic_of
from audits.queries.pointing import choices, seen_row
from audits.queries.references import reference
from audits.web.forms import reviews as forms
from audits.web.views.beside import beside
from audits.web.views.choosing import choose_audit, record_in
from audits.web.views.looking import looks
from audits.web.views.reviews import next_unanswered, seen
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.queries.settings import named
from officers.web.views.acting import SignedIn, act_page, posted


def may(request: SignedIn, pk: int, verb: str) -> Review:
    """The review, if its page offers this step; who may but comes too late gets the conflict from the action.

    :raises PermissionDenied: to whom the step is never offered
    :raises Conflict: where the review is not in a state for it, on the way to the form
    """
    row = seen(request, pk)
    try:
        advance(row, verb, by=request.user)
    except Conflict:
        if request.method != "POST":
            raise
    return seen(request, pk)


def _step(
    request: SignedIn,
    row: Review,
    form: Any,
    do: Any,
    *,
    title: str,
    submit: str,
    done: str,
    **context: Any,
) -> HttpResponse:
    back = context.pop("back", reverse("audit_review", args=[row.pk]))
    return act_page(
        request, form, do, title=title, submit=submit, back=back, done=done, keeps=True, **context
    )


def _called(row: Review) -> dict[str, str]:
    return {"reference": reference(row.about, row.row_id)}


@looks
def start(request: SignedIn, pk: int) -> HttpResponse:
    """Begin, by the checklist in force."""
    row = may(request, pk, "start")
    version = checklist_in_force()
    return _step(
        request,
        row,
        forms.ReviewStep(row, posted(request)),
        lambda said: actions.start(request.user, pk, **said),
        title=_("Begin the review of %(reference)s") % _called(row),
        submit=_("Begin the review"),
        done=_("The review is begun."),
        text=_("It goes by the checklist in force today, to its end, whatever is changed meanwhile."),
        rows=[
            (_("Version of the checklist"), version.number if version else None),
            (_("Questions"), len(questions_of(version, row.about))),
        ],
    )


@looks
def answer(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """One question, with the record beside it; then the next that has no answer."""
    row = may(request, pk, "answer")
    questions = questions_of(row.checklist, row.about)
    if not 1 <= number <= len(questions):
        raise Http404
    question, user = questions[number - 1], request.user
    before = row.answers.filter(question=question["code"]).first()
    record = seen_row(row.about, row.row_id, user)
    form = forms.AnswerForm(
        row,
        posted(request),
        offered=cache(lambda: choices(row.about, record, user, also=before.events if before else ())),
        **({"kind": before.kind, "note": before.note, "events": before.events} if before else {}),
    )

    def do(said: dict[str, Any]) -> Review:
        return actions.answer(user, pk, question["code"], **said)

    def to(done: Review) -> str:
        left = next_unanswered(questions, set(done.answers.values_list("question", flat=True)), after=number)
        return reverse("audit_review_answer", args=[pk, left]) if left else reverse("audit_review", args=[pk])

    note_read(user, "opened", Review._meta.db_table, row.pk, fields=["answers"])
    return _step(
        request,
        row,
        form,
        do,
        title=named(question),
        submit=_("Save the answer"),
        done=_("The answer to question %(number)s is saved.") % {"number": number},
        template="audits/review/answer.html",
        to=to,
        topic=topic_of(question),
        number=number,
        total=len(questions),
        answered=row.answers.count(),
        previous=number - 1,
        following=number + 1 if number < len(questions) else 0,
        review=row,
        reference=_called(row)["reference"],
        # An answer that is saved shows nothing of it.
        record=SimpleLazyObject(lambda: beside(row.about, record, user)) if record is not None else None,
    )


@looks
def complete(request: SignedIn, pk: int) -> HttpResponse:
    row = may(request, pk, "complete")
    return _step(
        request,
        row,
        forms.Complete(row, posted(request)),
        lambda said: actions.complete(request.user, pk, **said),
        title=_("Complete the review of %(reference)s") % _called(row),
        submit=_("Complete the review"),
        done=_("The review is completed."),
        text=_(
            "Every question has an answer. What is wrong goes into a finding as well: a review is not sent to anybody."
        ),
    )


@looks
def reopen(request: SignedIn, pk: int) -> HttpResponse:
    row = may(request, pk, "reopen")
    return _step(
        request,
        row,
        forms.Because(row, posted(request)),
        lambda said: actions.reopen(request.user, pk, **said),
        title=_("Open the review of %(reference)s anew") % _called(row),
        submit=_("Open the review anew"),
        done=_("The review is open anew."),
        text=_("Its result and summary stay in the log."),
        rows=[(_("Result"), row.get_result_display()), (_("Summary"), row.summary)] if row.result else [],
    )


@looks
def hand_over(request: SignedIn, pk: int) -> HttpResponse:
    """Give a review to another; also who is kept from it since, who then sees nothing of its record here."""
    row = seen(request, pk)
    kept = not rules.fits(request.user, row)
    if not kept:
        row = may(request, pk, "hand_over")
    elif not rules.works_on(request.user, row.audit):
        raise PermissionDenied(_("You may not do this."))
    title = (
        _("Hand over a review of a record you are kept from")
        if kept
        else _("Hand over the review of %(reference)s") % _called(row)
    )
    return _step(
        request,
        row,
        forms.HandOver(row, posted(request)),
        lambda said: actions.hand_over(
            request.user, pk, reviewer_id=said["reviewer"], reason=said["reason"], version=said["version"]
        ),
        title=title,
        submit=_("Hand the review over"),
        done=_("The review is handed over."),
        text=_("What was answered stays. Auditors who are kept from the record are not offered."),
        **({"back": reverse("audit_reviews")} if kept else {}),
    )


@looks
def open_one(request: SignedIn) -> HttpResponse:
    """In which audit a record is to be reviewed that no sample drew."""
    return choose_audit(request, "review", "audit_open_review", _("Have a record reviewed"))


@looks
def open_review(request: SignedIn, pk: int) -> HttpResponse:
    """Have a record reviewed that no sample drew, in an audit that runs."""
    audit = Audit.objects.visible_to(request.user).select_related("unit", "lead").filter(pk=pk).first()
    if audit is None:
        raise Http404
    advance(audit, "review", by=request.user)
    about, row_id = record_in(request)
    of_record = {"about": about, "reference": reference(about, row_id)} if row_id is not None else {}
    form = forms.OpenReview(request.user, audit, posted(request), **of_record)
    return act_page(
        request,
        form,
        lambda said: actions.open_review(
            request.user, pk, about=said["about"], row_id=said["row_id"], reviewer_id=said["reviewer"]
        ),
        title=_("Have a record reviewed: %(audit)s") % {"audit": audit},
        submit=_("Open the review"),
        back=reverse("audit_reviews"),
        done=_("The review is opened."),
        to=lambda row: (
            reverse("audit_review", args=[row.pk])
            if row.reviewer_id == request.user.pk or rules.fits(request.user, row)
            else reverse("audit_reviews")
        ),
        text=_("For a record that no sample drew, such as one that a risk rule or a report points at."),
        keeps=True,
    )
