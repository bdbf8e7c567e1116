"""Reviews: the list, and the page on which a record stands beside the checklist."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from audits import rules
from audits.lifecycles import verbs
from audits.models import Answer, Audit, Finding, Review
from audits.queries.checklists import by_topic, changes_since, checklist_in_force, questions_of
from audits.queries.pointing import pointed_at, seen_row
from audits.queries.references import reference, references
from audits.queries.words import VERBS
from audits.web.forms.reviews import ReviewFilter
from audits.web.views.beside import beside
from audits.web.views.looking import looks
from foundation.web.keyset import BadCursor, Keyset
from foundation.web.templatetags.web import native_digits
from ledger.reading import note_read
from officers.models import Unit, User
from officers.queries.settings import named
from officers.queries.timelines import timeline
from officers.web.forms.fields import asked
from officers.web.views.acting import SignedIn

R = Review.Status
COLOURS: dict[str, str] = {R.ASSIGNED: "blue", R.STARTED: "yellow", R.COMPLETED: "green"}
ANSWER_COLOURS: dict[str, str] = {
    Answer.Kind.YES: "green",
    Answer.Kind.PARTLY: "yellow",
    Answer.Kind.NO: "red",
    Answer.Kind.CANNOT_TELL: "orange",
    Answer.Kind.NOT_APPLICABLE: "grey",
}
PAGE = 50
TABLE = Review._meta.db_table
#: What was given first stands first.
ORDER = ("assigned_at", "id")


def there_for(user: User) -> Any:
    """The reviews somebody sees, and those of his own that he is kept from since: they are to be handed over."""
    of_his = Q(reviewer=user.pk, audit__in=Audit.objects.visible_to(user))
    seen = Review.objects.visible_to(user).values("pk")
    return Review.objects.filter(Q(pk__in=seen) | of_his)


def seen(request: SignedIn, pk: int) -> Review:
    """A review. Who is kept from its record has it only where it is his own, to be handed over."""
    rows = there_for(request.user).select_related(
        "audit__unit", "audit__lead", "reviewer", "checklist", "unit"
    )
    row = rows.filter(pk=pk).first()
    if row is None or (row.reviewer_id != request.user.pk and not rules.fits(request.user, row)):
        raise Http404
    return row


@looks
def reviews(request: SignedIn) -> HttpResponse:
    """One's own that are not completed, or what is chosen."""
    user = request.user
    form = ReviewFilter(user, request.GET)
    rows = _chosen(user, form)
    try:
        page = Keyset(
            rows.select_related("audit", "reviewer", "unit").annotate(answered=Count("answers")),
            order=ORDER,
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("audit_reviews")
    note_read(user, "listed", TABLE, **asked(form))
    mine = there_for(user).filter(reviewer=user)
    return render(
        request,
        "audits/review/list.html",
        {
            "filter_form": form,
            "page": page,
            "rows": listed(page.rows, user),
            "done": mine.filter(status=R.COMPLETED).count(),
            "total": mine.count(),
            "opens": any("review" in verbs(audit, user) for audit in Audit.objects.visible_to(user)),
        },
    )


def _chosen(user: User, form: ReviewFilter) -> Any:
    rows = there_for(user)
    if not form.is_valid():
        return rows.none()
    said = form.cleaned_data
    rows = rows.filter(status__in=said["status"]) if said["status"] else rows.exclude(status=R.COMPLETED)
    rows = rows.filter(about__in=said["about"]) if said["about"] else rows
    rows = rows.filter(audit=said["audit"]) if said["audit"] else rows
    return rows if said["whose"] else rows.filter(reviewer=user)


def listed(rows: Iterable[Review], user: User) -> list[dict[str, Any]]:
    """Reviews as a list shows them. Of a record that one is kept from not even its number is said."""
    rows = list(rows)
    named_as = references((row.about, row.row_id) for row in rows)
    asked_now = {row.about: len(questions_of(checklist_in_force(), row.about)) for row in rows}
    found = []
    for row in rows:
        is_open = row.status != R.COMPLETED
        kept = is_open and not rules.fits(row.reviewer, row)
        hidden = kept and row.reviewer_id == user.pk
        found.append(
            {
                "review": row,
                "reference": _("A record you are kept from") if hidden else named_as[row.about, row.row_id],
                "hidden": hidden,
                "kept": kept,
                "colour": COLOURS[row.status],
                "answered": row.answered,  # type: ignore[attr-defined]
                "questions": len(questions_of(row.checklist, row.about))
                if row.checklist_id
                else asked_now[row.about],
            }
        )
    return found


@looks
def review(request: SignedIn, pk: int) -> HttpResponse:
    """A record beside the checklist; to who is kept from it since, only that it is to be handed over."""
    row, user = seen(request, pk), request.user
    if not rules.fits(user, row):
        context = {
            "review": row,
            "breadcrumbs": [(_("Audit reviews"), reverse("audit_reviews")), (_("Hand over"), "")],
        }
        return render(request, "audits/review/kept.html", context)
    note_read(user, "opened", TABLE, row.pk, fields=["answers", "summary", "history"])
    questions = questions_of(row.checklist or checklist_in_force(), row.about)
    answers = {one.question: one for one in row.answers.all()}
    allowed = verbs(row, user)
    record = seen_row(row.about, row.row_id, user)
    context = {
        "review": row,
        "reference": reference(row.about, row.row_id),
        "colour": COLOURS[row.status],
        "breadcrumbs": [
            (_("Audit reviews"), reverse("audit_reviews")),
            (reference(row.about, row.row_id), ""),
        ],
        "facts": _about(row),
        "result": _result(row),
        "topics": _topics(questions, answers),
        "answers": "answer" in allowed,
        "answered": len(answers),
        "total": len(questions),
        "buttons": _buttons(row, allowed, questions, answers, finds="find" in verbs(row.audit, user)),
        "changes": changes_since(row.checklist, row.about),
        "reviewer_kept": row.status != R.COMPLETED and not rules.fits(row.reviewer, row),
        "findings": Finding.objects.visible_to(user).filter(review=row).order_by("number"),
        "record": beside(row.about, record, user) if record is not None else None,
        "items": timeline(row, user, words=VERBS, known=(User, Unit)),
    }
    return render(request, "audits/review/review.html", context)


def _about(row: Review) -> list[tuple[Any, ...]]:
    version = row.checklist
    return [
        (_("Audit"), str(row.audit), *_page("audit", row.audit_id, _("Look at the audit"))),
        (_("Record"), f"{row.get_about_display()} {reference(row.about, row.row_id)}"),
        (_("Unit"), row.unit.name),
        (_("Reviewed by"), row.reviewer.name),
        (_("Assigned"), row.assigned_at),
        (_("Begun"), row.started_at),
        (
            _("Checklist"),
            _("Version %(number)s, in force from %(day)s")
            % {
                "number": native_digits(version.number),
                "day": native_digits(f"{version.effective_from:%d/%m/%Y}"),
            }
            if version
            else _("The one in force when the review begins"),
        ),
    ]


def _page(name: str, pk: int, words: str) -> tuple[str, ...]:
    try:
        return (reverse(name, args=[pk]), words)
    except NoReverseMatch:
        return ()


def _result(row: Review) -> list[tuple[Any, Any]]:
    if row.status != R.COMPLETED:
        return []
    return [
        (_("Result"), row.get_result_display()),
        (_("Summary"), row.summary),
        (_("Completed"), row.completed_at),
    ]


def _topics(
    questions: list[dict[str, Any]], answers: dict[str, Answer]
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Topic by topic: each question with its answer, and what that points at, in words."""
    events = pointed_at(pk for one in answers.values() for pk in one.events)
    return [
        (
            topic,
            [
                {
                    "number": number,
                    "words": named(question),
                    "answer": answers.get(question["code"]),
                    "colour": ANSWER_COLOURS[answers[question["code"]].kind]
                    if question["code"] in answers
                    else "",
                    "events": [
                        events[pk]
                        for pk in (answers[question["code"]].events if question["code"] in answers else ())
                        if pk in events
                    ],
                }
                for number, question in rows
            ],
        )
        for topic, rows in by_topic(questions)
    ]


def _buttons(
    row: Review,
    allowed: list[str],
    questions: list[dict[str, Any]],
    answers: dict[str, Answer],
    *,
    finds: bool,
) -> list[tuple[Any, str]]:
    """What leads on stands first."""
    left = next_unanswered(questions, answers)
    found: list[tuple[Any, str]] = []
    if "start" in allowed:
        found.append((_("Begin the review"), reverse("audit_review_start", args=[row.pk])))
    if "answer" in allowed and left:
        words = _("Answer the next question") if answers else _("Answer the first question")
        found.append((words, reverse("audit_review_answer", args=[row.pk, left])))
    if "complete" in allowed and not left:
        found.append((_("Complete the review"), reverse("audit_review_complete", args=[row.pk])))
    if finds and row.status != R.ASSIGNED:
        found.append((_("Draft a finding"), reverse("audit_review_find", args=[row.pk])))
    if "hand_over" in allowed:
        found.append((_("Hand the review over"), reverse("audit_review_hand_over", args=[row.pk])))
    if "reopen" in allowed and row.audit.status == Audit.Status.RUNNING:
        found.append((_("Open the review anew"), reverse("audit_review_reopen", args=[row.pk])))
    return found


def next_unanswered(questions: list[dict[str, Any]], answered: Any, after: int = 0) -> int:
    """The number of the next question without an answer, from the one after on and around; 0 where all have one."""
    left = [number for number, row in enumerate(questions, 1) if row["code"] not in answered]
    return next((number for number in left if number > after), left[0] if left else 0)
