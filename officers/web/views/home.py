from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from foundation.jobs.models import Alarm
from foundation.jobs.overview import JobState, overview
from ledger import clock
from ledger.reading import note_read
from officers.models import DrugTest, Role, Sheet
from officers.models.sheets import SEES_TESTS
from officers.queries.reviews import ORDER, review_rows, waiting
from officers.queries.sheets import with_counts
from officers.web.views.reviews import review_row
from officers.web.views.sheets import drug_names

SHOWN = 8
#: For these the floor above says what waits of complaints, at an address of its own.
COMPLAINTS = (Role.CASE_OFFICER, Role.SUPERVISOR, Role.INSPECTOR)
#: Likewise of dismissal cases.
CASES = (
    *COMPLAINTS,
    Role.LEGAL_CHECKER,
    Role.DECIDING_AUTHORITY,
    Role.REGISTRAR,
    Role.APPEAL_MEMBER,
)
#: Likewise of audits: who audits, and who answers their findings.
AUDITS = (Role.AUDITOR, Role.SUPERVISOR, Role.INSPECTOR, Role.DECIDING_AUTHORITY)
COLOURS = {"late": "red", "failing": "red", "never": "grey", "well": "green"}


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this user today."""
    user: Any = request.user
    if user.held_roles and all(held.role == Role.LABORATORY for held in user.held_roles):
        return redirect("laboratory")
    context: dict[str, Any] = {
        "administers": user.has_role(Role.ADMINISTRATOR),
        "handles_complaints": user.has_role(*COMPLAINTS),
        "has_cases": user.has_role(*CASES),
        "has_audits": user.has_role(*AUDITS),
        "sees_integrity": user.has_role(Role.AUDITOR),
    }
    if user.has_role(*SEES_TESTS):
        context |= _tests(user)
        context["sees_tests"] = True
    if user.has_role(Role.REVIEWING_PHYSICIAN):
        context |= _reviews(user)
    if user.has_role(Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR):
        context["alarms"] = Alarm.objects.sounding().order_by("began_at")
        context["jobs"] = [(job, *_state(job)) for job in overview()]
    return render(request, "officers/home.html", context)


def _tests(user: Any) -> dict[str, Any]:
    """Open sheets of one's own, and what others have left lying in the units one serves."""
    now, today = clock.now(), clock.today()
    sheets = with_counts(user, Sheet.objects.visible_to(user).open().select_related("unit", "administrator"))
    mine = Q(administrator=user) | Q(opened_by=user)
    tests = DrugTest.objects.visible_to(user).select_related("officer", "unit", "sheet")
    to_confirm = tests.awaiting_confirmation().order_by("tested_on", "id")
    to_repeat = tests.awaiting_repeat().order_by("tested_on", "id")
    left_open = sheets.left_open(now).exclude(mine).order_by("opened_at", "id")
    note_read(user, "listed", "officers_drugtest", place="home")
    return {
        "own": list(sheets.filter(mine).order_by("-tested_on", "-id")[:SHOWN]),
        "left_open": [(sheet, _age(sheet.tested_on, today)) for sheet in left_open[:SHOWN]],
        "left_open_count": left_open.count(),
        "to_confirm": [_waiting(test, today) for test in to_confirm[:SHOWN]],
        "to_confirm_count": to_confirm.count(),
        "to_repeat": [_waiting(test, today) for test in to_repeat[:SHOWN]],
        "to_repeat_count": to_repeat.count(),
    }


def _reviews(user: Any) -> dict[str, Any]:
    """What waits for a reviewer: one's own and what nobody has taken on, the most late first."""
    found = review_rows().visible_to(user).filter(waiting("mine", user) | waiting("to_take", user))
    note_read(user, "listed", "officers_review", place="home")
    return {
        "reviews_shown": True,
        "reviews": [review_row(one) for one in found.order_by(*ORDER)[:SHOWN]],
        "reviews_count": found.count(),
    }


def _waiting(test: DrugTest, today: date) -> dict[str, Any]:
    drugs = drug_names(test.non_negative_for or test.invalid_for)
    return {"test": test, "drugs": drugs, "days": _age(test.tested_on, today)}


def _age(day: date, today: date) -> int:
    return (today - day).days


def _state(job: JobState) -> tuple[str, str]:
    state = "failing" if job.is_failing else "never" if job.never_ran else "late" if job.is_late else "well"
    return state, COLOURS[state]
