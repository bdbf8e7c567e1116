"""The thread from the sheet to the appeal: all of it, in its order, with what is late marked."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from audits.actions import recusals
from audits.models import About
from audits.queries.stages import CLOCKS, STAGES, stage_of
from audits.queries.threads import thread
from cases.actions import extracts, hearings
from cases.models import Complaint
from cases.queries.histories import VERBS as OF_CASES
from ledger import clock
from ledger.models import Event, Read
from officers.actions import custody
from officers.models.users import Role
from officers.queries.timelines import VERBS as OF_OFFICERS
from officers.reckoning.defaults import DEADLINES
from tests import make
from tests.audits.reported import WHY, extracted
from tests.dismissals import Road, again
from tests.results import Way

pytestmark = pytest.mark.django_db
COMMITTED = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])


@pytest.fixture
def client(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def auditor():
    return make.user(Role.AUDITOR)


def test_the_thread_of_a_case_goes_from_the_sheet_to_the_appeal(auditor):
    road = Road()
    appeal = road.appealed(road.of_test())
    road.decide_appeal(appeal)
    case = again(appeal.case)

    lines = thread(About.CASE, case, auditor)

    assert {line.stage for line in lines} >= {
        "sheet",
        "custody",
        "laboratory",
        "review",
        "outcome",
        "case",
        "ground",
        "notice",
        "response",
        "investigation",
        "proposal",
        "check",
        "decision",
        "order",
        "measure",
        "register",
        "appeal",
    }
    verbs = [line.verb for line in lines]
    in_order = [
        "sheet.opened",
        "drug_test.entered",
        "specimen.sent",
        "specimen.received",
        "specimen.reported",
        "review.verified",
        "drug_test.verified",
        "drug_test.finalised",
        "case.opened",
        "case.notice_issued",
        "case.served",
        "case.responded",
        "case.investigated",
        "case.proposed",
        "case.found_lawful",
        "case.decided",
        "case.order_registered",
        "case.enforced",
        "register.entered",
        "case.appealed",
        "case.overturned",
        "register.voided",
    ]
    found = [verb for verb in verbs if verb in in_order]
    assert sorted(set(found), key=found.index) == sorted(in_order, key=verbs.index)
    assert "officer.dismissed" in verbs
    assert "decision.made" not in verbs  # it is the act on the case, which stands there
    assert len({line.event_id for line in lines}) == len(lines)
    assert all(line.words != line.verb for line in lines)


def test_the_thread_of_a_test_brings_the_case_that_rests_on_it(auditor):
    road = Road()
    case = road.assessed(road.of_test())
    test = case.grounds.get().test

    of_test, of_case = thread(About.DRUG_TEST, test, auditor), thread(About.CASE, case, auditor)

    assert [line.event_id for line in of_test] == [line.event_id for line in of_case]
    assert {line.of for line in of_test} == {test.specimen_number, case.reference}


def test_a_thread_leads_to_nothing_from_which_the_auditor_is_kept(auditor):
    case = Road().of_test()
    test = case.grounds.get().test
    stranger = make.user(Role.AUDITOR, make.unit())
    recusals.declare(auditor, kind="relative", officer_id=case.officer_id, reason="My cousin.")

    for kept in (auditor, stranger):
        assert {line.stage for line in thread(About.CASE, case, kept)}.isdisjoint({"sheet", "laboratory"})
        assert {line.stage for line in thread(About.DRUG_TEST, test, kept)}.isdisjoint({"case", "ground"})


def test_a_claim_more_than_a_day_from_its_recording_is_marked(auditor):
    way = Way()
    start = clock.now()
    specimen = way.sent()
    for hours, is_late in ((23, False), (25, True)):
        with clock.at(start + timedelta(hours=hours + 1)):
            custody.hand_over(
                way.administrator,
                specimen.pk,
                handed_over_by="Courier",
                received_by=f"Courier {hours}",
                place="Bench",
                seal=specimen.seal_a,
                handed_over_at=clock.now() - timedelta(hours=hours),
            )
        lines = [
            line
            for line in thread(About.DRUG_TEST, specimen.test, auditor)
            if line.verb == "custody.transferred"
        ]
        last = max(lines, key=lambda line: line.event_id)
        assert last.is_late_claim == is_late
        assert last.recorded_at - last.occurred_at == timedelta(hours=hours)


def test_more_than_a_day_between_two_stages_is_marked_and_so_is_a_missed_deadline(auditor):
    road, start = Road(), clock.now()
    case = road.opened()
    with clock.at(start + timedelta(hours=23)):
        road.assessed(case)
    with clock.at(start + timedelta(days=40)):
        hearings.issue_notice(road.case_officer, case.pk)
        road.tell(again(case))

    lines = {line.verb: line for line in thread(About.CASE, again(case), auditor)}

    assert not lines["case.assessed"].is_long_gap
    issued, served = lines["case.notice_issued"], lines["case.served"]
    assert issued.is_long_gap
    assert issued.gap is not None
    assert issued.gap.days == 39
    assert served.is_overdue
    assert served.due_at is not None
    assert served.due_at < start + timedelta(days=40)
    assert "allegations" in served.deadline


def test_a_deadline_that_was_kept_is_said_and_not_marked(auditor):
    lines = {line.verb: line for line in thread(About.CASE, Road().served(), auditor)}

    assert lines["case.served"].due_at is not None
    assert not lines["case.served"].is_overdue


def test_the_thread_tells_of_an_extract_but_not_of_its_complaint(auditor):
    road, case, row, made = extracted()
    extracts.check(road.supervisor, made.pk)

    lines = thread(About.CASE, again(case), auditor)

    assert "extract" in {line.stage for line in lines}
    assert row.reference not in str(lines)
    assert str(row.pk) not in str([(line.of, line.row_id, line.reason) for line in lines])
    of_complaint = thread(About.COMPLAINT, Complaint.objects.get(pk=row.pk), auditor)
    assert case.reference not in str(of_complaint)
    assert WHY not in str(of_complaint)
    assert {line.stage for line in of_complaint} >= {"intake", "reporter", "action", "closing"}


def test_every_stage_and_deadline_is_one_that_there_is():
    verbs = OF_CASES.keys() | OF_OFFICERS.keys()
    known = {row["clock"] for row in DEADLINES}
    for name, begins, ends in CLOCKS:
        assert name in known
        assert {*begins, *ends} <= verbs, name
    assert {stage_of(verb, "") for verb in verbs} <= STAGES.keys()
    assert {stage_of("", table) for table in ("officers_review", "cases_order", "cases_case")} == {
        "review",
        "order",
        "case",
    }


@COMMITTED
def test_the_page_and_its_table_say_every_line_and_each_look_is_kept(client, auditor):
    case = Road().served()
    client.force_login(auditor)
    here = [About.CASE, case.pk]

    page = client.get(reverse("audit_thread", args=here))
    table = client.get(reverse("audit_thread_csv", args=here))

    entries = [line["entry"] for line in page.context["lines"]]
    assert [entry.event_id for entry in entries] == [
        entry.event_id for entry in thread(About.CASE, case, auditor)
    ]
    content = page.content.decode()
    for line in page.context["lines"]:
        assert f'id="event-{line["entry"].event_id}"' in content
        assert client.get(line["url"]).status_code == 200
    lines = table.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"Event","Stage","What happened"')
    assert len(lines) == len(entries) + 1
    reads = Read.objects.filter(table_name="cases_case", fields=["thread"]).values_list("what", "row_id")
    assert list(reads) == [("opened", case.pk), ("exported", case.pk)]
    assert Event.objects.filter(pk=entries[0].event_id).exists()
    for about, pk in ((About.CASE, 0), (About.COMPLAINT, case.pk), ("officer", case.officer_id)):
        assert client.get(reverse("audit_thread", args=[about, pk])).status_code == 404
    client.force_login(make.user(Role.CASE_OFFICER))
    assert client.get(reverse("audit_thread", args=here)).status_code == 404
    assert client.get(reverse("audit_thread_csv", args=here)).status_code == 404
