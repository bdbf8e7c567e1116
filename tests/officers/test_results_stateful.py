"""People take steps with specimens at random; whatever they do, no outcome stands without all it rests on."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.http import Http404
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger import clock
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from ledger.verification import verify
from officers.actions import claims, custody, doors, drug_tests, laboratory, reviews
from officers.models import (
    CustodyProblem,
    DoorCode,
    DrugTest,
    LaboratoryReport,
    Review,
    Service,
    Specimen,
)
from officers.reckoning.panels import Validity
from tests import make
from tests.results import Way, officer_at_door

pytestmark = pytest.mark.django_db(transaction=False)

T = DrugTest.Status
REFUSALS = (PermissionDenied, ValidationError, Http404, Conflict)
RIGHT = "whoever it is for"
PEOPLE = (*[RIGHT] * 6, "administrator", "chemist", "second_chemist", "physician", "registrar")
FOR = {
    "dispatch": "administrator",
    "claim": "administrator",
    "correct": "administrator",
    "void": "administrator",
    "receive": "chemist",
    "report": "chemist",
    "reject": "chemist",
    "report_second": "second_chemist",
    "record_service": "registrar",
}
#: Statuses met on the way: a test that never comes far would pass whatever the rules were.
REACHED: set[str] = set()


class Specimens(RuleBasedStateMachine):
    """Two officers: one whose screen was non-negative, one of whom a refusal is claimed."""

    @initialize(
        start=st.sampled_from(["screen", "received", "opened", "verified", "told", "told", "retest"]),
        is_heard=st.booleans(),
    )
    def begin(self, start: str, is_heard: bool) -> None:
        """Somewhere along the way, so that random steps meet tests far along, too."""
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.way = Way()
        begun = getattr(self.way, start)()
        self.screened = begun.pk if start == "screen" else begun.test_id
        if is_heard:
            claimed = self.way.claimed()
            reviews.hear(self.way.physician, claimed.pk, heard="I was called away.")
            self.refused = claimed.test_id
        else:
            sheet = make.sheet(self.way.administrator, self.way.unit)
            self.refused = make.test(self.way.administrator, sheet, not_taken="refused").pk
        self.now = clock.now()

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def does(self, who: str, what: Any, *args: Any, **said: Any) -> None:
        """Try it as somebody; a refusal changes nothing."""
        actor = getattr(self.way, FOR.get(what.__name__, "physician") if who == RIGHT else who)
        try:
            with clock.at(self.now):
                what(actor, *args, **said)
        except REFUSALS:
            return

    def specimen(self) -> Specimen | None:
        return Specimen.objects.filter(test=self.screened).first()

    def review(self, of: str) -> Review | None:
        return Review.objects.filter(test=getattr(self, of)).first()

    def has(self, status: str) -> bool:
        specimen = self.specimen()
        return specimen is not None and specimen.status == status

    def is_at(self, status: str) -> bool:
        review = self.review("screened")
        return review is not None and review.status == status

    @precondition(lambda self: Review.objects.exclude(status="CLOSED").exists())
    @rule(hours=st.sampled_from([25, 71, 73, 24 * 11]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for review in Review.objects.window_over(self.now):
            with clock.at(self.now):
                reviews.close_window(CLOCK, review.pk)

    @precondition(lambda self: self.specimen() is None)
    @rule(who=st.sampled_from(PEOPLE), seal_b=st.sampled_from(["", "B-1"]))
    def send(self, who: str, seal_b: str) -> None:
        about = {"laboratory": "LAB-1", "received_by": "Courier", "place": "Gate", "seal": "A-1"}
        self.does(who, custody.dispatch, self.screened, seal_b=seal_b, **about)

    @precondition(lambda self: self.specimen() is not None)
    @rule(
        who=st.sampled_from(PEOPLE),
        by=st.sampled_from(["Courier", "A stranger"]),
        seal=st.sampled_from(["A-1", "B-1", "X"]),
        is_whole=st.sampled_from([True, True, False]),
    )
    def receive(self, who: str, by: str, seal: str, is_whole: bool) -> None:
        if specimen := self.specimen():
            self.does(who, laboratory.receive, specimen.pk, handed_over_by=by, seal=seal, is_whole=is_whole)

    @precondition(lambda self: self.has(Specimen.Status.RECEIVED))
    @rule(
        who=st.sampled_from(PEOPLE),
        value=st.sampled_from(["0", "249.999", "250", "3000"]),
        creatinine=st.sampled_from(["1", "3", "100"]),
        reason=st.sampled_from(["", "A slip."]),
    )
    def report(self, who: str, value: str, creatinine: str, reason: str) -> None:
        if specimen := self.specimen():
            found = laboratory.Found(
                "A chemist",
                method="gc_ms",
                values=[("Methamphetamine", Decimal(value))],
                validity=Validity(creatinine=Decimal(creatinine), specific_gravity=Decimal("1.0010")),
                is_on_two_aliquots=True,
            )
            self.does(who, laboratory.report, specimen.pk, found, reason=reason)

    @precondition(lambda self: self.specimen() is not None and self.review("screened") is None)
    @rule(who=st.sampled_from(PEOPLE))
    def reject(self, who: str) -> None:
        if specimen := self.specimen():
            self.does(who, laboratory.reject, specimen.pk, flaw="seal_broken", certified_by="A chemist")

    @precondition(lambda self: self.is_at(Review.Status.RETEST))
    @rule(who=st.sampled_from(PEOPLE), is_present=st.booleans())
    def report_second(self, who: str, is_present: bool) -> None:
        if specimen := self.specimen():
            said = {"is_present": is_present, "certified_by": "Another", "method": "lc_ms_ms"}
            self.does(who, laboratory.report_second, specimen.pk, **said)

    @precondition(lambda self: CustodyProblem.objects.filter(outcome="").exists())
    @rule(who=st.sampled_from(PEOPLE), outcome=st.sampled_from(CustodyProblem.Outcome.values))
    def settle(self, who: str, outcome: str) -> None:
        for problem in CustodyProblem.objects.filter(outcome=""):
            self.does(who, custody.settle, problem.pk, outcome=outcome, reason="Looked into.")

    @precondition(lambda self: self.review("refused") is None)
    @rule(who=st.sampled_from(PEOPLE))
    def claim(self, who: str) -> None:
        said = {"reason_code": "left_early", "account": "He left.", "witness": "A witness"}
        self.does(who, claims.claim, self.refused, **said)

    @rule(
        who=st.sampled_from(PEOPLE),
        what=st.sampled_from(["correct", "void"]),
        of=st.sampled_from(["screened", "refused"]),
    )
    def change_the_line(self, who: str, what: str, of: str) -> None:
        test = DrugTest.objects.get(pk=getattr(self, of))
        if what == "void":
            self.does(who, drug_tests.void, test.pk, reason="To see.")
        else:
            self.does(who, drug_tests.correct, test.pk, make.line(test.officer), reason="To see.")

    @precondition(lambda self: Review.objects.exists())
    @rule(
        who=st.sampled_from(PEOPLE),
        of=st.sampled_from(["screened", "refused"]),
        step=st.sampled_from(
            [
                (reviews.take, {}),
                (reviews.hear, {"heard": "I took nothing."}),
                (reviews.attempt, {"how": "telephone", "result": "instructed"}),
                (reviews.attempt, {"how": "telephone", "result": "declined"}),
                (reviews.verify, {"reasons": "So found."}),
                (reviews.verify, {"reasons": "So found.", "unheard": "no_call"}),
                (reviews.verify, {"reasons": "So found.", "unheard": "declined"}),
                (reviews.clear, {"reasons": "Explained.", "medical": "A prescription."}),
                (reviews.cancel_test, {"why": "collection", "reasons": "A fault."}),
                (reviews.reopen, {"reason": "He was ill."}),
                (doors.write_letter, {}),
            ]
        ),
    )
    def review_it(self, who: str, of: str, step: tuple[Any, dict[str, Any]]) -> None:
        if review := self.review(of):
            what, said = step
            self.does(who, what, review.pk, **said)

    @precondition(lambda self: self.review("refused") is not None)
    @rule(
        who=st.sampled_from(PEOPLE),
        is_refusal=st.booleans(),
        unheard=st.sampled_from(["", "no_call", "declined"]),
    )
    def determine(self, who: str, is_refusal: bool, unheard: str) -> None:
        if review := self.review("refused"):
            said = {"is_refusal": is_refusal, "reasons": "As heard.", "unheard": unheard}
            self.does(who, reviews.determine, review.pk, **said)

    @precondition(lambda self: self.is_at(Review.Status.RETEST))
    @rule(who=st.sampled_from(PEOPLE))
    def send_the_second(self, who: str) -> None:
        if review := self.review("screened"):
            self.does(who, reviews.send_second, review.pk, laboratory=self.way.second.pk)

    @precondition(lambda self: DoorCode.objects.filter(ended_at=None).exists())
    @rule(who=st.sampled_from(PEOPLE))
    def record_the_letter(self, who: str) -> None:
        for letter in DoorCode.objects.filter(ended_at=None):
            said = {"served_by": "A clerk", "witness": "A witness", "place": "Post"}
            self.does(who, doors.record_service, letter.pk, **said)

    @precondition(lambda self: Review.objects.exists())
    @rule(of=st.sampled_from(["screened", "refused"]), what=st.sampled_from(["enter", "ask", "explain"]))
    def the_officer(self, of: str, what: str) -> None:
        review = self.review(of)
        if review is None:
            return
        self.way.himself = officer_at_door(review)  # type: ignore[attr-defined]
        letter = DoorCode.objects.filter(officer=review.test.officer_id, ended_at=None).first()
        if what == "enter" and letter:
            self.does("himself", doors.enter, letter.pk)
        elif what == "ask":
            self.does("himself", doors.ask_retest, review.pk)
        elif what == "explain":
            self.does("himself", doors.explain, review.pk, text="I was ill.")

    @invariant()
    def what_stands_has_all_it_rests_on(self) -> None:
        if not hasattr(self, "way"):
            return
        with clock.at(self.now), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('ledger.now', %s, true)", [self.now.isoformat()])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for test in DrugTest.objects.filter(pk__in=[self.screened, self.refused]):
            REACHED.add(test.status)
            self.look_at(test)

    def look_at(self, test: DrugTest) -> None:
        review = Review.objects.filter(test=test).first()
        if test.status == T.FINAL_POSITIVE:
            assert review is not None
            assert review.told_at is not None
            first = LaboratoryReport.objects.filter(specimen__test=test, bottle="A").latest("number")
            assert first.values.filter(counts=True, value__gte=250).exists()
            assert review.heard_at is not None or review.unheard
            assert Service.objects.filter(pk=review.told_by_id, officer=test.officer_id).exists()
            assert not CustodyProblem.objects.filter(specimen__test=test).exclude(outcome="holds").exists()
            again = LaboratoryReport.objects.filter(specimen__test=test, bottle="B").first()
            assert (again and again.result == "reconfirmed") or self.now >= review.told_at + timedelta(
                hours=72
            )
        if test.status == T.REFUSAL:
            assert review is not None
            assert review.outcome.startswith("refusal_")
            assert review.heard_at is not None or review.unheard
        if review is not None and review.reviewer_id:
            assert review.reviewer_id == self.way.physician.pk
        if review is not None and review.decided_at is None:
            assert test.status in (T.AT_LABORATORY, T.NOT_TAKEN, T.CANCELLED, T.CLEARED)


def test_whatever_people_do_no_outcome_stands_on_less_than_it_rests_on():
    run_state_machine_as_test(
        seed(7)(Specimens),
        settings=settings(
            max_examples=60,
            stateful_step_count=30,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert verify(using="default") == []
    assert {T.FINAL_POSITIVE, T.VERIFIED_POSITIVE, T.REFUSAL, T.CANCELLED, T.CLEARED} <= REACHED
