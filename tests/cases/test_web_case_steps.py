"""Each step on a case has a page that leads to its act; what is refused stands beside the field and nothing is lost."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.actions import cases, grounds, hearings
from cases.lifecycles import STEPS
from cases.models import Case, Ground, Paper
from cases.web.views.case_pages import FIRST, THEN, page_name
from ledger import clock
from ledger.actors import CLOCK
from officers.actions import officers
from officers.models.users import Role
from tests import make
from tests.dismissals import Road, again, at_door
from tests.results import Way

pytestmark = pytest.mark.django_db
S = Case.Status


@pytest.fixture
def road() -> Road:
    return Road()


def text_of(response) -> str:
    return response.content.decode()


def page_of(verb: str, case: Case) -> str:
    return reverse(f"case-{verb}", args=[case.pk])


def act(client, case: Case, verb: str, **said):
    """Send the page of a step, as it stands now."""
    return client.post(page_of(verb, case), {"version": again(case).version, **said})


def goes(client, case: Case, verb: str, **said) -> Case:
    """The page of a step leads to its act, and back to the case."""
    assert client.get(page_of(verb, case)).status_code == 200
    answer = act(client, case, verb, **said)
    assert answer.status_code == 302, answer.context["form"].errors
    assert answer["Location"] == reverse("case", args=[case.pk])
    return again(case)


def today() -> str:
    return f"{clock.today():%d/%m/%Y}"


def test_a_case_of_the_clock_goes_from_identity_to_the_notice_by_its_pages(client, sign_in, road):
    test = Way(road.unit).final()
    case = cases.open_for_test(CLOCK, test.pk)
    sign_in(road.case_officer)
    officer = test.officer
    page = act(client, case, "identify", service_number="7", birth_year=officer.birth_year)
    assert set(page.context["form"].errors) == {"service_number"}
    about = {"service_number": officer.service_number, "birth_year": officer.birth_year}
    assert goes(client, case, "identify", **about).identified_by == road.case_officer
    goes(client, case, "assign", case_officer=road.supervisor.pk)
    assert goes(client, case, "assign", case_officer=road.case_officer.pk).case_officer == road.case_officer
    page = act(client, case, "assess", severity="gross")
    assert page.context["form"].errors == {"reasons": ["Give the reasons."]}
    assert goes(client, case, "assess", severity="gross", reasons="Drugs.").status == S.ASSESSED
    page = client.get(page_of("issue-notice", case))
    assert page.context["told"]["grounds"][0]["kind"] == "Confirmed positive drug test"
    assert goes(client, case, "issue-notice").status == S.NOTIFIED


def test_what_the_officer_says_is_written_down_until_a_measure_is_proposed(client, sign_in, road):
    case = road.served()
    sign_in(road.case_officer)
    goes(client, case, "ask-time", text="He is ill.")
    until = clock.today() + timedelta(days=60)
    page = act(client, case, "extend", until=today(), reason="Ill.")
    assert "until" in page.context["form"].errors
    goes(client, case, "extend", until=f"{until:%d/%m/%Y}", reason="He is ill.")
    goes(client, case, "respond", text="They are not mine.")
    assert client.get(page_of("investigate", case)).status_code == 200
    early = act(client, case, "investigate", text="The locker was his.")
    assert early.status_code == 409
    assert "time to respond is not over" in text_of(early)
    assert "The locker was his." in text_of(early)
    hearings.complete(at_door(case), case.pk, text="No more.")
    assert goes(client, case, "investigate", text="The locker was his alone.").status == S.INVESTIGATED
    page = client.get(page_of("propose", case))
    assert "They are not mine." in text_of(page)
    assert "Record of the search" in text_of(page)
    said = {"measure": "demotion", "articles": ["DR-01"], "reasons": "He had drugs.", "days": "x"}
    page = act(client, case, "propose", **said)
    assert set(page.context["form"].errors) == {"days"}
    page = act(client, case, "propose", **said | {"days": ""})
    assert set(page.context["form"].errors) == {"no_conflict"}
    page = act(client, case, "propose", **said | {"days": "", "no_conflict": "on"})
    assert set(page.context["form"].errors) == {"to_rank"}
    said |= {"measure": "dismissal", "days": "", "no_conflict": "on"}
    page = act(client, case, "propose", **said)
    assert set(page.context["form"].errors) == {"lesser"}
    assert "He had drugs." in text_of(page)
    assert goes(client, case, "propose", **said | {"lesser": "He would stay."}).status == S.PROPOSED
    assert case.proposals.get().measure == "dismissal"


def test_a_ground_fallen_meanwhile_is_said_on_the_page_and_nothing_is_lost(client, sign_in, road):
    case = road.investigated()
    sign_in(road.case_officer)
    grounds.withdraw_ground(road.case_officer, case.pk, case.grounds.get().pk, reason="A mistake.")
    said = {"measure": "none", "articles": ["DR-01"], "reasons": "All of it.", "no_conflict": "on"}
    page = act(client, case, "propose", **said)
    assert page.status_code == 409
    assert "The case has no ground." in text_of(page)
    assert "All of it." in text_of(page)


GROUNDS = {
    "discipline_breach": {"article": "DR-10", "paper_kind": "record", "title": "The record"},
    "absence": {"happened_on": "1/10/2026", "until": "9/10/2026"},
    "criminal_conviction": {"court": "Kandal", "judgment": "12/26", "happened_on": "1/10/2026"},
    "corruption": {
        "paper_kind": "statement",
        "title": "A witness",
        "number": "W-1",
        "paper_text": "He saw it.",
    },
}


def test_each_ground_asks_for_what_carries_it(client, sign_in, road):
    case = road.opened()
    sign_in(road.case_officer)
    address = page_of("add-ground", case)
    assert "Criminal conviction" in text_of(client.get(address))
    assert client.get(address, {"kind": "gossip"}).context["form"].errors
    for kind, said in GROUNDS.items():
        page = client.get(address, {"kind": kind})
        assert set(said) <= set(page.context["form"].fields)
        bare = act(client, case, "add-ground", kind=kind, text="He did it.")
        assert set(bare.context["form"].errors) & {*said, "title"}, kind
        assert "He did it." in text_of(bare)
        answer = act(client, case, "add-ground", kind=kind, text="He did it.", **said)
        assert answer.status_code == 302, answer.context["form"].errors
    assert set(case.grounds.values_list("kind", flat=True)) == {"drug_involvement", *GROUNDS}
    assert Paper.objects.get(number="W-1").ground.kind == "corruption"


def test_only_final_positives_and_refusals_of_the_officer_are_offered(client, sign_in, road):
    test = Way(road.unit).final()
    case = road.opened(test.officer)
    Way(road.unit).final()
    sign_in(road.case_officer)
    page = client.get(page_of("add-ground", case), {"kind": "confirmed_positive"})
    assert [pk for pk, _words in page.context["form"].fields["test"].choices] == [test.pk]
    answer = act(client, case, "add-ground", kind="confirmed_positive", text="Used.", test=test.pk)
    assert answer.status_code == 302
    assert case.grounds.get(kind="confirmed_positive").test == test
    page = client.get(page_of("add-ground", case), {"kind": "refusal"})
    assert "A screen that nobody confirmed is no ground." in text_of(page)


def test_a_ground_is_withdrawn_and_a_paper_added_with_its_scan(client, sign_in, road):
    case = road.opened()
    sign_in(road.case_officer)
    ground = case.grounds.get()
    scan = SimpleUploadedFile("list.txt", b"A list of names.")
    said = {"paper_kind": "record", "title": "The list", "ground": ground.pk, "files": scan}
    goes(client, case, "add-paper", **said)
    assert Paper.objects.get(title="The list").files.count() == 1
    goes(client, case, "withdraw-ground", ground=ground.pk, reason="A mistake.")
    assert Ground.objects.get(pk=ground.pk).status == "WITHDRAWN"


def test_a_stay_a_referral_its_answer_and_the_end_go_by_their_pages(client, sign_in, road):
    case = road.assessed()
    sign_in(road.case_officer)
    assert goes(client, case, "refer", court="Kandal", number="12/26", sent_on=today()).prosecutions.exists()
    assert goes(client, case, "stay", reason="Kandal, 12/26").status == S.STAYED
    one = case.prosecutions.get()
    said = {"prosecution": one.pk, "result": "acquitted", "number": "3", "result_on": today()}
    assert goes(client, case, "record-result", **said).news
    assert goes(client, case, "resume", reason="It is over.").status == S.ASSESSED
    assert client.get(page_of("discontinue", case)).status_code == 403
    sign_in(road.supervisor)
    assert goes(client, case, "discontinue", reason="Acquitted.").outcome == "discontinued"


def test_a_case_goes_on_for_the_family(client, sign_in, road):
    case = road.opened()
    officers.leave(make.user(Role.REGISTRAR), case.officer_id, status="DECEASED", reason="He died.")
    cases.end_by_death(CLOCK, case.pk)
    sign_in(road.case_officer)
    assert goes(client, case, "go-on-for-family", reason="His wife, today.").for_family


def test_whoever_declares_a_conflict_has_the_case_no_more(client, sign_in, road):
    case = road.opened()
    sign_in(road.case_officer)
    answer = act(client, case, "declare-conflict", reason="My brother.")
    assert answer["Location"] == reverse("cases")
    assert client.get(page_of("declare-conflict", case)).status_code == 404


def test_a_form_filled_in_before_somebody_else_acted_is_kept_and_says_so(client, sign_in, road):
    case = road.opened()
    sign_in(road.case_officer)
    then = case.version
    grounds.add_paper(road.supervisor, case.pk, kind="other", title="Another")
    page = client.post(
        page_of("assess", case), {"version": then, "severity": "gross", "reasons": "Written at length."}
    )
    assert page.status_code == 409
    assert "Written at length." in text_of(page)
    assert f'value="{again(case).version}"' in text_of(page)


VERBS = (
    "identify",
    "assign",
    "add-ground",
    "withdraw-ground",
    "add-paper",
    "assess",
    "issue-notice",
    "respond",
    "complete",
    "ask-time",
    "extend",
    "investigate",
    "propose",
    "stay",
    "resume",
    "discontinue",
    "refer",
    "record-result",
    "declare-conflict",
    "go-on-for-family",
    "draft-extract",
)


def test_no_page_of_a_case_is_there_for_whom_the_case_is_not(client, sign_in, road):
    case = road.opened()
    elsewhere = make.user(Role.CASE_OFFICER, make.unit())
    beside = make.user(Role.CASE_OFFICER, officer=make.officer(road.unit))
    for user in (elsewhere, beside, road.legal):
        sign_in(user)
        for verb in VERBS:
            assert client.get(page_of(verb, case)).status_code == 404, verb
            assert client.post(page_of(verb, case), {}).status_code == 404, verb
    sign_in(make.user(Role.AUDITOR))
    for verb in VERBS:
        assert client.get(page_of(verb, case)).status_code == 403, verb
        assert act(client, case, verb).status_code == 403, verb


def test_each_step_that_people_take_has_a_button_and_a_page():
    by_the_clock = {"serve", "enforce", "tell_decision", "become_final", "end_by_death"}
    verbs = {step.verb for step in STEPS[Case]} - by_the_clock
    assert {*FIRST, *THEN} == verbs
    for verb in verbs:
        assert reverse(page_name(verb), args=[1])


def test_a_step_of_another_state_is_a_conflict(client, sign_in, road):
    case = road.opened()
    sign_in(road.case_officer)
    assert client.get(page_of("propose", case)).status_code == 409
