"""People do things at random; what was seen at each moment is asked for again when all is over."""

import contextlib
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models, transaction
from django.http import Http404
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from audits.queries.columns import columns, is_sealed
from audits.queries.past import ABSENT, TICK, Past
from audits.queries.records import rows_for
from cases.actions import cases, decisions, grounds, hearings, orders, proposals
from cases.models import (
    Appeal,
    Case,
    CaseNotice,
    CaseStatement,
    Decision,
    Ground,
    Measure,
    Opinion,
    Order,
    OrderLine,
    Paper,
    Proposal,
)
from foundation.web.templatetags.web import written
from ledger import clock
from ledger.conflict import Conflict
from ledger.verification import verify
from officers.actions import custody, doors, drug_tests, laboratory, officers, reviews, sheets, units, users
from officers.models import (
    CustodyTransfer,
    DoorCode,
    DrugTest,
    LaboratoryReport,
    Officer,
    Posting,
    Review,
    Sheet,
    Specimen,
    Unit,
    User,
)
from officers.models.users import Role
from officers.reckoning.panels import Validity
from tests import make
from tests.dismissals import PAPER, Road, at_door, scan, serve_all
from tests.results import Way

pytestmark = pytest.mark.django_db(transaction=False)

REFUSALS = (PermissionDenied, ValidationError, Http404, Conflict)
WATCHED: tuple[Any, ...] = (
    Unit,
    User,
    Officer,
    Posting,
    Sheet,
    DrugTest,
    Specimen,
    CustodyTransfer,
    LaboratoryReport,
    Review,
    Case,
    Ground,
    Paper,
    CaseNotice,
    CaseStatement,
    Proposal,
    Opinion,
    Decision,
    Order,
    OrderLine,
    Measure,
    Appeal,
)
#: On whose page all the others stand.
RECORDS = (Unit, User, Officer, DrugTest, Case)
#: Columns whose words are not a matter of the row and of those it names.
OTHERS = ("rank", "to_rank", "admin_code", "due_for", "content", "articles", "grounds", "papers")
REACHED: set[str] = set()

type Key = tuple[type[Any], int]
#: Of each row its columns as the database gave them, and the words for some.
type Look = dict[Key, tuple[dict[str, Any], dict[str, str]]]


def look() -> Look:
    """All that is watched as it stands now, by its tables and not by the log."""
    seen: Look = {}
    for model in WATCHED:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, row_to_json(t) FROM {model._meta.db_table} t")
            images = dict(cursor.fetchall())
        for row in model.objects.all():
            seen[model, row.pk] = images[row.pk], words(row)
    return seen


def words(row: Any) -> dict[str, str]:
    """What a page says of a row, said by the row itself."""
    said = {}
    for field, _label in columns(type(row)):
        value = getattr(row, field.attname)
        if field.name in OTHERS or is_sealed(field) or isinstance(field, (ArrayField, DateRangeField)):
            continue
        if value in (None, ""):
            said[field.name] = "–"
        elif field.is_relation:
            if field.related_model in (Unit, Officer, User, Case):
                said[field.name] = str(getattr(row, field.name))
        elif field.choices:
            said[field.name] = str(getattr(row, f"get_{field.name}_display")())
        elif isinstance(field, (models.DateField, models.BooleanField)):
            said[field.name] = str(written(value))
        elif isinstance(field, (models.CharField, models.TextField)):
            said[field.name] = str(value)
    return said


class Lives(RuleBasedStateMachine):
    """A test and a case of one officer, his unit, and those who work on both."""

    #: How far a life has come when it begins, one after the other: what is drawn depends on more than the seed.
    begins = cycle(["proposed", "review", "decided", "nothing", "verified"])

    @initialize()
    def begin(self) -> None:
        far = next(self.begins)
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
        self.auditor = make.user(Role.AUDITOR)
        self.registrar = make.user(Role.REGISTRAR)
        self.road = Road()
        self.clerk = self.road.case_officer  # made at once, by the clock of the database
        self.way = Way(self.road.unit)
        self.other = make.unit()
        self.test: Any = None
        self.case: Any = None
        if far == "verified":
            self.test = self.way.verified().test_id
        if far == "review":
            self.test = self.way.opened().test_id
        if far == "proposed":
            self.case = self.road.proposed().pk
        if far == "decided":
            self.case = self.road.decided().pk
        self.someone = make.officer(self.road.unit)
        self.now = clock.now()
        self.seen: list[tuple[datetime, Look]] = [(self.now, look())]

    def does(self, minutes: int, act: Any) -> None:
        """An act, some time after the last; a refusal changes nothing. Then everything is looked at."""
        self.now += timedelta(minutes=minutes)
        with clock.at(self.now):
            with contextlib.suppress(*REFUSALS):
                act()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            self.seen.append((self.now, look()))

    minutes = st.sampled_from([1, 90, 60 * 25, 60 * 24 * 30])

    @rule(minutes=minutes, number=st.integers(1, 99))
    def a_unit_is_renamed(self, minutes: int, number: int) -> None:
        self.does(
            minutes,
            lambda: units.rename(
                self.keeper,
                self.road.unit.pk,
                name_km=f"ប៉ុស្តិ៍ {number}",
                name_latin=f"Renamed {number}",
                reason="A new name.",
            ),
        )

    @rule(minutes=minutes, number=st.integers(1, 99))
    def an_officer_is_corrected(self, minutes: int, number: int) -> None:
        one = Officer.objects.get(pk=self.someone.pk)
        self.does(
            minutes,
            lambda: officers.correct(
                self.registrar,
                one.pk,
                name_km=one.name_km,
                name_latin=f"Corrected {chr(64 + number % 26 + 1)}",
                sex=one.sex,
                birth_year=1950 + number % 40,
                reason="A slip.",
            ),
        )

    @rule(minutes=minutes, back=st.booleans())
    def an_officer_is_posted(self, minutes: int, back: bool) -> None:
        to = self.road.unit if back else self.other
        self.does(
            minutes,
            lambda: officers.post(
                self.registrar, self.someone.pk, unit_id=to.pk, rank="R01", reason="As ordered."
            ),
        )

    @rule(minutes=minutes, number=st.integers(1, 99))
    def a_user_is_renamed(self, minutes: int, number: int) -> None:
        who = self.clerk
        about = {"name_km": f"អ្នក {number}", "name_latin": f"Named {number}"}
        self.does(
            minutes,
            lambda: users.update(self.keeper, who.pk, email=who.email, language="km", **about),
        )

    @rule(minutes=minutes)
    def the_test_goes_on(self, minutes: int) -> None:
        self.does(minutes, self.next_of_test)

    @precondition(lambda self: self.test is not None)
    @rule(minutes=minutes, reason=st.sampled_from(["promotion", "random"]))
    def the_sheet_is_amended(self, minutes: int, reason: str) -> None:
        sheet = Sheet.objects.get(tests=self.test)
        self.does(minutes, lambda: sheets.amend(self.way.administrator, sheet.pk, reason=reason))

    @precondition(lambda self: self.test is not None)
    @rule(minutes=minutes)
    def the_line_is_corrected(self, minutes: int) -> None:
        test = DrugTest.objects.get(pk=self.test)
        line = make.line(test.officer, remark=f"After {minutes}", specimen_number=test.specimen_number)
        self.does(
            minutes, lambda: drug_tests.correct(self.way.administrator, test.pk, line, reason="To see.")
        )

    @rule(minutes=minutes)
    def the_case_goes_on(self, minutes: int) -> None:
        self.does(minutes, self.next_of_case)

    @precondition(lambda self: self.case is not None)
    @rule(minutes=minutes)
    def a_ground_comes_and_goes(self, minutes: int) -> None:
        standing = Ground.objects.filter(case=self.case, status="STANDING")
        by = self.clerk
        if standing.count() > 1:
            last = standing.latest("pk")
            self.does(
                minutes,
                lambda: grounds.withdraw_ground(by, self.case, ground_id=last.pk, reason="Not shown."),
            )
        else:
            about = {"kind": "drug_involvement", "text": "He sold them.", "paper": PAPER}
            self.does(minutes, lambda: grounds.add_ground(by, self.case, **about))

    def next_of_test(self) -> None:
        """The next thing that happens to the test."""
        way = self.way
        if self.test is None:
            self.test = way.screen().pk
            return
        test = DrugTest.objects.get(pk=self.test)
        specimen = Specimen.objects.filter(test=test).first()
        review = Review.objects.filter(test=test).first()
        if specimen is None:
            said = {"laboratory": "LAB-1", "received_by": "Courier", "place": "Gate"}
            custody.dispatch(way.administrator, test.pk, seal="A-1", seal_b="B-1", **said)
        elif specimen.status == "IN_CUSTODY":
            laboratory.receive(way.chemist, specimen.pk, handed_over_by="Courier", seal=specimen.seal_a)
        elif review is None:
            found = laboratory.Found(
                "A chemist",
                method="gc_ms",
                values=[("Methamphetamine", Decimal(3000))],
                validity=Validity(creatinine=Decimal(100)),
            )
            laboratory.report(way.chemist, specimen.pk, found)
        elif review.reviewer_id is None:
            reviews.take(way.physician, review.pk)
        elif review.heard_at is None:
            reviews.hear(way.physician, review.pk, heard="I took nothing.")
        elif not review.outcome:
            reviews.verify(way.physician, review.pk, reasons="No explanation.")
        elif review.told_at is None:
            letter = DoorCode.objects.filter(officer=test.officer_id, ended_at=None).first()
            if letter is None:
                letter, _code = doors.write_letter(way.physician, review.pk)
            doors.enter(doors.at_the_door(test.officer), letter.pk)

    def next_of_case(self) -> None:
        """The next thing that happens to the case."""
        road = self.road
        if self.case is None:
            self.case = road.opened(self.someone).pk
            return
        case = Case.objects.select_related("officer__unit").get(pk=self.case)
        status = case.status
        if status == "OPENED":
            cases.assess(road.case_officer, case.pk, severity="gross", reasons="Drugs in a post.")
        elif status == "ASSESSED":
            hearings.issue_notice(road.case_officer, case.pk)
        elif status == "NOTIFIED":
            road.tell(case)
        elif status == "RESPONSE" and case.responded_at is None:
            hearings.complete(at_door(case), case.pk)
        elif status == "RESPONSE":
            hearings.investigate(road.case_officer, case.pk, text="The locker was his.")
        elif status == "INVESTIGATED":
            about = {"measure": "dismissal", "articles": ["DR-01"], "lesser": "He would stay."}
            proposals.propose(road.case_officer, case.pk, reasons="He used drugs.", no_conflict=True, **about)
        elif status == "PROPOSED":
            said = {"rests_on_no_screen": True, "no_conflict": True}
            proposals.find_lawful(road.legal, case.pk, text="As the rules say.", **said)
        elif status == "CHECKED":
            road.decide(case)
        elif status == "AWAITING_INSTRUMENT":
            order = Order.objects.filter(lines__case=case, status="REGISTERED").first()
            if order is None:
                instrument = decisions.decision_of(case).instrument
                orders.register(
                    road.registrar,
                    case_ids=[case.pk],
                    instrument=instrument,
                    number="12 MOI",
                    signed_on=clock.today(),
                    signed_by="The minister",
                    effective_on=clock.today(),
                    files=[scan()],
                )
            else:
                road.verify(order)
        elif status == "IN_FORCE":
            serve_all()

    def teardown(self) -> None:
        if not hasattr(self, "savepoint"):
            return
        try:
            self.ask_for_each_moment_again()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def ask_for_each_moment_again(self) -> None:
        auditor = self.auditor
        asked: set[Key] = set()
        for model in RECORDS:
            for row in rows_for(model, auditor):
                self.ask(Past(row, auditor), asked)
        watched = {key for _moment, seen in self.seen for key in seen}
        assert {key for key in watched if key[0] not in (Unit, User)} <= asked

    def ask(self, past: Past, asked: set[Key]) -> None:
        """Each row of a record, at each moment at which it was looked at and just before the next act."""
        ends = [moment - TICK for moment, _seen in self.seen[1:]] + [clock.now() + timedelta(days=9999)]
        for (moment, seen), end in zip(self.seen, ends, strict=True):
            for model, pk in past.keys:
                asked.add((model, pk))
                if model not in WATCHED:
                    continue
                for at in (moment, end):
                    state = past.state(model, pk, at)
                    if (model, pk) not in seen:
                        assert state.kind == ABSENT, (model, pk, at)
                        continue
                    image, said = seen[model, pk]
                    assert state.image == image, (model, pk, at)
                    told = past.told(model, pk, at)
                    assert {name: told[name] for name in said} == said, (model, pk, at)
                if (model, pk) in seen:
                    REACHED.add(f"{model.__name__} {seen[model, pk][0].get('status')}")


def test_past_states_are_what_was_seen_at_those_moments():
    run_state_machine_as_test(
        seed(7)(Lives),
        settings=settings(
            max_examples=8,
            stateful_step_count=12,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert verify(using="default") == []
    assert {"DrugTest AT_LABORATORY", "Case PROPOSED", "Case AWAITING_INSTRUMENT", "Review OPEN"} <= REACHED
