"""The read log, and the patterns in it: each that was planted is found, and the ordinary day is not."""

import time
from datetime import date, datetime, timedelta
from datetime import time as clock_time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from audits.actions import read_notes
from audits.models import Finding, ReadNote
from audits.queries import reads
from audits.queries.read_words import in_words
from audits.queries.reads import MEANINGS, Period, behind, patterns, read_rules
from ledger import clock
from ledger.models import Event, Read
from ledger.reading import note_read
from officers.models.users import Role
from officers.reckoning.settings import LOOKS_FOR
from tests import make
from tests.auditing import Bench
from tests.dismissals import Road

pytestmark = pytest.mark.django_db
DOORS = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])


@pytest.fixture
def bench():
    return Bench()


def around():
    today = clock.today()
    return Period(today - timedelta(days=20), today + timedelta(days=20))


def found(looks_for, period=None, least=None):
    rule = next(one for one in read_rules() if one["looks_for"] == looks_for)
    if least is not None:
        rule = rule | {"least": least}
    return {one.person_id: one.count for one in patterns(rule, period or around())}


def at_hour(hour, days=0):
    day = clock.today() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, clock_time(hour)))


def open_(user, table, *ids):
    for pk in ids:
        note_read(user, "opened", table, pk)


def test_each_rule_about_reads_has_its_words_and_its_statement(bench):
    wanted = set(LOOKS_FOR["read"])
    assert wanted == MEANINGS.keys() == reads._statements().keys()
    assert {rule["looks_for"] for rule in read_rules()} == wanted


def test_a_read_without_a_task_is_found_and_one_with_a_task_is_not(bench):
    road = Road()
    case = road.served()
    stranger, early = make.user(Role.REGISTRAR), make.user(Role.LEGAL_CHECKER)
    for user in (stranger, early):
        open_(user, "cases_case", case.pk)
    open_(stranger, "officers_officer", case.officer_id)
    for user in (road.case_officer, road.supervisor, bench.lead, make.user(Role.INSPECTOR)):
        open_(user, "cases_case", case.pk)
    open_(road.case_officer, "officers_officer", case.officer_id)  # whose case he conducts

    assert found("no_task") == {stranger.pk: 2, early.pk: 1}
    assert set(behind(rule("no_task"), around(), stranger.pk).values_list("table_name", flat=True)) == {
        "cases_case",
        "officers_officer",
    }


def rule(looks_for):
    return next(one for one in read_rules() if one["looks_for"] == looks_for)


def test_what_waits_for_a_role_is_a_task_and_what_is_long_over_is_none(bench):
    road = Road()
    case = road.proposed()
    legal = make.user(Role.LEGAL_CHECKER)
    complaint = make.complaint()
    neighbour = make.user(Role.CASE_OFFICER, unit=make.unit())
    test = make.test()
    open_(legal, "cases_case", case.pk)
    open_(road.legal, "cases_case", case.pk)
    open_(make.user(Role.SUPERVISOR), "officers_drugtest", test.pk)
    open_(make.user(Role.SUPERVISOR), "cases_complaint", complaint.pk)
    assert found("no_task") == {}

    open_(neighbour, "cases_complaint", complaint.pk)
    with clock.at(clock.now() + timedelta(days=15)):
        later = make.user(Role.ADMINISTRATOR)
        open_(later, "officers_drugtest", test.pk)
    assert found("no_task") == {neighbour.pk: 1}
    with clock.at(clock.now() + timedelta(days=60)):
        open_(later, "officers_drugtest", test.pk)
        assert found("no_task") == {later.pk: 1}


def test_a_unit_that_reads_about_itself_is_found(bench):
    own, other = make.unit(), make.unit()
    reader = make.user(Role.ADMINISTRATOR, officer=make.officer(own))
    colleague, stranger = make.officer(own), make.officer(other)
    open_(reader, "officers_officer", colleague.pk)
    open_(make.user(Role.ADMINISTRATOR), "officers_officer", colleague.pk)
    open_(reader, "officers_officer", stranger.pk)

    assert found("own_unit") == {reader.pk: 1}


def test_many_records_within_ten_minutes_are_found_and_many_looks_at_one_are_not(bench):
    quick, slow, fond = make.user(), make.user(), make.user()
    start = at_hour(10)
    for number in range(30):
        with clock.at(start + timedelta(seconds=10 * number)):
            open_(quick, "officers_officer", 1000 + number)
            open_(fond, "officers_officer", 1000)
        with clock.at(start + timedelta(seconds=60 * number)):
            open_(slow, "officers_officer", 1000 + number)
    with clock.at(start + timedelta(hours=2)):
        open_(quick, "officers_officer", 1)

    assert found("burst") == {quick.pk: 30}
    assert found("burst", least=31) == {}
    assert found("burst", least=10) == {quick.pk: 30, slow.pk: 30}


def test_what_is_read_at_night_is_found_by_the_time_of_phnom_penh(bench):
    owl, lark = make.user(), make.user()
    for hour in (22, 4):
        with clock.at(at_hour(hour)):
            note_read(owl, "listed", "officers_officer")
    for hour in (5, 12, 21):
        with clock.at(at_hour(hour)):
            note_read(lark, "listed", "officers_officer")

    assert found("night") == {owl.pk: 2}
    yesterday = clock.today() - timedelta(days=1)
    assert found("night", Period(yesterday, yesterday)) == {}


def test_an_ordinary_day_has_no_pattern(bench):
    with clock.at(at_hour(9)):
        road = Road(make.unit())
        case = road.in_force()
        open_(road.case_officer, "cases_case", case.pk)
        open_(road.case_officer, "officers_officer", case.officer_id)
        open_(road.authority, "cases_case", case.pk)
        open_(road.registrar, "cases_case", case.pk)
        note_read(road.supervisor, "listed", "cases_case")

    assert [found(looks_for) for looks_for in LOOKS_FOR["read"]] == [{}, {}, {}, {}]


def test_an_explanation_is_anothers_and_stays(bench):
    today = clock.today()
    about = {"rule": "read_night", "since": today, "until": today, "explanation": "He was on duty."}
    note = read_notes.explain(bench.lead, bench.second.pk, **about)

    assert Event.objects.about(note).get().verb == "read_note.written"
    for actor in (bench.second, make.user(Role.INSPECTOR), make.user()):
        with pytest.raises(PermissionDenied):
            read_notes.explain(actor, bench.second.pk, **about)
    for wrong in ({"rule": "x"}, {"until": today - timedelta(days=1)}, {"explanation": " "}):
        with pytest.raises(ValidationError):
            read_notes.explain(bench.lead, bench.second.pk, **about | wrong)
    for statement in (
        "UPDATE audits_readnote SET explanation = 'x', version = version + 1",
        "DELETE FROM audits_readnote",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@DOORS
def test_the_log_of_reads_is_chosen_from_and_written_to_a_file(client, bench):
    unit = make.unit()
    officer = make.officer(unit)
    reader = make.user(Role.ADMINISTRATOR, unit=unit, name_latin="Chan Dara")
    note_read(reader, "opened", "officers_officer", officer.pk, fields=["status"])
    note_read(reader, "searched", "officers_officer", q="Sok Thida")
    note_read(make.user(name_latin="Another Person"), "exported", "officers_drugtest")
    client.force_login(bench.lead)
    client.cookies["language"] = "en"

    def shown(**chosen):
        answer = client.get(reverse("audit_reads"), chosen)
        assert answer.status_code == 200
        return [
            (one.what, one.record) for one in answer.context["rows"] if one.read.actor_id != bench.lead.pk
        ]

    name = f"{officer.name} · {officer.service_number}"
    opened, searched, exported = ("Opened", name), ("Searched", ""), ("Exported", "")
    assert shown() == [exported, searched, opened]
    assert shown(person="dara") == [searched, opened]
    assert shown(unit=unit.code) == [searched, opened]
    assert shown(what="exported") == [exported]
    assert shown(table="officers_officer", record=officer.service_number) == [opened]
    assert shown(table="officers_officer", record="999999999") == []
    assert shown(field="status") == [opened]
    assert shown(text="thida") == [searched]
    today = clock.today()
    assert shown(since=today.isoformat(), until=today.isoformat()) == [exported, searched, opened]
    assert shown(until=(today - timedelta(days=1)).isoformat()) == []
    assert client.get(reverse("audit_reads"), {"after": "x"}).status_code == 302

    file = client.get(reverse("audit_reads_export"), {"person": "dara"}).content.decode()
    assert "Searched for: Sok Thida" in file
    assert officer.service_number in file
    assert "Another Person" not in file
    assert Read.objects.filter(actor_id=bench.lead.pk, what="exported", table_name="ledger_read").count() == 1

    of_record = client.get(reverse("audit_reads_of_record", args=["officers_officer", officer.pk]))
    assert [one.read.actor_id for one in of_record.context["rows"]] == [reader.pk]
    of_person = client.get(reverse("audit_reads_of_person", args=[reader.pk]))
    assert len(of_person.context["rows"]) == 2
    assert client.get(reverse("audit_reads_of_record", args=["officers_officer", 999999])).status_code == 404


@DOORS
def test_a_record_that_an_auditor_is_not_shown_is_not_named_to_him(client, bench):
    unit = make.unit()
    here = make.user(Role.AUDITOR, unit=make.unit())
    officer = make.officer(unit)
    note_read(make.user(), "listed", "officers_drugtest", officer=officer.pk)
    why = f"Asked about {officer.service_number}."
    note_read(make.user(), "opened", "officers_officer", officer.pk, reason=why, also=officer.service_number)
    client.force_login(here)
    client.cookies["language"] = "en"

    page = client.get(reverse("audit_reads")).content.decode()

    assert "not shown to you" in page
    assert officer.service_number not in page
    assert (
        client.get(reverse("audit_reads_of_record", args=["officers_officer", officer.pk])).status_code == 404
    )
    chosen = {"table": "officers_officer", "record": officer.service_number}
    assert (
        "There is no such record that you are shown"
        in client.get(reverse("audit_reads"), chosen).content.decode()
    )


@DOORS
def test_a_pattern_is_explained_or_becomes_a_finding(client, bench):
    unit = make.unit()
    owl = make.user(Role.ADMINISTRATOR, unit=unit)
    with clock.at(at_hour(23, days=-1)):
        note_read(owl, "listed", "officers_officer")
        note_read(bench.lead, "listed", "officers_officer")
    audit = bench.running()
    client.force_login(bench.lead)
    client.cookies["language"] = "en"
    days = f"?since={clock.today() - timedelta(days=2)}&until={clock.today()}"

    def at(name, person=owl):
        return reverse(name, args=["read_night", person.pk]) + days

    page = client.get(reverse("read_patterns")).content.decode()
    assert at("read_pattern").partition("?")[0] in page
    assert "Reads: 1, " in client.get(at("read_pattern")).content.decode()
    client.post(at("read_pattern_explain"), {"explanation": "On duty."})
    note = ReadNote.objects.get()
    assert (note.rule, note.person, note.by, note.until) == ("read_night", owl, bench.lead, clock.today())
    assert "On duty." in client.get(at("read_pattern")).content.decode()
    assert bench.lead.name in client.get(reverse("read_patterns")).content.decode()

    form = client.get(at("read_pattern_finding")).context["form"].initial
    said = form | {"unit": unit.code, "audit": audit.pk, "recommendation": "Ask him."}
    assert client.post(at("read_pattern_finding"), said).status_code == 302
    assert Finding.objects.get().unit == unit

    mine = client.get(at("read_pattern", bench.lead)).content.decode()
    assert "You do not audit your own reads." in mine
    for name in ("read_pattern_explain", "read_pattern_finding"):
        assert client.get(at(name, bench.lead)).status_code == 403
        assert client.post(at(name, bench.lead), {"explanation": "x"}).status_code == 403


@DOORS
def test_the_pages_are_there_for_auditors_alone(client):
    names = ["audit_reads", "audit_reads_export", "read_patterns"]
    addresses = [reverse(name) for name in names] + [reverse("audit_reads_of_person", args=[1])]
    for role in (None, Role.INSPECTOR, Role.SYSTEM_ADMINISTRATOR):
        client.force_login(make.user(role))
        assert {client.get(address).status_code for address in addresses} == {404}


MANY = """
    INSERT INTO ledger_read (actor_id, actor_name, actor_role, table_name, row_id, fields, what, reason, detail,
                             request_id)
    SELECT 1 + n %% 200, 'Reader', 'x', (ARRAY['officers_officer', 'cases_case', 'officers_drugtest'])[1 + n %% 3],
           1 + n %% 5000, '{}', 'opened', '', '{}', '' FROM generate_series(1, %s) n
"""


def test_a_hundred_thousand_reads_are_paged_by_their_index_and_searched_in_time(bench):
    with connection.cursor() as cursor:
        cursor.execute(MANY, [100_000])
        last = "ORDER BY read_at DESC, id DESC LIMIT 51"
        cursor.execute(f"EXPLAIN SELECT * FROM ledger_read {last}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "read_by_time" in plan
        cursor.execute(f"EXPLAIN SELECT * FROM ledger_read WHERE read_at < %s {last}", [date(2020, 1, 1)])
        assert "read_by_time" in "\n".join(line for (line,) in cursor.fetchall())
    took = {}
    for looks_for in MEANINGS:
        began = time.monotonic()
        found(looks_for)
        took[looks_for] = time.monotonic() - began
    began = time.monotonic()
    in_words(Read.objects.order_by(*reads.ORDER)[:50], bench.lead)
    took["page"] = time.monotonic() - began
    print(took)
    assert max(took.values()) < 30, took
