"""What an officer finds at his door of his cases: what he was told of, what he can answer, and nothing besides."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from cases.actions import appeals, cases, grounds, hearings, notices, suspensions
from cases.models import Appeal, Case, CaseNotice, CaseStatement
from cases.models.deciding import Instrument
from ledger import clock
from officers import rules
from officers.actions import doors
from officers.models import DoorCode, Service
from officers.web.views import door
from tests import make
from tests.cases.walking import Walker
from tests.dismissals import Road, again, at_door, serve_all

pytestmark = pytest.mark.django_db
BEFORE = "Opening this page proves that you were told"
S = Case.Status


@pytest.fixture
def road() -> Road:
    return Road()


def look(road: Road, case: Case) -> Walker:
    letter, code = notices.write_letter(road.case_officer, case.pk)
    walker = Walker().open("door")
    return walker.press(code=code, birth_year=str(letter.officer.birth_year))


def come_in(road: Road, case: Case) -> Walker:
    return look(road, case).press("open")


def notice_of(case: Case, kind: str = "allegations") -> CaseNotice:
    return case.notices.filter(kind=kind).latest("pk")


def key_of(case: Case, kind: str = "allegations") -> str:
    return f"{kind}-{notice_of(case, kind).pk}"


def test_he_reads_the_notice_once_he_opened_knowingly_and_his_time_runs_at_once(road):
    case = road.notified()
    walker = look(road, case)
    for pressed in ("go", f"print:{key_of(case)}", f"act:respond:{key_of(case)}"):
        assert BEFORE in walker.text
        assert "locker" not in walker.text
        walker.press(pressed)
    assert again(case).status == S.NOTIFIED

    walker.press("open")
    case = again(case)
    assert (case.status, notice_of(case).told_by.how) == (S.RESPONSE, Service.How.DOOR)
    for said in (
        case.reference,
        "Involvement with drugs, shown by evidence",
        "He kept drugs in the locker of the post.",
        "Record of the search",
        "R-12",
        "Breach for which dismissal is possible",
        "Phnom Penh time",
        "nothing is decided",
    ):
        assert said in walker.text, said
    walker.press(f"print:{key_of(case)}")
    assert case.officer.number in walker.text
    assert "He kept drugs in the locker of the post." in walker.text
    assert walker.press("language:km").response.status_code == 200


def test_he_responds_more_than_once_asks_for_time_and_says_that_he_has_said_all(road):
    case = road.notified()
    walker = come_in(road, case)
    key = key_of(case)
    walker.press(f"act:respond:{key}", **{f"respond-{key}": " "})
    assert "Write something." in walker.text
    for text in ("They are not mine.", "The locker is shared."):
        walker.press(f"act:respond:{key}", **{f"respond-{key}": text})
        assert "Your response was received." in walker.text
    walker.press(f"act:ask_time:{key}", **{f"ask_time-{key}": "My witness is abroad."})
    before = again(case).response_until
    hearings.extend(
        road.case_officer, case.pk, until=(before + timedelta(days=9)).date(), reason="A witness is abroad."
    )
    walker.press("show")
    assert "you were given more time" in walker.text

    walker.press(f"act:complete:{key}", **{f"complete-{key}": "That is all."})
    assert "You cannot write anything more" in walker.text
    assert again(case).responded_at is None
    walker.press(f"sure:complete:{key}")
    assert "It is recorded that you have said all." in walker.text
    assert [(one.kind, one.text, one.how) for one in CaseStatement.objects.order_by("pk")] == [
        ("response", "They are not mine.", "door"),
        ("response", "The locker is shared.", "door"),
        ("more_time", "My witness is abroad.", "door"),
        ("complete", "That is all.", "door"),
    ]
    assert "The locker is shared." in walker.text
    walker.press(f"act:respond:{key}", **{f"respond-{key}": "One thing more."})
    assert walker.response.status_code == 409
    assert "What you wrote was not sent." in walker.text


def test_when_his_time_is_over_he_reads_and_cannot_answer(road):
    case = road.served()
    letter, _code = notices.write_letter(road.case_officer, case.pk)
    with clock.at(case.response_until + timedelta(seconds=1)):
        doors.enter(at_door(case), letter.pk)
        walker = Walker().open("door").press("show", state=door.Visit(letter, "en").sealed())
    assert "Your time to respond was over" in walker.text
    assert "act:respond" not in walker.text


def test_a_ground_added_later_is_said_and_then_told_by_another_notice(road):
    case = road.served()
    former = key_of(case)
    grounds.add_ground(
        road.case_officer,
        case.pk,
        kind="corruption",
        text="He took money.",
        paper={"kind": "statement", "title": "A witness"},
    )
    walker = come_in(road, case)
    assert "Something was added to the case." in walker.text
    assert "He took money." not in walker.text
    hearings.issue_notice(road.case_officer, case.pk)
    walker.press("show")
    assert BEFORE in walker.text
    walker.press("open")
    assert "He took money." in walker.text
    assert "A newer notice took its place" in walker.text
    assert f"act:respond:{key_of(case)}" in walker.text
    assert f"act:respond:{former}" not in walker.text


def test_he_reads_a_precautionary_suspension_and_when_it_ended(road):
    case = road.opened()
    suspensions.suspend(road.supervisor, case.pk, reasons="He could warn others.")
    walker = come_in(road, case)
    assert "This is no punishment, and no finding." in walker.text
    assert "He could warn others." in walker.text
    assert "To be looked at again by" in walker.text
    assert "locker" not in walker.text
    suspensions.review_suspension(road.supervisor, case.pk, goes_on=False, reasons="Not needed.")
    walker.press("show")
    assert "Ended on" in walker.text


def test_he_reads_the_decision_and_what_was_proposed_and_appeals(road):
    case = road.in_force()
    walker = come_in(road, case)
    key = key_of(case, "decision")
    for said in (
        "Dismissal",
        str(Instrument(notice_of(case, "decision").content["instrument"]).label),
        "The facts are proved.",
        "He used drugs.",
        "A demotion would leave him in service.",
        "DR-01 Use of drugs",
    ):
        assert said in walker.text, said
    for unsaid in ("The locker was his alone.", "As the rules say.", "Drugs in a police post."):
        assert unsaid not in walker.text, unsaid
    walker.press(f"act:lodge:{key}", **{f"lodge-{key}": "I was not heard in full."})
    walker.press(f"sure:lodge:{key}")
    assert "Choose the ground of the appeal." in walker.text
    said = {f"lodge-{key}": "I was not heard in full.", f"lodge_ground-{key}": "procedure"}
    walker.press(f"act:lodge:{key}", **said)
    assert "A rule of procedure was broken" in walker.text
    assert not Appeal.objects.exists()
    walker.press("language:km").press("language:en")
    walker.press(f"sure:lodge:{key}")
    assert "Your appeal was lodged." in walker.text
    appeal = Appeal.objects.get()
    assert (appeal.ground, appeal.text, appeal.how, appeal.is_late) == (
        "procedure",
        "I was not heard in full.",
        "door",
        False,
    )
    appeals.admit(road.member, appeal.pk)
    appeals.draft(road.member, appeal.pk, outcome="overturned", reasons="The locker was shared.")
    walker.press("show")
    assert "Admitted" in walker.text
    assert "The locker was shared." not in walker.text
    appeals.agree(road.second_member, appeal.pk, no_conflict=True)
    walker.press("show")
    assert BEFORE in walker.text
    walker.press("open")
    assert "The measure is overturned." in walker.text
    assert "The locker was shared." in walker.text


def test_a_late_appeal_says_why_it_comes_late(road):
    case = road.final()
    walker = Walker().open("door")
    key = key_of(case, "decision")
    with clock.at(case.appeal_until + timedelta(days=1)):
        letter, _code = notices.write_letter(road.case_officer, case.pk)
        doors.enter(at_door(case), letter.pk)
        walker.press("show", state=door.Visit(letter, "en").sealed())
        assert "A later appeal must say what kept you from it." in walker.text
        said = {f"lodge-{key}": "I was ill.", f"lodge_ground-{key}": "new_evidence"}
        walker.press(f"sure:lodge:{key}", **said)
        assert "say what kept you from appealing in time" in walker.text
        walker.press(f"sure:lodge:{key}", **said, **{f"lodge_late_cause-{key}": "In hospital."})
    assert Appeal.objects.get().late_cause == "In hospital."


def test_after_an_appeal_was_decided_another_takes_new_evidence(road):
    case = road.decide_appeal(road.appealed(), "upheld")
    walker = come_in(road, case)
    assert "The measure is upheld." in walker.text
    assert "Another takes new evidence." in walker.text
    key = key_of(case, "decision")
    grounds_asked = re.findall(rf'name="lodge_ground-{key}" value="(\w+)"', walker.text)
    assert grounds_asked == ["new_evidence"]
    said = {f"lodge-{key}": "A witness came back.", f"lodge_ground-{key}": "new_evidence"}
    walker.press(f"sure:lodge:{key}", **said)
    assert "Your appeal was lodged." in walker.text


def test_he_reads_that_the_case_ended(road):
    case = road.served()
    cases.discontinue(road.supervisor, case.pk, reason="Nothing could be shown.")
    walker = come_in(road, case)
    assert "The case has ended without a measure." in walker.text
    assert "Nothing could be shown." in walker.text


def test_the_case_of_another_cannot_be_touched(road):
    mine, his = road.notified(), road.notified()
    walker = come_in(road, mine)
    key = key_of(his)
    walker.press(f"act:respond:{key}", **{f"respond-{key}": "Mine now."})
    assert walker.response.status_code == 409
    assert his.reference not in walker.text
    assert not CaseStatement.objects.exists()


def test_a_hand_over_recorded_by_somebody_else_counts_also_where_he_refused_to_sign(road):
    case = road.notified()
    letter, _code = notices.write_letter(road.case_officer, case.pk)
    recorder = make.user("registrar")
    doors.record_service(
        recorder,
        letter.pk,
        served_by="Runner",
        witness="Neighbour",
        place="At home",
        refused_to_sign=True,
    )
    serve_all()
    assert again(case).status == S.RESPONSE
    assert notice_of(case).told_by.refused_to_sign


def test_nobody_who_acted_in_the_case_records_the_hand_over(road):
    case = road.opened()
    suspensions.suspend(road.supervisor, case.pk, reasons="He could warn others.")
    helper = make.user("case_officer")
    grounds.add_paper(helper, case.pk, kind="record", title="A record")
    case = road.notified(case)
    letter, _code = notices.write_letter(road.case_officer, case.pk)
    about = {"served_by": "Runner", "witness": "Neighbour", "place": "At home"}
    inspector = make.user("inspector")
    for user in (road.case_officer, helper):
        with pytest.raises(PermissionDenied):
            doors.record_service(user, letter.pk, **about)
    assert rules.records_service(inspector, letter)
    cases.assign(road.case_officer, case.pk, case_officer_id=inspector.pk)
    assert not rules.records_service(inspector, letter)


def test_the_letter_is_shown_once_and_printed(road, client, sign_in):
    case = road.notified()
    sign_in(road.case_officer)
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    address = reverse("case-write-letter", args=[case.pk])
    page = client.get(address).content.decode()
    assert "Somebody who does not work on the case records the hand-over" in page
    sent = {"after": 0, "version": case.version}
    written = client.post(address, sent).content.decode()
    letter = DoorCode.objects.get()
    assert letter.number in written
    assert re.search(r'id="code">(\d{4} ){3}\d{4}<', written)
    assert client.post(address, sent).status_code == 302
    assert DoorCode.objects.count() == 1
    sign_in(road.legal)
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    assert client.get(address).status_code == 404
