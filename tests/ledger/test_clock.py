from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from psycopg.errors import InsufficientPrivilege

from ledger import clock
from ledger.actors import CLOCK
from ledger.models import Event, Read
from ledger.reading import note_read
from tests.ledger import rows

THEN = datetime(2024, 2, 20, 9, tzinfo=UTC)
ALL = ["default", "migrator"]


def test_a_demonstration_or_a_test_may_act_at_another_time(db):
    with clock.at(THEN):
        row = rows.put(CLOCK, 1)
        note_read(CLOCK, "opened", rows.TABLE, row.pk)
        assert clock.now() == THEN
        assert str(clock.today()) == "2024-02-20"
    after = rows.put(CLOCK, 2)

    event = Event.objects.get(pk=row.last_event.id)
    assert (event.recorded_at, event.occurred_at, event.clock_set) == (THEN, THEN, True)
    assert Read.objects.get().read_at == THEN
    assert not Event.objects.get(pk=after.last_event.id).clock_set


@pytest.mark.django_db(transaction=True, databases=ALL)
def test_the_clock_of_a_live_database_cannot_be_set():
    call_command("set_mode", "live", verbosity=0)

    with pytest.raises(RuntimeError, match="live"), clock.at(THEN):
        rows.put(CLOCK, 1)


@pytest.mark.django_db(transaction=True, databases=ALL)
def test_a_live_database_keeps_its_own_time_whatever_it_is_told(as_role):
    call_command("set_mode", "live", verbosity=0)
    app = as_role("app")

    with app.transaction():
        app.execute("SELECT set_config('ledger.now', '2020-01-01 00:00+00', true)")
        event = rows.put_by_hand(app, 1)
        app.execute("UPDATE officers_settingversion SET reason = 'x', version = version + 1")

    kept = Event.objects.get(pk=event)
    assert kept.recorded_at.year > 2020
    assert not kept.clock_set


@pytest.mark.django_db(transaction=True)
def test_only_the_owner_says_what_a_database_is_for(as_role):
    for role in ("app", "sequencer", "auditor", "open_data"):
        with pytest.raises(InsufficientPrivilege):
            as_role(role).execute("UPDATE ledger_mode SET mode = 'demo'")


@pytest.mark.django_db(transaction=True, databases=ALL)
def test_the_mode_is_set_under_an_event():
    call_command("set_mode", "demo", verbosity=0)

    assert clock.mode() == "demo"
    assert Event.objects.filter(verb="mode.set").latest("id").facts == {"mode": "demo"}


@pytest.mark.django_db(transaction=True)
def test_what_the_database_says_of_an_event_cannot_be_said_by_the_application(as_role, subtests):
    app = as_role("app")
    for column, value in (("recorded_at", "now()"), ("xid", "1"), ("clock_set", "true"), ("id", "1000000")):
        with subtests.test(column), pytest.raises(InsufficientPrivilege):
            app.execute(
                f"""
                INSERT INTO ledger_event (actor_name, actor_role, verb, subject_table, reason, facts,
                                          request_id, {column})
                VALUES ('psql', 'psql', 'setting.put', '', '', '{{}}', '', {value})
                """
            )
