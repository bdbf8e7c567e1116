"""Records as they stood: which, for whom, and how much of each."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.http import Http404
from django.urls import reverse

from audits.actions import recusals
from audits.queries.closed import CLOSED_COLUMNS
from audits.queries.columns import SEALED, TECHNICAL, WORDS, columns
from audits.queries.parts import seen_of
from audits.queries.past import ABSENT, DELETED, ERASED, THERE, TICK, Past
from audits.queries.records import CLOSED, OPEN, called, record, rows_for
from cases.actions import complaints, extracts, grounds
from cases.models import Case, Deed, Extract, Ground, Reporter
from ledger import clock, guard
from ledger.acting import erase, recording
from ledger.actors import CLOCK
from ledger.models import AuditedQuerySet, Change, Event, Read, Renaming
from officers.actions import drug_tests, sheets, units
from officers.models import Posting, SelfReferral, ServiceNumber, Unit
from officers.models.users import Role
from officers.queries.images import called_today
from tests import make
from tests.audits.reported import WHY, extracted
from tests.dismissals import Road, again

pytestmark = pytest.mark.django_db
COMMITTED = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])


@pytest.fixture
def auditor():
    return make.user(Role.AUDITOR)


@pytest.fixture
def client(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def keeper():
    return make.user(Role.SYSTEM_ADMINISTRATOR)


def rename(keeper, unit, name, moment):
    with clock.at(moment):
        units.rename(keeper, unit.pk, name_km=name, name_latin=name, reason=f"Now {name}.")


def test_every_table_is_open_to_auditors_or_closed_for_a_reason():
    tables = {model._meta.db_table for model in OPEN}

    assert tables | CLOSED.keys() == guard.audited_tables().keys()
    assert not tables & CLOSED.keys()
    assert all(len(why) > 20 for why in CLOSED.values())


def test_what_nobody_sees_by_itself_is_closed(auditor):
    for model in apps.get_models():
        if model._meta.db_table in guard.audited_tables() and model not in (Posting, ServiceNumber):
            silent = type(model._default_manager.all()).visible_to is AuditedQuerySet.visible_to
            assert not silent or model._meta.db_table in CLOSED, model
    assert not SelfReferral.objects.visible_to(auditor).exists()


def test_every_column_has_words_and_what_is_listed_is_there():
    named = {f"{model._meta.db_table}.{field.name}" for model in OPEN for field, _words in columns(model)}
    names = {field.name for model in OPEN for field in model._meta.concrete_fields}

    assert SEALED.keys() <= named
    # A column of a relation is called by its field here, and by itself in an image.
    closed = {
        f"{table}.{name.removesuffix('_id')}" for table, names in CLOSED_COLUMNS.items() for name in names
    }
    assert closed <= SEALED.keys()
    assert all(SEALED.values())
    assert names >= TECHNICAL
    assert names >= WORDS.keys()
    for model in OPEN:
        assert str(called(model))
        for field in model._meta.concrete_fields:
            hashed = (
                field.name in ("sha256", "digest", "receipt") or field.get_internal_type() == "BinaryField"
            )
            shown = field.name not in TECHNICAL and f"{model._meta.db_table}.{field.name}" not in SEALED
            # Digests that auditors publish, for others to compare.
            assert not (hashed and shown) or model.__name__ in ("Sample", "OutsideList"), field


def test_a_row_stands_as_its_newest_image_recorded_by_then(auditor, keeper):
    unit, start = make.unit(name_latin="First"), clock.now()
    rename(keeper, unit, "Second", start + timedelta(days=1))
    rename(keeper, unit, "Third", start + timedelta(days=2))
    past = Past(unit, auditor)

    def name(at):
        return past.told(Unit, unit.pk, at).get("name_latin")

    assert past.state(Unit, unit.pk, past.first - TICK).kind == ABSENT
    assert name(past.first - TICK) is None
    assert name(past.first) == "First"
    assert name(start + timedelta(days=1) - TICK) == "First"
    assert name(start + timedelta(days=1)) == "Second"
    assert name(start + timedelta(days=9)) == "Third"


def test_what_lies_between_says_each_act_who_why_and_what_it_changed(auditor, keeper):
    unit, start = make.unit(name_latin="First"), clock.now()
    rename(keeper, unit, "Second", start + timedelta(days=1))
    rename(keeper, unit, "Third", start + timedelta(days=2))

    past = Past(unit, auditor)
    (one,) = past.between(start + timedelta(days=1), start + timedelta(days=2))

    assert (one.words, one.actor, one.reason) == ("Unit renamed", keeper.name_latin, "Now Third.")
    assert one.role == "System administrator"
    assert [(of, ("Name in Latin letters", "Second", "Third") in told) for of, told in one.changes] == [
        ("Unit", True)
    ]
    beside = past.beside(Unit, unit.pk, start, start + timedelta(days=3))
    changed = {cell.label: (cell.old, cell.new) for cell in beside.cells if cell.is_changed}
    assert beside.mark == "changed"
    assert changed["Name in Latin letters"] == ("First", "Third")
    assert "Code" not in changed


def test_who_and_what_a_record_names_is_called_as_it_was_then(auditor, keeper):
    unit, start = make.unit(name_latin="Old Post", name_km="ចាស់"), clock.now()
    sheet = make.sheet(unit=unit)
    rename(keeper, unit, "New Post", start + timedelta(days=1))

    past = Past(sheet, auditor)

    assert past.told(type(sheet), sheet.pk, start + timedelta(hours=1))["unit"] == "Old Post"
    assert past.told(type(sheet), sheet.pk, start + timedelta(days=1))["unit"] == "New Post"


def test_a_column_renamed_since_stands_under_its_present_name():
    renamings = [
        Renaming(table_name="officers_unit", old="note", new="hint", last_change=7),
        Renaming(table_name="officers_unit", old="hint", new="remark", last_change=9),
    ]
    assert called_today({"note": "Near the bridge."}, 5, renamings) == {"remark": "Near the bridge."}
    assert called_today({"hint": "Near the bridge."}, 8, renamings) == {"remark": "Near the bridge."}
    assert called_today({"note": "Of another kind."}, 10, renamings) == {"note": "Of another kind."}


@pytest.mark.bends_the_log
def test_an_erased_image_is_said_to_be_erased(auditor, keeper):
    unit, start = make.unit(name_latin="First"), clock.now()
    rename(keeper, unit, "Second", start + timedelta(days=1))
    first = Change.objects.filter(table_name="officers_unit", row_id=unit.pk).earliest("version")
    erase(CLOCK, [first.pk], reason="A court's order.")

    past = Past(unit, auditor)

    assert past.state(Unit, unit.pk, start).kind == ERASED
    assert past.told(Unit, unit.pk, start) == {}
    assert past.state(Unit, unit.pk, start + timedelta(days=1)).kind == THERE
    beside = past.beside(Unit, unit.pk, start, start + timedelta(days=1))
    assert (beside.old.kind, beside.mark) == (ERASED, "changed")


def test_a_part_that_was_deleted_stands_as_it_stood_and_then_as_gone(auditor):
    officer = make.user(Role.CASE_OFFICER)
    row = make.complaint()
    complaints.take_action(officer, row.pk, kind="visited", text="We went there.", done_on=clock.today())
    deed, before = Deed.objects.get(), clock.now()
    with clock.at(before + timedelta(days=1)), recording("deed.removed", actor=CLOCK, subject=row):
        deed_id = deed.pk
        Deed.objects.filter(pk=deed_id).delete()

    past = Past(row, auditor)

    assert past.told(Deed, deed_id, before)["text"] == "We went there."
    assert past.state(Deed, deed_id, before + timedelta(days=1)).kind == DELETED
    (part,) = [one for one in past.parts(before, before + timedelta(days=2)) if one.words == "Action taken"]
    assert [one.mark for one in part.rows] == ["gone"]
    assert record("cases_deed", deed_id, auditor).pk == deed_id


def test_a_case_stands_with_all_that_belonged_to_it_then(auditor):
    road = Road()
    case, start = road.opened(), clock.now()
    with clock.at(start + timedelta(days=1)):
        grounds.add_ground(
            road.case_officer,
            case.pk,
            kind="absence",
            text="He stayed away.",
            happened_on=start.date(),
            until=start.date(),
        )
    with clock.at(start + timedelta(days=2)):
        road.assessed(case)

    past = Past(again(case), auditor)
    marks = {
        str(part.words): [one.mark for one in part.rows]
        for part in past.parts(start, start + timedelta(days=3))
    }

    assert marks["Ground"] == ["", "added"]
    assert marks["Paper in the file"] == [""]
    told = past.told(Case, case.pk, start + timedelta(days=3))
    assert told["severity"] == "Breach for which dismissal is possible"
    assert told["due_for"] == "Case: notice of the allegations from opening"
    assert past.told(Case, case.pk, start)["severity"] == "–"


def test_a_closed_table_and_an_unknown_one_are_not_there(auditor):
    row = make.complaint()
    for table in (*CLOSED, "auth_user", "officers_credential", "ledger_event"):
        with pytest.raises(Http404):
            record(table, row.pk, auditor)


def test_who_is_no_auditor_sees_no_record_of_another(auditor):
    case = Road().opened()
    assert record("cases_case", case.pk, auditor) == case
    stranger = make.user(Role.AUDITOR, make.unit())
    with pytest.raises(Http404):
        record("cases_case", case.pk, stranger)


def test_an_auditor_is_kept_from_what_he_recused_himself_from_with_all_its_parts(auditor):
    case = Road().opened()
    ground = Ground.objects.get(case=case)
    recusals.declare(auditor, kind="relative", officer_id=case.officer_id, reason="My cousin.")

    for table, pk in (
        ("cases_case", case.pk),
        ("cases_ground", ground.pk),
        ("officers_officer", case.officer_id),
        ("officers_posting", Posting.objects.get(officer=case.officer).pk),
    ):
        with pytest.raises(Http404):
            record(table, pk, auditor)


def test_all_open_tables_answer_for_an_auditor(auditor):
    Road().in_force()
    for model in OPEN:
        assert rows_for(model, auditor).distinct().count() <= seen_of(model, auditor).count()


def test_an_extract_never_says_of_which_complaint_it_is_nor_what_nobody_checked(auditor):
    road, case, row, made = extracted()

    told = Past(case, auditor).told(Extract, made.pk, clock.now())
    assert (told["text"], told["complaint"]) == ("sealed", "sealed")
    extracts.check(road.supervisor, made.pk)
    past = Past(case, auditor)
    told = past.told(Extract, made.pk, clock.now())
    assert (told["text"], told["complaint"]) == ("He took money.", "sealed")
    said = str([past.parts(past.first, clock.now()), past.between(past.first, clock.now())])
    assert row.reference not in said


def test_how_a_reporter_can_be_reached_and_who_wished_to_know_is_nowhere_in_the_past(auditor):
    _road, _case, row, _made = extracted()

    past = Past(row, auditor)

    said = str([past.parts(past.first, clock.now()), past.between(past.first - TICK, clock.now())])
    assert WHY not in said
    assert "012 345 678" not in said
    assert {model for model, _pk in past.keys}.isdisjoint({Reporter})
    assert "Asked how the reporter can be reached" in said


@COMMITTED
def test_the_page_shows_two_moments_and_each_look_is_in_the_read_log(client, auditor):
    sheet = make.sheet()
    wrong = make.officer(sheet.unit, name_latin="Wrong One")
    right = make.officer(sheet.unit, name_latin="Right One")
    test = make.test(sheet.administrator, sheet, wrong)
    drug_tests.correct(sheet.administrator, test.pk, make.line(right), reason="The wrong officer.")
    address = reverse("audit_record", args=["officers_drugtest", test.pk])
    client.force_login(auditor)

    page = client.get(address).content.decode()
    assert "Wrong One" in page
    assert "Right One" in page
    assert "The wrong officer." in page
    corrected = Event.objects.get(verb="drug_test.corrected").recorded_at
    said = {"at": (corrected - TICK).isoformat(), "beside": corrected.isoformat()}
    assert client.get(address, said).status_code == 200
    assert client.get(address, {"at": "yesterday", "beside": "2026-01-01"}).status_code == 200
    first, second, _third = Read.objects.filter(table_name="officers_drugtest").order_by("pk")
    assert (first.what, first.row_id, first.fields) == ("opened", test.pk, ["past"])
    assert first.detail == {"at": "", "beside": ""}
    assert second.detail == said
    client.force_login(sheet.administrator)
    assert client.get(address).status_code == 404


@COMMITTED
def test_moments_given_the_wrong_way_round_stand_the_right_way(client, auditor):
    sheet = make.sheet()
    start = clock.now()
    with clock.at(start + timedelta(days=1)):
        sheets.amend(sheet.administrator, sheet.pk, reason="promotion")
    client.force_login(auditor)
    later = (start + timedelta(days=2)).isoformat()

    page = client.get(
        reverse("audit_record", args=["officers_sheet", sheet.pk]), {"at": later, "beside": start.isoformat()}
    )

    assert page.context["old"] == start
    assert page.context["form"]["at"].value() == start.isoformat()
    (cell,) = [one for one in page.context["record"]["cells"] if one.label == "Reason for test"]
    assert (cell.old, cell.new) == ("Random selection", "Promotion")


@COMMITTED
def test_the_page_of_a_case_leads_auditors_alone_to_its_past_and_its_thread(client, auditor):
    road = Road()
    case = road.opened()
    leads = [
        reverse("audit_record", args=["cases_case", case.pk]),
        reverse("audit_thread", args=["case", case.pk]),
    ]
    client.force_login(auditor)
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert [page.count(f'href="{address}"') for address in leads] == [1, 1]
    client.force_login(road.case_officer)
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert [page.count(address) for address in leads] == [0, 0]
