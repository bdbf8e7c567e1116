"""No short way to a final result, and none around who may not take part: by SQL as the application's role, too."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from officers.actions import doors, drug_tests, sheets
from officers.models import DrugTest, Review, Service
from tests import make
from tests.results import Way, at_door

pytestmark = pytest.mark.django_db

EVENT = (
    "INSERT INTO ledger_event (actor_name, actor_role, verb, subject_table, reason, facts, request_id) "
    "VALUES ('x', 'x', 'x.y', '', '', '{}', '') RETURNING set_config('ledger.event', id::text, true); "
)
FINAL = (
    "UPDATE officers_drugtest SET status = 'FINAL_POSITIVE', positive_for = '{{methamphetamine}}', "
    "version = version + 1 WHERE id = {test}"
)


def forge(statement: str) -> None:
    """Run a statement under an event of one's own, as far as the end of the transaction would look at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(EVENT + statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def sent(way):
    return way.sent().test_id


def received(way):
    return way.received().test_id


def reported(way):
    return way.reported().specimen.test_id


def reported_below_the_cutoff(way):
    return way.reported(value="249").specimen.test_id


def taken_on(way):
    return way.opened().test_id


def verified(way):
    return way.verified().test_id


def told(way):
    return way.told().test_id


def being_tested_again(way):
    return way.retest().test_id


STAGES = [sent, received, reported, reported_below_the_cutoff, taken_on, verified, told, being_tested_again]


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
def test_no_statement_makes_a_test_final_before_all_of_it_is_there(stage):
    test_id = stage(Way())

    with pytest.raises(IntegrityError, match="cannot be FINAL_POSITIVE"):
        forge(FINAL.format(test=test_id))


@pytest.mark.parametrize("status", ["CLEARED", "VERIFIED_POSITIVE", "REFUSAL", "CANCELLED"])
@pytest.mark.parametrize("stage", [sent, taken_on], ids=lambda stage: stage.__name__)
def test_no_statement_gives_another_outcome_that_nothing_bears_out(stage, status):
    test_id = stage(Way())
    drugs = "'{methamphetamine}'" if status == "VERIFIED_POSITIVE" else "'{}'"
    why = "collection" if status == "CANCELLED" else ""

    with pytest.raises(IntegrityError, match=f"cannot be {status}"):
        forge(
            f"UPDATE officers_drugtest SET status = '{status}', positive_for = {drugs}, cancel_reason = '{why}', "
            f"version = version + 1 WHERE id = {test_id}"
        )


def test_a_screen_alone_is_no_final_positive_even_with_a_row_of_its_own():
    test = make.non_negative()

    with pytest.raises(IntegrityError):
        forge(FINAL.format(test=test.pk).replace("SET", "SET dispatched_at = now(),"))


@pytest.mark.parametrize("status", ["VOID", "CLEARED", "AT_LABORATORY"])
def test_a_final_positive_is_undone_by_its_review_alone(status):
    test = Way().final()
    voided = ", voided_by_id = (SELECT max(id) FROM officers_user)" if status == "VOID" else ""

    with pytest.raises(IntegrityError):
        forge(
            f"UPDATE officers_drugtest SET status = '{status}', positive_for = '{{}}', version = version + 1 {voided} "
            f"WHERE id = {test.pk}"
        )


@pytest.mark.parametrize("table", ["laboratoryreport", "analytevalue", "service"])
@pytest.mark.parametrize(
    "change", ["UPDATE officers_{0} SET version = version + 1", "DELETE FROM officers_{0}"]
)
def test_what_was_found_and_proved_is_never_changed(table, change):
    Way().told()

    with pytest.raises(IntegrityError, match="never changed"):
        forge(change.format(table))


def test_a_proof_cannot_be_dated_back_so_that_the_time_to_ask_is_over():
    way = Way()
    review = way.verified()
    letter, _code = way.letter(review)
    forge(
        "INSERT INTO officers_service (version, officer_id, code_id, how, served_by, witness, place, refused_to_sign, "
        f"served_at, proved_at) VALUES (1, {letter.officer_id}, {letter.pk}, 'door', '', '', '', false, "
        "now() - interval '80 hours', now() - interval '80 hours')"
    )
    service = Service.objects.get()
    assert service.proved_at - service.served_at > timedelta(hours=79)

    with pytest.raises(IntegrityError):
        forge(
            f"UPDATE officers_review SET status = 'TOLD', told_by_id = {service.pk}, version = version + 1, "
            "told_at = now() - interval '80 hours', window_ends_at = now() - interval '8 hours' "
            f"WHERE id = {review.pk}; " + FINAL.format(test=review.test_id)
        )


def test_the_time_to_ask_is_not_cut_short():
    review = Way().told()

    with pytest.raises(IntegrityError, match="72_hours"):
        forge(
            "UPDATE officers_review SET window_ends_at = told_at + interval '71 hours', version = version + 1 "
            f"WHERE id = {review.pk}"
        )


@pytest.mark.parametrize("who", ["administrator", "chemist"])
def test_collector_and_chemist_are_no_reviewers_by_statement_either(who):
    way = Way()
    review = way.opened()

    with pytest.raises(IntegrityError, match="different people"):
        forge(
            f"UPDATE officers_review SET reviewer_id = {getattr(way, who).pk}, version = version + 1 "
            f"WHERE id = {review.pk}"
        )


def test_nobody_reviews_his_superior_by_statement_either():
    way = Way()
    chief = make.officer(way.unit, is_head=True)
    below = make.user(None, officer=make.officer(make.unit(way.unit)))
    sheet = make.sheet(way.administrator, way.unit)
    way.reported(specimen=way.received(make.non_negative(way.administrator, sheet, of=chief)))

    with pytest.raises(IntegrityError, match="own command"):
        forge(
            f"UPDATE officers_review SET reviewer_id = {below.pk}, version = version + 1 "
            f"WHERE test_id = (SELECT max(id) FROM officers_drugtest)"
        )


def test_a_letter_opens_nobody_else_s_door():
    way = Way()
    letter, _code = way.letter(way.verified())
    other = make.officer(way.unit)

    from django.http import Http404

    with pytest.raises(Http404):
        doors.enter(doors.at_the_door(other), letter.pk)
    assert not Service.objects.exists()
    doors.enter(at_door(letter), letter.pk)
    assert Review.objects.get().told_at is not None
    assert DrugTest.objects.get().status == DrugTest.Status.VERIFIED_POSITIVE


def test_whoever_commands_an_officer_on_a_sheet_neither_sends_nor_voids_it_as_a_whole():
    """The totals, and the reasons for refusing them, would tell him of a test that is hidden from him."""
    unit = make.unit()
    sheet = make.sheet(make.user(unit=unit), unit)
    make.non_negative(sheet.administrator, sheet, of=make.officer(make.unit(unit)))
    chief = make.user(unit=unit, officer=make.officer(unit, is_head=True))

    with pytest.raises(PermissionDenied, match="whom you command"):
        sheets.send(chief, sheet.pk, stated_non_negative=0)
    with pytest.raises(PermissionDenied, match="whom you command"):
        drug_tests.void_all(chief, sheet.pk, reason="A kit failed.")
    assert sheets.send(sheet.administrator, sheet.pk).status == "SENT"
