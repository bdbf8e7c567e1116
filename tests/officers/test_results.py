"""From the field screen to a final result: each step by whom, on what, and what follows."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from ledger import clock
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from officers.actions import custody, doors, drug_tests, laboratory, reviews
from officers.models import CustodyProblem, DrugTest, LaboratoryReport, Review, Specimen
from officers.models.drug_tests import CancelReason
from officers.models.laboratory import Flaw, LabResult
from officers.models.users import Role
from officers.reckoning.panels import Validity
from tests import make
from tests.results import Way, at_door, later, officer_at_door

pytestmark = pytest.mark.django_db
T = DrugTest.Status


def status_of(test_id: int) -> str:
    return DrugTest.objects.get(pk=test_id).status


def test_a_screen_becomes_a_final_positive_by_confirmation_review_proof_and_window():
    way = Way()
    test = way.final()

    assert (test.status, test.positive_for) == (T.FINAL_POSITIVE, ["methamphetamine"])


def test_until_the_officer_was_told_the_line_says_at_the_laboratory():
    way = Way()
    review = way.verified()

    assert status_of(review.test_id) == T.AT_LABORATORY
    letter, _code = way.letter(review)
    doors.enter(at_door(letter), letter.pk)
    assert status_of(review.test_id) == T.VERIFIED_POSITIVE


def test_a_value_below_the_cutoff_clears_at_once():
    report = Way().reported(value="249.9")

    assert report.result == LabResult.NEGATIVE
    assert status_of(report.specimen.test_id) == T.CLEARED
    assert not Review.objects.exists()


def test_a_report_keeps_the_panel_and_the_cutoff_it_was_judged_by():
    report = Way().reported(value="250")

    assert (report.panel, report.picked_on) == ("KH-1", report.specimen.collected_on)
    assert report.values.get().cutoff == Decimal(250)
    assert report.positive_for == ["methamphetamine"]


@pytest.mark.parametrize("flaw", Flaw.values)
def test_each_fatal_flaw_cancels(flaw):
    way = Way()
    specimen = way.received()
    laboratory.reject(way.chemist, specimen.pk, flaw=flaw, certified_by="A chemist")

    test = DrugTest.objects.get(pk=specimen.test_id)
    assert (test.status, test.cancel_reason, test.must_recollect) == (
        T.CANCELLED,
        CancelReason.FATAL_FLAW,
        True,
    )


def test_the_second_bottle_reconfirmed_makes_it_final_and_not_reconfirmed_cancels():
    way = Way()
    review = way.retest()
    way.second_reported(review, is_present=True)
    assert status_of(review.test_id) == T.FINAL_POSITIVE

    other = Way()
    review = other.retest()
    other.second_reported(review, is_present=False)
    test = DrugTest.objects.get(pk=review.test_id)
    assert (test.status, test.cancel_reason) == (T.CANCELLED, CancelReason.NOT_RECONFIRMED)


def test_without_a_second_bottle_asking_for_it_cancels():
    way = Way()
    specimen = way.sent(seal_b="")
    specimen = laboratory.receive(way.chemist, specimen.pk, handed_over_by="Courier", seal=specimen.seal_a)
    review = way.told(specimen=specimen)
    doors.ask_retest(officer_at_door(review), review.pk)

    assert DrugTest.objects.get(pk=review.test_id).cancel_reason == CancelReason.NO_SECOND_BOTTLE


def test_the_72_hours_are_hours_of_the_clock_across_the_water_festival():
    """23 to 25 November 2026 are holidays; T7."""
    told = datetime(2026, 11, 22, 16, 30, tzinfo=timezone.get_current_timezone())
    with clock.at(told):
        review = Way().told()
    assert review.window_ends_at == review.told_at + timedelta(hours=72)

    with clock.at(review.window_ends_at - timedelta(minutes=1)):
        with pytest.raises(Conflict, match="may still ask"):
            reviews.close_window(CLOCK, review.pk)
    with clock.at(review.window_ends_at):
        with pytest.raises(Conflict, match="time to ask"):
            doors.ask_retest(officer_at_door(review), review.pk)
        reviews.close_window(CLOCK, review.pk)
    assert status_of(review.test_id) == T.FINAL_POSITIVE


def test_the_officer_asks_in_the_last_minute():
    review = Way().told()
    with clock.at(review.window_ends_at - timedelta(minutes=1)):
        doors.ask_retest(officer_at_door(review), review.pk)

    assert Review.objects.get(pk=review.pk).status == Review.Status.RETEST


def test_a_gap_in_the_custody_stops_the_result_until_a_second_person_settles_it():
    way = Way()
    specimen = way.sent()
    laboratory.receive(way.chemist, specimen.pk, handed_over_by="Somebody else", seal=specimen.seal_a)
    way.reported(specimen=Specimen.objects.get(pk=specimen.pk), value="10")
    problem = CustodyProblem.objects.get()
    assert (problem.kind, status_of(specimen.test_id)) == (CustodyProblem.Kind.GAP, T.AT_LABORATORY)

    with pytest.raises(PermissionDenied):
        custody.settle(way.administrator, problem.pk, outcome="holds", reason="Same courier.")
    custody.settle(way.physician, problem.pk, outcome="holds", reason="Same courier, another name.")

    assert status_of(specimen.test_id) == T.CLEARED


def test_a_broken_seal_that_is_not_explained_cancels():
    way = Way()
    specimen = way.sent()
    laboratory.receive(
        way.chemist, specimen.pk, handed_over_by="Courier", seal=specimen.seal_a, is_whole=False
    )
    way.reported(specimen=Specimen.objects.get(pk=specimen.pk))
    assert not Review.objects.exists()
    custody.settle(
        way.physician, CustodyProblem.objects.get().pk, outcome="cancels", reason="Nobody can say."
    )

    assert DrugTest.objects.get(pk=specimen.test_id).cancel_reason == CancelReason.CUSTODY


def test_a_medical_explanation_clears():
    way = Way()
    review = way.opened()
    reviews.hear(way.physician, review.pk, heard="I take a prescribed medicine.")
    reviews.clear(way.physician, review.pk, reasons="Prescribed.", medical="Prescription seen.")

    assert status_of(review.test_id) == T.CLEARED


def test_nothing_is_verified_before_the_officer_was_heard():
    way = Way()
    review = way.opened()

    with pytest.raises(ValidationError, match="Hear the officer first"):
        reviews.verify(way.physician, review.pk, reasons="Clear enough.")


def test_an_officer_who_does_not_call_is_waited_for_72_hours():
    way = Way()
    review = way.opened()
    review = reviews.attempt(way.physician, review.pk, how="telephone", result="instructed")
    verify = {"reasons": "He did not call.", "unheard": "no_call"}

    with clock.at(review.instructed_at + timedelta(hours=71)):
        with pytest.raises(ValidationError, match="72 hours"):
            reviews.verify(way.physician, review.pk, **verify)
    with clock.at(review.instructed_at + timedelta(hours=72)):
        assert reviews.verify(way.physician, review.pk, **verify).unheard == "no_call"


def test_an_officer_who_cannot_be_reached_takes_three_attempts_in_a_day_and_ten_days():
    way = Way()
    review = way.opened()
    verify = {"reasons": "Not to be found.", "unheard": "unreachable"}
    for hours in (0, 12, 24):
        with clock.at(review.opened_at + timedelta(hours=hours, minutes=1)):
            reviews.attempt(way.physician, review.pk, how="telephone", result="not_reached")
    with clock.at(review.opened_at + timedelta(days=9)):
        with pytest.raises(ValidationError, match="10 days"):
            reviews.verify(way.physician, review.pk, **verify)
    with clock.at(review.opened_at + timedelta(days=10)):
        reviews.verify(way.physician, review.pk, **verify)


def test_what_was_decided_without_hearing_the_officer_is_opened_anew_within_60_days():
    way = Way()
    review = way.opened()
    reviews.attempt(way.physician, review.pk, how="telephone", result="declined")
    review = reviews.verify(way.physician, review.pk, reasons="He declined.", unheard="declined")
    letter, _code = way.letter(review)
    doors.enter(at_door(letter), letter.pk)
    review.refresh_from_db()
    later(review)
    assert status_of(review.test_id) == T.FINAL_POSITIVE

    with clock.at(review.decided_at + timedelta(days=61)):
        with pytest.raises(ValidationError, match="60 days ago"):
            reviews.reopen(way.physician, review.pk, reason="He was in hospital.")
    reviews.reopen(way.physician, review.pk, reason="He was in hospital.")
    assert status_of(review.test_id) == T.AT_LABORATORY


def test_a_very_dilute_negative_is_collected_again_and_the_second_time_stands():
    dilute = Validity(creatinine=Decimal("5.0"), specific_gravity=Decimal("1.0020"))
    report = Way().reported(value="0", validity=dilute)
    test = DrugTest.objects.get(pk=report.specimen.test_id)
    assert (test.cancel_reason, test.must_recollect) == (CancelReason.DILUTE, True)

    way = Way()
    specimen = way.sent(is_observed=True)
    specimen = laboratory.receive(way.chemist, specimen.pk, handed_over_by="Courier", seal=specimen.seal_a)
    report = way.reported(specimen=specimen, value="0", validity=dilute)
    assert status_of(report.specimen.test_id) == T.CLEARED


@pytest.mark.parametrize("is_refusal", [True, False])
def test_a_claimed_refusal_is_determined_after_the_officer_was_heard(is_refusal):
    way = Way()
    review = way.claimed()
    with pytest.raises(ValidationError) as refused:
        reviews.determine(way.physician, review.pk, is_refusal=True, reasons="He left.")
    assert "unheard" in refused.value.message_dict
    assert status_of(review.test_id) == T.NOT_TAKEN

    reviews.hear(way.physician, review.pk, heard="I was called away by my chief.")
    reviews.determine(way.physician, review.pk, is_refusal=is_refusal, reasons="As heard.")
    assert status_of(review.test_id) == (T.REFUSAL if is_refusal else T.NOT_TAKEN)


def test_who_could_give_too_little_is_refused_only_after_a_medical_evaluation():
    way = Way()
    review = way.claimed(reason_code="too_little")
    reviews.hear(way.physician, review.pk, heard="I could not.")

    with pytest.raises(ValidationError, match="medical evaluation"):
        reviews.determine(way.physician, review.pk, is_refusal=True, reasons="Nothing found.")


def test_the_laboratory_sees_its_specimens_and_nobody_s_name():
    way = Way()
    specimen = way.sent()

    assert list(Specimen.objects.visible_to(way.chemist)) == [specimen]
    assert not Specimen.objects.visible_to(way.second_chemist).exists()
    assert not DrugTest.objects.visible_to(way.chemist).exists()


def test_collectors_see_neither_report_nor_review():
    way = Way()
    review = way.opened()

    assert not LaboratoryReport.objects.visible_to(way.administrator).exists()
    assert not Review.objects.visible_to(way.administrator).exists()
    assert list(Review.objects.visible_to(way.physician)) == [review]


def test_a_letter_handed_over_is_recorded_by_somebody_independent_and_time_runs_from_then():
    way = Way()
    review = way.verified()
    letter, _code = way.letter(review)
    served = {"served_by": "A clerk", "witness": "A witness", "place": "Post"}
    for somebody in (way.physician, way.administrator):
        with pytest.raises(PermissionDenied):
            doors.record_service(somebody, letter.pk, **served)

    service = doors.record_service(way.registrar, letter.pk, **served)
    review.refresh_from_db()
    assert (review.told_by, review.told_at) == (service, service.proved_at)


def test_a_newer_letter_ends_the_older():
    way = Way()
    review = way.verified()
    old, code = way.letter(review)
    new, new_code = way.letter(review)

    year = old.officer.birth_year
    assert doors.find(code, year) is None
    assert doors.find(new_code, year) == new
    assert doors.find(new_code, year - 1) is None


def test_nobody_reports_what_he_collected_or_reviews_what_he_reported():
    way = Way()
    both = make.user(Role.LABORATORY, way.first)
    specimen = way.received()
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
    from officers.actions import users

    users.grant(keeper, both.pk, role=Role.REVIEWING_PHYSICIAN, unit_id=make.root().pk)
    both = type(both).objects.get(pk=both.pk)
    found = laboratory.Found(
        "A chemist",
        method="gc_ms",
        values=[("Methamphetamine", Decimal(900))],
        validity=Validity(creatinine=Decimal(90)),
    )
    laboratory.report(both, specimen.pk, found)

    with pytest.raises(PermissionDenied):
        reviews.take(both, Review.objects.get().pk)


def test_nobody_reviews_whom_he_commands():
    way = Way()
    head = make.officer(way.unit, is_head=True)
    physician = make.user(Role.REVIEWING_PHYSICIAN, officer=head)
    way.reported()

    assert not Review.objects.visible_to(physician).exists()


def test_a_line_that_was_voided_on_the_way_gets_no_result():
    way = Way()
    specimen = way.sent()
    other = make.user(Role.ADMINISTRATOR, way.unit)
    drug_tests.void(other, specimen.test_id, reason="Another officer's bottle.")
    with pytest.raises(Conflict, match="Withdrawn"):
        laboratory.receive(way.chemist, specimen.pk, handed_over_by="Courier", seal=specimen.seal_a)

    again = way.screen(specimen_number=specimen.number)
    assert way.sent(again).number == specimen.number
    assert status_of(specimen.test_id) == T.VOID


def test_nobody_who_collected_disturbs_the_chain_once_the_laboratory_has_it():
    way = Way()
    specimen = way.received()

    with pytest.raises(PermissionDenied):
        custody.hand_over(
            way.administrator,
            specimen.pk,
            handed_over_by="Courier",
            received_by="A stranger",
            place="Gate",
            seal="X",
        )


def test_a_second_bottle_with_a_broken_seal_cancels_too():
    way = Way()
    review = way.told()
    doors.ask_retest(officer_at_door(review), review.pk)
    reviews.send_second(way.physician, review.pk, laboratory=way.second.pk)
    specimen = Specimen.objects.get(test=review.test_id)
    seal = {"handed_over_by": "Courier", "seal": specimen.seal_b, "is_whole": False}
    laboratory.receive(way.second_chemist, specimen.pk, **seal)
    problem = CustodyProblem.objects.get()
    custody.settle(way.physician, problem.pk, outcome="cancels", reason="It came open.")

    assert DrugTest.objects.get(pk=review.test_id).cancel_reason == CancelReason.CUSTODY
    assert Review.objects.get(pk=review.pk).status == Review.Status.CLOSED


def test_a_correction_on_the_way_reaches_the_specimen():
    way = Way()
    specimen = way.sent()
    other = make.user(Role.ADMINISTRATOR, way.unit)
    line = make.line(specimen.test.officer, specimen_number="SP-NEW", non_negative_for=["mdma"])
    drug_tests.correct(other, specimen.test_id, line, reason="Read wrongly.")

    specimen.refresh_from_db()
    assert (specimen.number, specimen.asked_for) == ("SP-NEW", ["mdma"])


def test_nobody_collects_from_whom_he_commands_or_obeys():
    chief = make.unit()
    below = make.unit(chief)
    head = make.officer(chief, is_head=True)
    officer = make.officer(below)
    for administrator, tested in ((head, officer), (officer, head)):
        user = make.user(Role.ADMINISTRATOR, officer=administrator)
        sheet = make.sheet(user, chief)
        with pytest.raises(ValidationError, match="whom he commands"):
            make.test(user, sheet, of=tested)
