"""What an officer reads at his door of his cases: each notice he was told of, as it was, and what he can do about it.

Never the complaint or its reporter, nor what was written for those who work on the case: what the investigation found,
the opinion on legality, the reasons for the severity. What was proposed he reads with the decision.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.actions import appeals, hearings
from cases.actions.notices import settle
from cases.models import Appeal, Case, CaseNotice, Paper
from cases.models.appeals import AppealGround
from cases.models.deciding import Instrument, MeasureKind
from cases.models.grounds import GroundKind
from cases.queries.told import told_to
from ledger import clock
from officers.models import Officer, Unit
from officers.queries.settings import rank_names
from officers.web.views.matters import Act, Ask, Matter

K = CaseNotice.Kind
S = Case.Status
A = Appeal.Status


def notices(officer: Officer) -> Iterator[Matter]:
    """The notices in his cases of which he was told. What he was told this minute counts already."""
    settle(officer.pk)
    newest: set[tuple[int, str]] = set()
    for notice in told_to(officer):
        is_newest = (notice.case_id, notice.kind) not in newest
        newest.add((notice.case_id, notice.kind))
        said, acts = _SAID[K(notice.kind)](notice, is_newest)
        yield Matter(
            kind=notice.kind,
            pk=notice.pk,
            at=notice.issued_at,
            title=f"{notice.get_kind_display()} · {notice.case.reference}",
            template=f"cases/door/{notice.kind}.html",
            more="cases/door/_told.html",
            said=said
            | {"notice": notice, "case": notice.case, "content": notice.content, "is_newest": is_newest},
            acts=acts,
            papers=True,
        )


Said = tuple[dict[str, Any], dict[str, Act]]


def _allegations(notice: CaseNotice, is_newest: bool) -> Said:
    case = notice.case
    may = (
        is_newest
        and case.status == S.RESPONSE
        and case.responded_at is None
        and case.response_until is not None
        and clock.now() < case.response_until
    )
    content = notice.content
    said = {
        "may_respond": may,
        "is_stayed": is_newest and case.status == S.STAYED,
        "waits_for_another": is_newest and case.status == S.ASSESSED,
        "severity": Case.Severity(content["severity"]).label,
        "grounds": [_ground(one) for one in content["grounds"]],
        "statements": list(case.statements.order_by("made_at", "pk")) if is_newest else [],
        "extensions": list(case.extensions.order_by("at", "pk")) if is_newest else [],
    }
    return said, _answers(case.pk) if may else {}


def _answers(case_id: int) -> dict[str, Act]:
    return {
        "respond": Act(
            do=lambda actor, _pk, text: hearings.respond(actor, case_id, text=text),
            label=_("Your response"),
            hint=_("Say what is right and what is wrong. Name witnesses and papers that speak for you."),
            button=_("Send my response"),
            done=_("Your response was received. You may write again until your time is over."),
        ),
        "complete": Act(
            do=lambda actor, _pk, text: hearings.complete(actor, case_id, text=text),
            label=_("If you have said all, or do not wish to respond"),
            hint=_("You need not write anything here. Your time to respond ends when you send this."),
            button=_("I have said all"),
            done=_("It is recorded that you have said all."),
            sure=_(
                "Your time to respond ends with this, and the case goes on. You cannot write anything more to this "
                "notice. If you still want to say something, go back."
            ),
        ),
        "ask_time": Act(
            do=lambda actor, _pk, text: hearings.ask_time(actor, case_id, text=text),
            label=_("Why you need more time"),
            hint=_("Your time goes on running until you are given more; then the new day stands here."),
            button=_("Ask for more time"),
            done=_("Your request was received. If you are given more time, the new day stands here."),
        ),
    }


def _ground(one: dict[str, Any]) -> dict[str, Any]:
    rows = [
        (_("Date"), _day(one["happened_on"])),
        (_("Until"), _day(one["until"])),
        (_("Article"), one["article"]),
        (_("Court"), one["court"]),
        (_("Number of the judgment"), one["judgment"]),
        (_("Found in the test"), ", ".join(one["drugs"])),
    ]
    papers = [
        {
            "title": paper["title"],
            "rows": _given(
                (_("Kind"), Paper.Kind(paper["kind"]).label),
                (_("Number or where it lies"), paper["number"]),
                (_("Date of the paper"), _day(paper["dated_on"])),
                (_("What it shows"), paper["text"]),
            ),
        }
        for paper in one["papers"]
    ]
    return {
        "title": GroundKind(one["kind"]).label,
        "text": one["text"],
        "extract": one["extract"],
        "rows": _given(*rows),
        "papers": papers,
    }


def _suspension(notice: CaseNotice, _is_newest: bool) -> Said:
    rows = notice.case.suspensions.filter(ordered_at__lte=notice.issued_at)
    row = rows.order_by("-ordered_at", "-pk").first()
    said = {
        "row": row,
        "rows": [
            (_("From"), _day(notice.content["starts_on"])),
            (_("With pay"), notice.content["with_pay"]),
            *([(_("Ended on"), row.ended_on)] if row and row.ended_on else []),
            *([(_("To be looked at again by"), row.review_by)] if row and not row.ended_on else []),
        ],
    }
    return said, {}


def _decision(notice: CaseNotice, is_newest: bool) -> Said:
    case, content = notice.case, notice.content
    lodged = list(case.appeals.order_by("lodged_at", "pk")) if is_newest else []
    may = (
        is_newest
        and case.status in (S.IN_FORCE, S.FINAL)
        and case.appeal_until is not None
        and len(lodged) < appeals.MOST
    )
    was_decided = any(one.status == A.DECIDED for one in lodged)
    is_late = case.appeal_until is not None and clock.now() > case.appeal_until
    proposal = content.get("proposal", {})
    said = {
        "may_appeal": may,
        "is_late": is_late,
        "was_decided": was_decided,
        "rows": _given(
            *_measure(content),
            (_("Takes effect on"), _day(content["effective_on"])),
            (_("Ordered by"), Instrument(content["instrument"]).label),
            (_("Number of the order"), content["number"]),
            (_("Signed on"), _day(content["signed_on"])),
            (_("Because of"), ", ".join(str(GroundKind(kind).label) for kind in content["grounds"])),
        ),
        "proposed": _given(
            *(_measure(proposal) if proposal else []),
            (_("Articles"), "; ".join(_article(one) for one in proposal.get("articles", []))),
            (_("Reasons"), proposal.get("reasons", "")),
            (_("Why no lesser measure is enough"), proposal.get("lesser", "")),
        ),
        "appeals": [
            {"row": one, "status": A.ADMITTED.label if one.status == A.DRAFTED else one.get_status_display()}
            for one in lodged
        ],
    }
    return said, {"lodge": _appeal(case.pk, is_late=is_late, again=was_decided)} if may else {}


def _appeal(case_id: int, *, is_late: bool, again: bool) -> Act:
    """
    :param again: after an appeal that was decided: another takes new evidence
    """
    kinds = {AppealGround.NEW_EVIDENCE} if again else set(AppealGround) - {AppealGround.GROUND_FELL}
    choices = [one for one in AppealGround.choices if one[0] in kinds]
    ground = Ask("ground", _("Why you appeal"), choices=choices, first=True)
    late = Ask(
        "late_cause",
        _("Why it comes late"),
        _("Your time to appeal is over. Say what kept you from appealing in time, and until when."),
    )
    return Act(
        do=lambda actor, _pk, text, **said: appeals.lodge(actor, case_id, text=text, **said),
        label=_("Your appeal"),
        hint=_("Say why the measure should not stand, and what is new, if something is."),
        button=_("Lodge the appeal"),
        done=_("Your appeal was lodged. Come back with your code to read how it stands."),
        sure=_(
            "Your appeal is sent as it stands here, and nothing can be added to it on this page. Other people decide "
            "on it than those who decided in the case. The measure stays in force until then."
        ),
        also=(ground, late) if is_late else (ground,),
    )


def _appeal_decided(notice: CaseNotice, _is_newest: bool) -> Said:
    content = notice.content
    days = content.get("days") or ""
    said = {"rows": _given(*_measure(content), (_("For days"), days))} if content.get("measure") else {}
    return said, {}


def _closing(notice: CaseNotice, _is_newest: bool) -> Said:
    return {"outcome": Case.Outcome(notice.content["outcome"]).label}, {}


_SAID = {
    K.ALLEGATIONS: _allegations,
    K.SUSPENSION: _suspension,
    K.DECISION: _decision,
    K.APPEAL: _appeal_decided,
    K.CLOSING: _closing,
}


def _measure(content: dict[str, Any]) -> list[tuple[Any, Any]]:
    """The rows that say what a measure is."""
    code = content.get("to_unit", "")
    unit = Unit.objects.filter(code=code).first() if code else None
    rank = content.get("to_rank", "")
    return [
        (_("Measure"), MeasureKind(content["measure"]).label),
        (_("To rank"), rank_names().get(rank, rank)),
        (_("To unit"), unit or code),
        (_("Last day"), _day(content.get("until", ""))),
    ]


def _article(one: dict[str, str]) -> str:
    name = one["name_km"] if get_language() == "km" else one["name_en"]
    return f"{one['code']} {name}"


def _given(*rows: tuple[Any, Any]) -> list[tuple[Any, Any]]:
    return [row for row in rows if row[1] not in ("", None)]


def _day(text: str) -> date | str:
    return date.fromisoformat(text) if text else ""
