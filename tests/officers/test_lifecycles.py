"""Steps x roles x states: the whole table, said once more by hand and compared with what `advance` does."""

import pytest
from django.core.exceptions import PermissionDenied

from ledger.actors import CLOCK
from ledger.conflict import Conflict
from officers.lifecycles import STEPS, advance, verbs
from officers.models import Claim, DrugTest, Import, Officer, Review, SelfReferral, Sheet, Specimen
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db

LINES = {"NEGATIVE", "CONFIRMATION_NEEDED", "AT_LABORATORY", "REPEAT_NEEDED", "NOT_TAKEN"}
KEEPERS = {Role.REGISTRAR, Role.SYSTEM_ADMINISTRATOR}

# (model, verb): (who may, of an own-unit row; from which states; to which state, or None to stay)
EXPECTED = {
    (Officer, "correct"): (KEEPERS, set(Officer.Status.values) - {"ENTERED_IN_ERROR"}, None),
    (Officer, "renumber"): (KEEPERS, {"SERVING", "SUSPENDED"}, None),
    (Officer, "post"): (KEEPERS, {"SERVING", "SUSPENDED"}, None),
    (Officer, "leave"): (KEEPERS, {"SERVING", "SUSPENDED"}, None),
    (Sheet, "enter"): ({Role.ADMINISTRATOR}, {"OPEN"}, None),
    (Sheet, "amend"): ({Role.ADMINISTRATOR}, {"OPEN"}, None),
    (Sheet, "send"): ({Role.ADMINISTRATOR}, {"OPEN"}, "SENT"),
    (Sheet, "void"): ({Role.ADMINISTRATOR}, {"OPEN", "SENT"}, "VOID"),
    (DrugTest, "correct"): ({Role.ADMINISTRATOR}, LINES, None),
    (DrugTest, "void"): ({Role.ADMINISTRATOR}, LINES, "VOID"),
    (DrugTest, "dispatch"): ({Role.ADMINISTRATOR}, {"CONFIRMATION_NEEDED"}, "AT_LABORATORY"),
    (DrugTest, "claim"): ({Role.ADMINISTRATOR}, {"NOT_TAKEN"}, None),
    (Specimen, "direct"): ({Role.ADMINISTRATOR}, {"IN_CUSTODY"}, None),
    (Specimen, "hand_over"): ({Role.ADMINISTRATOR, Role.LABORATORY}, {"IN_CUSTODY", "RECEIVED"}, None),
    (Specimen, "receive"): ({Role.LABORATORY}, {"IN_CUSTODY"}, "RECEIVED"),
    (Specimen, "receive_second"): ({Role.LABORATORY}, {"RECEIVED"}, None),
    (Specimen, "redesignate"): ({Role.LABORATORY}, {"RECEIVED"}, None),
    (Specimen, "reject"): ({Role.LABORATORY}, {"IN_CUSTODY", "RECEIVED"}, "REJECTED"),
    (Specimen, "report"): ({Role.LABORATORY}, {"RECEIVED"}, None),
    (Specimen, "report_second"): ({Role.LABORATORY}, {"RECEIVED"}, None),
    (Review, "take"): ({Role.REVIEWING_PHYSICIAN}, {"OPEN"}, None),
    (Review, "attempt"): ({Role.REVIEWING_PHYSICIAN}, {"OPEN"}, None),
    (Review, "hear"): ({Role.REVIEWING_PHYSICIAN}, {"OPEN"}, None),
    (Review, "write_letter"): ({Role.REVIEWING_PHYSICIAN}, set(Review.Status.values), None),
    (Review, "verify"): ({Role.REVIEWING_PHYSICIAN}, {"OPEN"}, "VERIFIED"),
    (Review, "clear"): ({Role.REVIEWING_PHYSICIAN}, {"OPEN"}, "CLOSED"),
    (Review, "cancel"): ({Role.REVIEWING_PHYSICIAN}, {"OPEN", "VERIFIED"}, "CLOSED"),
    (Review, "determine"): ({Role.REVIEWING_PHYSICIAN}, {"OPEN"}, "CLOSED"),
    (Review, "explain"): ({Role.REVIEWING_PHYSICIAN}, {"OPEN"}, None),
    (Review, "ask_retest"): ({Role.REVIEWING_PHYSICIAN}, {"TOLD"}, "RETEST"),
    (Review, "send_second"): ({Role.REVIEWING_PHYSICIAN}, {"RETEST"}, None),
    (Review, "close_window"): ({"clock"}, {"TOLD"}, "CLOSED"),
    (Review, "reopen"): ({Role.REVIEWING_PHYSICIAN}, {"VERIFIED", "TOLD", "CLOSED"}, "OPEN"),
    (SelfReferral, "take"): ({Role.REVIEWING_PHYSICIAN}, {"ASKED", "OFFERED"}, "IN_CARE"),
    (SelfReferral, "end"): ({Role.REVIEWING_PHYSICIAN}, {"IN_CARE", "OFFERED"}, "ENDED"),
    (Import, "check"): ({"clock"}, {"CHECKING"}, "CHECKED"),
    (Import, "give_up"): ({"clock"}, {"CHECKING"}, "UNREADABLE"),
    (Import, "describe"): ({"uploader"}, {"CHECKED"}, "CHECKING"),
    (Import, "take"): ({"uploader"}, {"CHECKED", "STOPPED"}, "TAKING"),
    (Import, "stop"): ({"uploader"}, {"TAKING"}, "STOPPED"),
    (Import, "go_on"): ({"clock"}, {"TAKING"}, None),
    (Import, "recheck"): ({"clock"}, {"TAKING"}, "CHECKING"),
    (Import, "finish"): ({"clock"}, {"TAKING"}, "TAKEN"),
    (Import, "cancel"): ({"uploader"}, {"CHECKING", "CHECKED"}, "CANCELLED"),
    (Import, "undo"): ({"uploader"}, {"TAKEN", "STOPPED"}, "UNDONE"),
}


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def people(unit):
    """Someone of each role at the unit, an administrator of another, the clock, and who uploaded the file."""
    found = {role: make.user(role, unit) for role in Role.values}
    found["administrator elsewhere"] = make.user(Role.ADMINISTRATOR, make.unit())
    found["nobody"] = make.user(None)
    found["uploader"] = make.user(Role.ADMINISTRATOR, unit)
    found["clock"] = CLOCK
    return found


@pytest.fixture
def rows(unit, people):
    sheet = make.sheet(people["uploader"], unit)
    test = make.test(people["uploader"], sheet)
    file = Import(kind=Import.Kind.CAMPAIGN, unit=unit, uploaded_by=people["uploader"])
    physician = people[Role.REVIEWING_PHYSICIAN]
    claim = Claim(pk=1, made_by_id=0)
    return {
        Officer: test.officer,
        Sheet: sheet,
        DrugTest: test,
        Import: file,
        Specimen: Specimen(test=test, laboratory=unit, second_laboratory=unit),
        Review: Review(test=test, reviewer=physician, report_id=1, claim=claim),
        SelfReferral: SelfReferral(physician=physician),
    }


def test_the_table_by_hand_names_every_step():
    assert {(model, step.verb) for model, steps in STEPS.items() for step in steps} == set(EXPECTED)


@pytest.mark.parametrize(("model", "verb"), EXPECTED, ids=lambda value: getattr(value, "__name__", value))
def test_each_step_is_for_whom_and_from_where_the_table_says(model, verb, rows, people):
    allowed, sources, target = EXPECTED[model, verb]
    row = rows[model]
    for name, person in people.items():
        # The uploader is an administrator of the unit as well.
        may = name in allowed or (name == "uploader" and Role.ADMINISTRATOR in allowed)
        for status in model.Status.values:
            row.status = status
            if not may:
                with pytest.raises(PermissionDenied):
                    advance(row, verb, by=person)
                assert row.status == status
            elif status not in sources:
                with pytest.raises(Conflict):
                    advance(row, verb, by=person)
                assert row.status == status
            else:
                assert verb in verbs(row, person)
                advance(row, verb, by=person)
                assert row.status == (target or status)


def test_who_entered_a_line_may_not_correct_it_once_something_was_built_on_it(unit):
    first, second = make.user(Role.ADMINISTRATOR, unit), make.user(Role.ADMINISTRATOR, unit)
    test = make.non_negative(first, make.sheet(first, unit))
    assert {"correct", "void"} <= set(verbs(test, first))

    test.dispatched_at = test.entered_at

    assert not {"correct", "void"} & set(verbs(test, first))
    assert {"correct", "void"} <= set(verbs(test, second))
