"""Many cases taken through a stage at once: the bulk twins of the single acts, for a history that is entered.

In a demonstration or a test only. Here nobody is asked who may; the database asks it of every row as of any other.
Each function takes cases that stand where its single twin takes one, and leaves them as that does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied

from cases.actions.cases import conducting_unit
from cases.actions.dues import set_due
from cases.actions.notices import as_told
from cases.models import Case, CaseNotice, CaseStatement, Decision, Ground, Opinion, Paper, Proposal
from cases.queries.powers import articles as in_force
from cases.queries.powers import power_over
from ledger import clock
from ledger.acting import act, record_all, recording, save_all
from ledger.actors import CLOCK
from officers.actions.hand_overs import hand_over_all
from officers.models import DrugTest, Officer, Posting, Service, User
from officers.queries.settings import due_after

S = Case.Status
HANDED = {"served_by": "មន្ត្រីនាំសំបុត្រ លេខ ៣", "witness": "សាក្សី លេខ ៥", "place": "ស្នងការដ្ឋាននគរបាល"}


@dataclass(frozen=True)
class Opening:
    """An officer, and the ground of his case: a test of his, or what a paper shows."""

    officer: Officer
    kind: str
    text: str
    test: DrugTest | None = None
    about: dict[str, Any] = field(default_factory=dict)
    paper: dict[str, str] = field(default_factory=dict)


def _refuse_live() -> None:
    if clock.mode() == "live":
        raise PermissionDenied


@act
def open_all(actor: User, openings: Sequence[Opening]) -> list[int]:
    """Open a case for each; on a test, as the clock does and a person confirms. Their ids, in the same order."""
    _refuse_live()
    now = clock.now()
    heads = set(
        Posting.objects.filter(
            officer__in=[one.officer for one in openings], is_head=True, held__upper_inf=True
        ).values_list("officer_id", flat=True)
    )
    rows = [
        Case(
            officer=one.officer,
            rank=one.officer.rank,
            officer_unit=one.officer.unit,
            is_head=one.officer.pk in heads,
            unit=conducting_unit(one.officer),
            case_officer=actor,
            opened_by=None if one.test else actor,
            identified_by=actor,
            opened_at=now,
        )
        for one in openings
    ]
    _reckon(rows)
    record_all(rows, "case.opened", actor=actor)
    grounds = [
        Ground(
            case=case,
            kind=one.kind,
            text=one.text,
            test=one.test,
            added_by=None if one.test else actor,
            added_at=now,
            **one.about,
        )
        for case, one in zip(rows, openings, strict=True)
    ]
    record_all(grounds, "ground.added", actor=CLOCK if openings[0].test else actor)
    papers = [
        Paper(case=ground.case, ground=ground, added_by=actor, added_at=now, **one.paper)
        for ground, one in zip(grounds, openings, strict=True)
        if one.paper
    ]
    record_all(papers, "paper.added", actor=actor)
    return [case.pk for case in rows]


@act
def assess_all(actor: User, ids: Sequence[int], *, severity: str, reasons: str) -> None:
    _move(
        actor,
        ids,
        "case.assessed",
        S.ASSESSED,
        severity=severity,
        severity_reasons=reasons,
        assessed_by=actor,
    )


@act
def issue_notices(actor: User, ids: Sequence[int]) -> None:
    """The notice of the allegations to each."""
    rows = _cases(ids)
    grounds: dict[int, list[Any]] = {pk: [] for pk in ids}
    standing = Ground.objects.filter(case__in=ids, status="STANDING").order_by("pk")
    for ground in standing.select_related("test", "extract").prefetch_related("papers"):
        grounds[ground.case_id].append(as_told(ground))
    content = {row.pk: {"severity": row.severity, "grounds": grounds[row.pk]} for row in rows}
    _issue(actor, rows, CaseNotice.Kind.ALLEGATIONS, content)
    _move(actor, ids, "case.notice_issued", S.NOTIFIED)


def _issue(actor: User, rows: Sequence[Case], kind: str, content: dict[int, dict[str, Any]]) -> None:
    notices = [
        CaseNotice(
            case=row,
            kind=kind,
            content={"case": row.reference, "rank": row.rank, "unit": row.officer_unit.code}
            | content[row.pk],
            issued_by=actor,
            issued_at=clock.now(),
        )
        for row in rows
    ]
    record_all(notices, "notice.issued", actor=actor, kind=kind)


@act
def serve_all(actor: User, ids: Sequence[int], *, recorded_by: User) -> None:
    """Hand the allegations over: each officer's time to respond runs."""
    told_at = _hand_over(actor, ids, CaseNotice.Kind.ALLEGATIONS, recorded_by)
    until = due_after("officer_response", clock.now())
    _move(CLOCK, ids, "case.served", S.RESPONSE, told_at=told_at, response_until=until, responded_at=None)


@act
def tell_decisions(actor: User, ids: Sequence[int], *, recorded_by: User) -> None:
    """Hand the decisions over: each officer's time to appeal runs."""
    told_at = _hand_over(actor, ids, CaseNotice.Kind.DECISION, recorded_by)
    until = due_after("appeal_lodging", clock.now())
    _move(CLOCK, ids, "case.decision_told", S.IN_FORCE, decision_told_at=told_at, appeal_until=until)


def _hand_over(actor: User, ids: Sequence[int], kind: str, recorded_by: User) -> Any:
    officers = [row.officer for row in _cases(ids)]
    proofs = hand_over_all(actor, officers, recorded_by=recorded_by, **HANDED)
    notices = list(
        CaseNotice.objects.select_for_update(of=("self",))
        .select_related("case")
        .filter(case__in=ids, kind=kind, told_at=None)
    )
    for notice in notices:
        notice.told_by = proofs[notice.case.officer_id]
        notice.told_at = notice.told_by.proved_at
    with recording("notice.served", actor=CLOCK, subject=CaseNotice, rows=len(notices)):
        save_all(notices, ["told_by", "told_at"])
    return {notice.case_id: notice.told_at for notice in notices}


@act
def investigate_all(actor: User, ids: Sequence[int], *, said: str, text: str) -> None:
    """Each officer has said all, at his door, and what was found is written down."""
    now = clock.now()
    statements = [
        CaseStatement(
            case_id=pk,
            kind=CaseStatement.Kind.COMPLETE,
            text=said,
            how=Service.How.DOOR,
            made_at=now,
        )
        for pk in ids
    ]
    record_all(statements, "statement.made", actor=CLOCK)
    _move(
        actor,
        ids,
        "case.investigated",
        S.INVESTIGATED,
        responded_at=now,
        investigation=text,
        investigated_by=actor,
        investigated_at=now,
    )


@act
def propose_all(
    actor: User,
    ids: Sequence[int],
    *,
    measure: str,
    article: str,
    reasons: str,
    lesser: str,
    to_rank: str = "",
) -> None:
    now = clock.now()
    (chosen,) = (row for row in in_force() if row["code"] == article)
    grounds: dict[int, list[int]] = {pk: [] for pk in ids}
    for pk, case in Ground.objects.filter(case__in=ids, status="STANDING").values_list("pk", "case_id"):
        grounds[case].append(pk)
    papers: dict[int, list[int]] = {pk: [] for pk in ids}
    for pk, case in Paper.objects.filter(case__in=ids).order_by("pk").values_list("pk", "case_id"):
        papers[case].append(pk)
    proposals = [
        Proposal(
            case_id=pk,
            number=1,
            measure=measure,
            to_rank=to_rank,
            articles=[{name: chosen[name] for name in ("code", "name_km", "name_en")}],
            grounds=grounds[pk],
            papers=papers[pk],
            reasons=reasons,
            lesser=lesser,
            no_conflict=True,
            proposed_by=actor,
            proposed_at=now,
        )
        for pk in ids
    ]
    record_all(proposals, "proposal.made", actor=actor, measure=measure)
    _move(actor, ids, "case.proposed", S.PROPOSED, proposed_at=now)


@act
def find_all_lawful(actor: User, ids: Sequence[int], *, text: str) -> None:
    now = clock.now()
    opinions = [
        Opinion(
            case_id=proposal.case_id,
            proposal=proposal,
            outcome=Opinion.Outcome.PASSED,
            text=text,
            rests_on_no_screen=True,
            no_conflict=True,
            checked_by=actor,
            checked_at=now,
        )
        for proposal in _proposals(ids)
    ]
    record_all(opinions, "opinion.given", actor=actor, outcome=Opinion.Outcome.PASSED)
    _move(actor, ids, "case.found_lawful", S.CHECKED, checked_at=now)


@act
def decide_all(actor: User, ids: Sequence[int], *, reasons: str) -> None:
    """As proposed. The decider's password is asked by the single act alone: here nobody sits at a page."""
    _refuse_live()
    now, rows = clock.now(), {row.pk: row for row in _cases(ids)}
    instruments: dict[tuple[Any, ...], str] = {}
    decisions = []
    for proposal in _proposals(ids):
        row = rows[proposal.case_id]
        key = (row.rank, row.is_head, row.officer_unit.kind if row.is_head else "", proposal.measure)
        if key not in instruments:
            instruments[key] = power_over(row, proposal.measure).instrument
        decisions.append(
            Decision(
                case=row,
                proposal=proposal,
                outcome=Decision.Outcome.ACCEPTED,
                measure=proposal.measure,
                to_rank=proposal.to_rank,
                reasons=reasons,
                instrument=instruments[key],
                decided_by=actor,
                no_conflict=True,
                decided_at=now,
            )
        )
    record_all(decisions, "decision.made", actor=actor, outcome=Decision.Outcome.ACCEPTED)
    _move(actor, ids, "case.decided", S.AWAITING_INSTRUMENT, decided_at=now)


@act
def become_final_all(ids: Sequence[int]) -> None:
    _move(CLOCK, ids, "case.became_final", S.FINAL, final_at=clock.now())


def _cases(ids: Sequence[int]) -> list[Case]:
    rows = Case.objects.select_related("officer__unit", "officer_unit", "unit").filter(pk__in=ids)
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _proposals(ids: Sequence[int]) -> list[Proposal]:
    return list(Proposal.objects.filter(case__in=ids).order_by("pk"))


def _move(actor: Any, ids: Sequence[int], verb: str, status: str, **fields: Any) -> None:
    """Put cases into a state with what goes with it, their clocks reckoned anew.

    :param fields: the same for all, or by the case's id
    """
    _refuse_live()
    rows = _cases(ids)
    for row in rows:
        row.status = status
        for name, value in fields.items():
            setattr(row, name, value[row.pk] if isinstance(value, dict) else value)
    _reckon(rows)
    with recording(verb, actor=actor, subject=Case, rows=len(rows)):
        save_all(rows, ["status", *fields, "due_on", "due_for"])


def _reckon(rows: Sequence[Case]) -> None:
    """They stand alike and their clocks began alike: what is due of one is due of all."""
    set_due(rows[0])
    for row in rows:
        row.due_on, row.due_for = rows[0].due_on, rows[0].due_for
