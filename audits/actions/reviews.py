"""Reviews: given to an auditor, begun, answered question by question, completed, opened anew."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from audits import rules
from audits.actions.writing import check_fields, locked_audit, needs, open_user
from audits.lifecycles import advance
from audits.models import Answer, Audit, Review, Sample
from audits.queries.checklists import checklist_in_force, questions_of
from audits.queries.log import readable
from audits.queries.subjects import Subject, free_of, subject, subjects
from ledger import clock
from ledger.acting import act, record, record_all
from ledger.conflict import Conflict
from officers.models import User

#: Events one answer or finding may point at.
MOST_EVENTS = 50
R = Review.Status


@act
def open_review(
    actor: Any, audit_id: int, *, about: str, row_id: int, reviewer_id: int, version: int | None = None
) -> Review:
    """Have a record reviewed that no sample drew.

    :raises Http404: if there is no such record that the actor sees
    """
    audit = locked_audit(actor, audit_id, version)
    advance(audit, "review", by=actor)
    row = _given(audit, actor, subject(about, row_id, actor), open_user(reviewer_id, "reviewer"))
    check_fields(row)
    return record(row, "review.assigned", actor=actor)


@act
def assign_sample(
    actor: Any, sample_id: int, *, reviewer_ids: Sequence[int], version: int | None = None
) -> list[Review]:
    """Give the records of a drawn sample to auditors in turn; who is kept from one is passed over.

    A record that is reviewed in this audit already is left out.

    :raises Conflict: if all named auditors are kept from a record, or if none is left
    """
    sample = Sample.objects.visible_to(actor).select_related("audit__unit").filter(pk=sample_id).first()
    if sample is None:
        raise Http404
    audit = locked_audit(actor, sample.audit_id)
    advance(audit, "review", by=actor)
    sample = Sample.objects.lock(sample_id, version=version)
    if sample.status != Sample.Status.DRAWN:
        raise Conflict(_("This sample is not drawn, or is void."))
    reviewers = [open_user(pk, "reviewers") for pk in dict.fromkeys(reviewer_ids)]
    if not reviewers:
        raise ValidationError({"reviewers": _("Choose at least one auditor.")})
    done = audit.reviews.filter(about=sample.about).values("row_id")
    items = list(sample.items.exclude(row_id__in=done).order_by("number"))
    # Of each record, whoever gives them away: what he is kept from himself, another reviews.
    found = subjects(sample.about, [item.row_id for item in items])
    free = {user.pk: free_of(user, list(found.values())) for user in reviewers if rules.works_on(user, audit)}
    rows: list[Review] = []
    for item in items:
        fitting = [user for user in reviewers if item.row_id in free.get(user.pk, ())]
        if not fitting:
            raise Conflict(
                _("All the auditors you named are kept from record %(number)s of the sample.")
                % {"number": item.number}
            )
        # In turn, so that nobody chooses whose record it becomes.
        row = _of(audit, found[item.row_id])
        row.reviewer, row.assigned_by = fitting[len(rows) % len(fitting)], actor
        row.assigned_at = clock.now()
        rows.append(row)
    if not rows:
        raise Conflict(_("Every record of this sample is reviewed in this audit already."))
    record_all(rows, "sample.assigned", actor=actor, subject=sample)
    return rows


def _given(audit: Audit, actor: Any, found: Subject, reviewer: User) -> Review:
    if not rules.works_on(reviewer, audit):
        raise ValidationError({"reviewer": _("Choose an auditor for the unit of the audit.")})
    row = _of(audit, found)
    row.reviewer, row.assigned_by, row.assigned_at = reviewer, actor, clock.now()
    if not rules.fits(reviewer, row):
        raise ValidationError({"reviewer": _("This auditor is kept from this record.")})
    return row


def _of(audit: Audit, found: Subject) -> Review:
    return Review(
        audit=audit,
        about=found.about,
        row_id=found.row.pk,
        officer_id=found.officer_id,
        unit_id=found.unit_id,
        by_unit_id=found.by_unit_id,
    )


@act
def hand_over(
    actor: Any, review_id: int, *, reviewer_id: int, reason: str, version: int | None = None
) -> Review:
    """Give a review to another auditor. What was answered stays."""
    row = _locked(actor, review_id, version, kept_too=True)
    if not (row.reviewer_id == actor.pk and rules.works_on(actor, row.audit)):
        advance(row, "hand_over", by=actor)
    elif row.status == R.COMPLETED:
        raise Conflict(_("This review is completed."))
    reviewer = open_user(reviewer_id, "reviewer")
    if not rules.works_on(reviewer, row.audit) or not rules.fits(reviewer, row):
        raise ValidationError({"reviewer": _("This auditor is kept from this record.")})
    row.reviewer = reviewer
    return record(row, "review.handed_over", actor=actor, reason=needs(reason, "reason", _("Say why.")))


@act
def start(actor: Any, review_id: int, *, version: int | None = None) -> Review:
    """Begin, with the version of the checklist that rules today."""
    row = _locked(actor, review_id, version)
    advance(row, "start", by=actor)
    row.checklist = checklist_in_force()
    if row.checklist is None or not questions_of(row.checklist, row.about):
        raise ValidationError(_("No checklist is set for these records."))
    row.started_at = clock.now()
    return record(row, "review.started", actor=actor, checklist=row.checklist.number)


@act
def answer(
    actor: Any,
    review_id: int,
    question: str,
    *,
    kind: str,
    note: str = "",
    events: Sequence[int] = (),
    version: int | None = None,
) -> Review:
    """Answer a question, or answer it otherwise: what was answered before stays in the log.

    :raises ValidationError: by field
    """
    row = _locked(actor, review_id, version)
    advance(row, "answer", by=actor)
    if question not in {asked["code"] for asked in questions_of(row.checklist, row.about)}:
        raise ValidationError({"question": _("The checklist has no such question.")})
    reply = Answer.objects.filter(review=row, question=question).first() or Answer(
        review=row, question=question
    )
    reply.kind, reply.note, reply.events = kind, note.strip(), pointed_at(events, actor)
    check_fields(reply)
    return record(row, "review.answered", actor=actor, also=[reply], question=question)


def pointed_at(events: Sequence[int], actor: Any) -> list[int]:
    """Events of the log that somebody points at: such as he may read, since whoever points learns what each is.

    :raises ValidationError: if one is not there for him, or these are too many
    """
    wanted = sorted(set(events))
    if len(wanted) > MOST_EVENTS:
        raise ValidationError({"events": _("Point at most at %(limit)s events.") % {"limit": MOST_EVENTS}})
    if len(readable(actor, wanted)) != len(wanted):
        raise ValidationError({"events": _("There is no such event.")})
    return wanted


@act
def complete(actor: Any, review_id: int, *, result: str, summary: str, version: int | None = None) -> Review:
    """Complete a review in which every question has an answer.

    :raises Conflict: while one has none
    """
    row = _locked(actor, review_id, version)
    advance(row, "complete", by=actor)
    answered = set(row.answers.values_list("question", flat=True))
    left = [
        asked["code"] for asked in questions_of(row.checklist, row.about) if asked["code"] not in answered
    ]
    if left:
        raise Conflict(_("%(count)s questions have no answer.") % {"count": len(left)})
    if result not in Review.Result.values:
        raise ValidationError({"result": _("Choose the result.")})
    row.result, row.summary = result, needs(summary, "summary", _("Write a summary."))
    row.completed_at = clock.now()
    return record(row, "review.completed", actor=actor, result=result)


@act
def reopen(actor: Any, review_id: int, *, reason: str, version: int | None = None) -> Review:
    """Open a completed review anew, while its audit runs. Its result is in the log."""
    row = _locked(actor, review_id, version)
    advance(row, "reopen", by=actor)
    # Who reports it meanwhile counted this one as completed: one of the two waits.
    if Audit.objects.lock(row.audit_id).status != Audit.Status.RUNNING:
        raise Conflict(_("The audit is reported: its reviews stay as they are."))
    row.result, row.summary, row.completed_at = "", "", None
    row.times_reopened += 1
    return record(row, "review.reopened", actor=actor, reason=needs(reason, "reason", _("Say why.")))


def _locked(actor: Any, review_id: int, version: int | None, *, kept_too: bool = False) -> Review:
    """A review, locked; its reviewer may still give it away when he is kept from it.

    :raises PermissionDenied: if the audit is over
    """
    seen: Any = Review.objects.visible_to(actor).filter(pk=review_id)
    if kept_too:
        own = Review.objects.filter(
            pk=review_id, reviewer=actor.pk, audit__in=Audit.objects.visible_to(actor)
        )
        seen = Review.objects.filter(
            pk__in=[*seen.values_list("pk", flat=True), *own.values_list("pk", flat=True)]
        )
    rows = Review.objects.select_related("audit__unit", "reviewer", "checklist")
    row = rows.filter(pk__in=seen).lock(review_id, version=version)
    if row.audit.status not in (Audit.Status.RUNNING, Audit.Status.REPORTED):
        raise PermissionDenied(_("This audit is not running."))
    return row
