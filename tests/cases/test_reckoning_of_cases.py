"""What is reckoned in cases: who decides by what paper, what leads to a reporter, last days, what the clock finds."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from cases.actions import cases, grounds
from cases.actions.dues import set_due
from cases.models import Case, CaseNotice
from cases.queries import sweeps
from cases.reckoning.pointers import LONGEST_STRETCH, pointers
from cases.reckoning.powers import Power, graver, height, power, suffices
from ledger import clock
from ledger.actors import CLOCK
from officers.actions import reviews
from officers.reckoning.defaults import RANKS
from officers.reckoning.discipline import POWERS
from officers.reckoning.settings import INSTRUMENTS, MEASURES
from tests.dismissals import Road, again, serve_all
from tests.results import Way

MINISTER = Power("MINISTRY", "ministerial_decision")


@pytest.mark.parametrize(
    ("measure", "rank", "heads", "expected"),
    [
        ("dismissal", "CPL", "", MINISTER),
        ("dismissal", "COL", "", MINISTER),
        ("dismissal", "BG", "", Power("MINISTRY", "royal_decree")),
        ("demotion", "GEN", "", Power("MINISTRY", "royal_decree")),
        ("transfer", "LTG", "", Power("MINISTRY", "sub_decree")),
        ("advice", "CPL", "PROVINCIAL_COMMISSARIAT", Power("MINISTRY", "sub_decree")),
        ("suspension", "CPT", "", MINISTER),
        ("advice", "MAJ", "", Power("GENERAL_COMMISSARIAT", "unit_order")),
        ("transfer", "CPL", "", Power("GENERAL_COMMISSARIAT", "unit_order")),
        ("written_warning", "CPT", "", Power("PROVINCIAL_COMMISSARIAT", "unit_order")),
    ],
)
def test_the_first_row_that_fits_says_who_decides(measure, rank, heads, expected):
    assert power(POWERS, RANKS, measure=measure, rank=rank, heads=heads) == expected


def test_no_row_lowers_what_the_table_of_ranks_names_for_removal():
    low = [{"order": 1, "measure": "", "rank_from": "", "heads": "", "decided_by": "PROVINCIAL_COMMISSARIAT"}]
    low[0]["instrument"] = "unit_order"
    assert power(low, RANKS, measure="dismissal", rank="MG") == Power("MINISTRY", "royal_decree")
    assert power(low, RANKS, measure="dismissal", rank="CPL") == MINISTER
    assert power(low, RANKS, measure="dismissal", rank="of no table") == MINISTER
    assert power(low, RANKS, measure="transfer", rank="MG").instrument == "unit_order"
    assert power([], RANKS, measure="advice", rank="CPL") == MINISTER


def test_what_stands_higher_may_do_what_the_lower_may():
    for kind, may in (
        ("MINISTRY", True),
        ("INSPECTORATE_GENERAL", True),
        ("GENERAL_COMMISSARIAT", True),
        ("PROVINCIAL_COMMISSARIAT", False),
        ("COMMUNE_POST", False),
        ("of no table", False),
    ):
        assert suffices(kind, Power("GENERAL_DEPARTMENT", "unit_order")) == may
    assert [height(one) for one in INSTRUMENTS] == [0, 1, 2, 3, 4]
    assert [graver("transfer", one) for one in MEASURES] == [True, True, True, False, False, False, False]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Call 012 345 678 at night.", "telephone"),
        ("លេខទូរស័ព្ទ ០១២ ៣៤៥ ៦៧៨ របស់គាត់", "telephone"),
        ("លេខ០៩៧៣៤៥៦៧៨៩។", "telephone"),
        ("+855 12-345-678", "telephone"),
        ("(+855) 97 345 6789", "telephone"),
        ("(012) 345-678", "telephone"),
        ("012/345/678", "telephone"),
        ("0\u200b12\u200b345\u200b678", "telephone"),
        ("０１２３４５６７８", "telephone"),
        ("write to dara.sok@example.org", "mail"),
        ("dara @ example.org", "mail"),
        ("1234 5678 9012 3456", "receipt"),
        ("១២៣៤-៥៦៧៨-៩០១២-៣៤៥៦", "receipt"),
        ("1234.5678.9012.3456", "receipt"),
        ("as c-000012-34 says", "reference"),
    ],
)
def test_what_leads_to_the_reporter_is_found_however_it_is_written(text, code):
    assert [one.code for one in pointers(f"He was seen. {text} Again.", "")] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "On 05.03.2024 he left his post.",
        "From 01 02 2024 to 03 02 2024.",
        "ថ្ងៃទី០៥-០៣-២០២៤",
        "He took 150,000 riel three times; case DC-000012-34.",
        "Lot 120123456789012 was missing.",
    ],
)
def test_days_sums_and_numbers_of_things_lead_to_nobody(text):
    assert pointers(text, "") == []


def test_the_reporters_own_words_are_found_over_a_long_stretch_only():
    words = "អ្នកជិតខាងបានឃើញមន្ត្រីនោះលក់គ្រឿងញៀននៅមុខប៉ុស្តិ៍រៀងរាល់យប់ហើយគ្មាននរណាហ៊ាននិយាយអ្វីទេព្រោះខ្លាចគាត់"
    assert len(words) > LONGEST_STRETCH
    (found,) = pointers(f"គេថា {words} ។", f"ខ្ញុំឃើញ។ {words}")
    assert (found.code, found.piece) == ("own_words", words)
    hidden = "\u200b".join(words)
    assert [one.code for one in pointers(hidden, words)] == ["own_words"]
    english = (
        "At night people come to the blue house behind the post and leave with small bags that he hands them."
    )
    assert pointers(english.upper().replace(" ", "\n  "), f"I saw it. {english}")[0].code == "own_words"
    assert pointers(words[: LONGEST_STRETCH - 1], words) == []
    assert pointers("", words) == []
    assert pointers(words, "") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "start", "due_for", "due"),
    [
        ("OPENED", "2026-11-20", "allegation_notice", "2026-12-02"),
        ("INVESTIGATED", "2026-04-10", "unit_proposal", "2026-04-29"),
        ("CHECKED", "2026-11-20", "minister_decision", "2026-12-23"),
        ("CLOSED", "2026-11-20", "", None),
    ],
)
def test_the_last_day_of_a_case_counts_working_days_over_festivals(status, start, due_for, due):
    moment = timezone.make_aware(datetime.combine(date.fromisoformat(start), time(9)))
    case = Case(status=status, opened_at=moment, response_until=moment, checked_at=moment)
    set_due(case)
    assert (case.due_for, case.due_on and case.due_on.isoformat()) == (due_for, due)


@pytest.mark.django_db
def test_the_clock_finds_what_there_is_to_do_and_nothing_twice():
    road = Road()
    review = Way(road.unit).final_unheard()
    assert sweeps.tests_without_case() == [review.test_id]
    case = cases.open_for_test(CLOCK, review.test_id)
    assert sweeps.tests_without_case() == []
    assert cases.open_for_test(CLOCK, review.test_id) is None
    assert sweeps.grounds_that_fell() == []

    reviews.reopen(review.reviewer, review.pk, reason="He was ill.")
    ground = case.grounds.get()
    assert sweeps.grounds_that_fell() == [ground.pk]
    assert grounds.drop_fallen(CLOCK, ground.pk).status == "FALLEN"
    assert sweeps.grounds_that_fell() == []
    assert grounds.drop_fallen(CLOCK, ground.pk) is None


@pytest.mark.django_db
def test_what_an_officer_was_told_of_during_a_stay_counts_when_the_case_goes_on():
    road = Road()
    case = cases.stay(road.case_officer, road.notified().pk, reason="The court has it.")
    road.tell(case)
    assert CaseNotice.objects.get().told_at is not None
    assert again(case).told_at is None
    assert sweeps.notices_told() == []
    with clock.at(clock.now() + timedelta(days=40)):
        cases.resume(road.case_officer, case.pk, reason="The court has decided.")
        serve_all()
        case = again(case)
        assert (case.status, case.told_at) == ("RESPONSE", CaseNotice.objects.get().told_at)
        assert case.response_until > clock.now() + timedelta(days=14)
