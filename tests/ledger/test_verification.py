"""What a superuser bends is named. Each test bends one thing, as cleanly as it can be bent."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ledger.actors import CLOCK
from ledger.models import Change, Event, Seal
from ledger.sealing import GENESIS, LEAVES, chain, head, leaf, seal
from ledger.verification import log, shape, verify
from officers.models import SettingVersion
from tests.ledger import rows
from tests.ledger.bending import kinds, rolled_back, unguarded

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "sequencer", "auditor"]),
    pytest.mark.bends_the_log,
]

TABLE = rows.TABLE


@pytest.fixture
def history():
    """Three rows, one changed, one deleted, all sealed."""
    made = rows.some(3)
    rows.remove(CLOCK, made[2].pk)
    seal()
    assert kinds() == set()
    return made


@pytest.fixture
def event(history):
    return history[1].last_event.id


EVENT_BENT = [
    "actor_id = 4711",
    "actor_name = 'somebody else'",
    "actor_role = 'auditor'",
    "verb = 'setting.seen'",
    "subject_table = 'officers_unit'",
    "subject_id = subject_id + 1",
    "cause_id = 1",
    "reason = 'another'",
    "facts = '{\"number\":3}'",
    "facts = '{\"number\": 2}'",  # the same to a reader, not the same bytes
    "occurred_at = occurred_at + interval '1 microsecond'",
    "recorded_at = recorded_at - interval '1 microsecond'",
    "clock_set = true",
    "request_id = 'r-1'",
    "xid = xid + 1",
]


def test_an_altered_event_is_named_whichever_of_its_columns_was_altered(superuser, event, subtests):
    for bent in EVENT_BENT:
        with subtests.test(bent), rolled_back(superuser):
            with unguarded(superuser, "ledger_event"):
                superuser.execute(f"UPDATE ledger_event SET {bent} WHERE id = %s", [event])
            (finding,) = log.order(superuser.cursor(), [])
            assert finding.kind == "altered-event"
            assert finding.where.startswith(f"event {event} ")


def test_an_altered_image_is_named(superuser, history):
    with unguarded(superuser, "ledger_change"):
        superuser.execute(
            "UPDATE ledger_change SET image = replace(image::text, 'begin', 'end')::json WHERE row_id = %s",
            [history[1].pk],
        )

    assert kinds() == {"altered-image", "row"}


def test_an_image_altered_together_with_its_hash_and_its_row_is_named(superuser, history):
    with unguarded(superuser, "ledger_change", TABLE):
        superuser.execute(
            f"UPDATE {TABLE} SET reason = replace(reason, 'begin', 'end') WHERE id = %s", [history[1].pk]
        )
        superuser.execute(
            """
            WITH b AS (SELECT id, replace(image::text, 'begin', 'end') AS image FROM ledger_change
                       WHERE row_id = %s)
            UPDATE ledger_change c SET image = b.image::json,
                   image_hash = sha256(c.salt || convert_to(b.image, 'UTF8'))
            FROM b WHERE b.id = c.id
            """,
            [history[1].pk],
        )

    assert kinds() == {"altered-event"}


@pytest.mark.parametrize(
    ("bent", "kind"),
    [
        (f"UPDATE {TABLE} SET reason = 'quietly' WHERE number = 2", "row"),
        (f"UPDATE {TABLE} SET reason = 'quietly', version = version + 1 WHERE number = 2", "row"),
        (f"DELETE FROM {TABLE} WHERE number = 2", "missing-row"),
        (
            f"INSERT INTO {TABLE} (version, kind, number, effective_from, content, reason, withdrawn) "
            "VALUES (1, 'deadlines', 9, '2026-01-01', '{}', 'x', false)",
            "row-without-event",
        ),
    ],
)
def test_a_business_row_bent_alone_is_named(superuser, history, bent, kind):
    with unguarded(superuser, TABLE):
        superuser.execute(bent)

    assert kinds() == {kind}


def test_a_deleted_row_that_is_there_again_is_named(superuser, history):
    with unguarded(superuser, TABLE):
        superuser.execute(
            f"INSERT INTO {TABLE} (id, version, kind, number, effective_from, content, reason, withdrawn) "
            "VALUES (%s, 1, 'deadlines', 3, '2026-01-01', '{}', 'x', false)",
            [history[2].pk],
        )

    assert kinds() == {"row-without-event"}


def test_a_finding_names_the_columns_that_were_bent(superuser, history):
    with unguarded(superuser, TABLE):
        superuser.execute(f"UPDATE {TABLE} SET reason = 'x', withdrawn = true WHERE number = 2")

    (finding,) = verify(using="auditor")

    assert finding.where == f"{TABLE} {history[1].pk}"
    assert "reason, withdrawn" in finding.sentence


def test_a_deleted_event_is_named(superuser, event):
    with unguarded(superuser, "ledger_event", "ledger_change", TABLE):
        superuser.execute("DELETE FROM ledger_change WHERE event_id = %s", [event])
        superuser.execute("DELETE FROM ledger_event WHERE id = %s", [event])
        superuser.execute(f"DELETE FROM {TABLE} WHERE number = 2")

    assert kinds() == {"missing-event"}


def test_an_event_deleted_with_its_seal_leaves_a_gap(superuser, event):
    with unguarded(superuser, "ledger_event", "ledger_change", "ledger_seal", TABLE):
        for table in ("ledger_change", "ledger_seal"):
            superuser.execute(f"DELETE FROM {table} WHERE event_id = %s", [event])
        superuser.execute("DELETE FROM ledger_event WHERE id = %s", [event])
        superuser.execute(f"DELETE FROM {TABLE} WHERE number = 2")

    assert "gap" in kinds()


def test_an_event_deleted_before_it_was_sealed_is_named(superuser, history):
    late = rows.put(CLOCK, 7).last_event.id
    with unguarded(superuser, "ledger_event", "ledger_change", TABLE):
        superuser.execute("DELETE FROM ledger_change WHERE event_id = %s", [late])
        superuser.execute("DELETE FROM ledger_event WHERE id = %s", [late])
        superuser.execute(f"DELETE FROM {TABLE} WHERE number = 7")

    assert kinds() == {"missing-event"}
    seal()
    assert kinds() == {"missing-event"}


def test_an_event_that_waits_for_no_seal_is_named(superuser, history):
    rows.put(CLOCK, 7)
    superuser.execute("DELETE FROM ledger_pending")

    assert kinds() == {"unsealed-event"}


def test_two_events_that_changed_places_are_named(superuser, history):
    first, second = (row.last_event.id for row in history[:2])
    with unguarded(superuser, "ledger_seal"):
        superuser.execute("ALTER TABLE ledger_seal DROP CONSTRAINT ledger_seal_event_id_key")
        superuser.execute(
            "UPDATE ledger_seal SET event_id = CASE event_id WHEN %s THEN %s ELSE %s END "
            "WHERE event_id IN (%s, %s)",
            [first, second, first, first, second],
        )

    assert "altered-event" in kinds()


def test_a_cut_tail_is_named_against_a_head_kept_outside_and_by_nothing_else(superuser, history):
    rows.put(CLOCK, 7)
    seal()
    kept = head()
    last = list(Seal.objects.order_by("-position").values_list("event_id", flat=True)[:2])
    images = Change.objects.filter(event_id__in=last)
    assert {(change.kind, change.image["number"]) for change in images} == {("D", 3), ("I", 7)}
    with unguarded(superuser, "ledger_event", "ledger_change", "ledger_seal", TABLE):
        superuser.execute(f"DELETE FROM {TABLE} WHERE number = 7")
        superuser.execute(
            f"INSERT INTO {TABLE} SELECT r.* FROM ledger_change c, "
            f"jsonb_populate_record(NULL::{TABLE}, c.image::jsonb) r WHERE c.row_id = %s AND c.kind = 'I'",
            [history[2].pk],
        )
        for table, column in (
            ("ledger_change", "event_id"),
            ("ledger_seal", "event_id"),
            ("ledger_event", "id"),
        ):
            superuser.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [last])

    assert kinds() == set()
    assert kinds(against=[kept]) == {"cut-tail"}


def test_a_chain_reckoned_anew_over_an_altered_event_is_named_against_a_head_kept_outside(superuser, event):
    kept = head()
    with unguarded(superuser, "ledger_event", "ledger_seal"):
        superuser.execute("UPDATE ledger_event SET reason = 'better' WHERE id = %s", [event])
        found = superuser.execute(
            (LEAVES + " JOIN ledger_seal s ON s.event_id = e.id ORDER BY s.position").replace("%%", "%")
        ).fetchall()
        for position, digest in enumerate(chain(GENESIS, map(leaf, found)), 1):
            superuser.execute("UPDATE ledger_seal SET digest = %s WHERE position = %s", [digest, position])

    assert kinds() == set()
    assert kinds(against=[kept]) == {"other-head"}


def test_a_version_taken_out_of_a_rows_history_is_named(superuser, history):
    with unguarded(superuser, "ledger_change"):
        superuser.execute("DELETE FROM ledger_change WHERE row_id = %s AND version = 1", [history[0].pk])

    assert kinds() == {"altered-event", "version"}


def test_an_image_emptied_without_an_event_is_named(superuser, history):
    with unguarded(superuser, "ledger_change"):
        superuser.execute(
            "UPDATE ledger_change SET image = NULL, salt = NULL WHERE row_id = %s AND version = 1",
            [history[0].pk],
        )

    assert kinds() == {"erased-image"}


def test_a_clock_that_went_backwards_is_named(superuser, history):
    late = rows.put(CLOCK, 7).last_event.id
    with unguarded(superuser, "ledger_event"):
        superuser.execute(
            "UPDATE ledger_event SET recorded_at = recorded_at - interval '1 hour' WHERE id = %s", [late]
        )

    assert kinds() == {"clock"}


def test_an_event_sealed_before_it_was_recorded_is_named(superuser, history):
    with unguarded(superuser, "ledger_seal"):
        superuser.execute("UPDATE ledger_seal SET sealed_at = sealed_at - interval '1 day'")

    assert kinds() == {"clock"}


def test_a_live_database_whose_clock_was_set_is_named(superuser):
    from datetime import UTC, datetime

    from ledger import clock

    with clock.at(datetime(2024, 1, 1, tzinfo=UTC)):
        rows.put(CLOCK, 1)
    superuser.execute("UPDATE ledger_mode SET mode = 'live'")

    assert kinds() == {"clock"}


GUARD_BENT = [
    (f"ALTER TABLE {TABLE} DISABLE TRIGGER capture_update", "disabled-trigger"),
    (f"ALTER TABLE {TABLE} DISABLE TRIGGER no_truncate", "disabled-trigger"),
    (f"ALTER TABLE {TABLE} ENABLE REPLICA TRIGGER capture_update", "disabled-trigger"),
    (f"ALTER TABLE {TABLE} ENABLE TRIGGER capture_update", "disabled-trigger"),  # no more ALWAYS
    ("ALTER TABLE ledger_event DISABLE TRIGGER USER", "disabled-trigger"),
    (f"DROP TRIGGER capture_delete ON {TABLE}", "missing-trigger"),
    ("DROP TRIGGER append_only ON ledger_seal", "missing-trigger"),
    (
        f"DROP TRIGGER capture_update ON {TABLE}; CREATE TRIGGER capture_update AFTER UPDATE OF kind "
        f"ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION ledger_capture_update()",
        "altered-trigger",
    ),
    (
        "DROP TRIGGER append_only ON ledger_event; CREATE TRIGGER append_only BEFORE UPDATE "
        "ON ledger_event FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
        "altered-trigger",
    ),
    (
        "DROP TRIGGER append_only ON ledger_event; CREATE TRIGGER append_only BEFORE DELETE OR UPDATE "
        "ON ledger_event FOR EACH ROW WHEN (OLD.id > 0) EXECUTE FUNCTION ledger_refuse()",
        "altered-trigger",
    ),
    (
        f"CREATE TRIGGER sneak BEFORE UPDATE ON {TABLE} FOR EACH ROW "
        "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "foreign-trigger",
    ),
    (
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RETURN NULL; END'",
        "altered-function",
    ),
    ("ALTER FUNCTION ledger_stamp() SECURITY INVOKER", "altered-function"),
    ("ALTER FUNCTION ledger_stamp() RESET search_path", "altered-function"),
    ("CREATE FUNCTION ledger_now(int) RETURNS int LANGUAGE sql AS 'SELECT 1'", "altered-function"),
    ("DROP FUNCTION ledger_erase(bigint[])", "altered-function"),
]

PRIVILEGE_BENT = [
    "GRANT UPDATE ON ledger_event TO app",
    "GRANT UPDATE (verb) ON ledger_event TO app",
    "GRANT INSERT ON ledger_change TO app",
    "GRANT DELETE ON ledger_seal TO sequencer",
    f"GRANT TRUNCATE ON {TABLE} TO app",
    f"GRANT SELECT ON {TABLE} TO open_data",
    f"GRANT SELECT ON {TABLE} TO PUBLIC",
    f"GRANT UPDATE ON {TABLE} TO auditor",
    "GRANT EXECUTE ON FUNCTION ledger_erase(bigint[]) TO auditor",
    "GRANT EXECUTE ON FUNCTION ledger_erase(bigint[]) TO PUBLIC",
    "GRANT CREATE ON SCHEMA public TO app",
    f"ALTER TABLE {TABLE} OWNER TO app",
    "ALTER FUNCTION ledger_stamp() OWNER TO app",
    "ALTER SCHEMA public OWNER TO app",
    "GRANT migrator TO app",
    "GRANT pg_write_all_data TO auditor",
    "ALTER ROLE app SUPERUSER",
    "ALTER ROLE sequencer BYPASSRLS",
]


def test_a_guard_that_was_bent_is_named(superuser, subtests):
    for bent, kind in GUARD_BENT:
        with subtests.test(bent), rolled_back(superuser):
            superuser.execute(bent)
            found = {finding.kind for finding in shape.guards(superuser.cursor())}
            assert found == {kind}


def test_a_privilege_that_does_not_belong_is_named(superuser, subtests):
    """Rolled back: roles are the whole cluster's, and others test at the same time."""
    for bent in PRIVILEGE_BENT:
        with subtests.test(bent), rolled_back(superuser):
            superuser.execute(bent)
            found = {finding.kind for finding in shape.privileges(superuser.cursor())}
            assert found == {"foreign-grant"}


def test_the_command_prints_a_line_for_each_finding_and_exits_with_one(superuser, history, tmp_path):
    heads = tmp_path / "heads.log"
    heads.write_text(f"{head()}\n")
    said = StringIO()
    call_command("verify_log", against=[str(heads), str(head())], stdout=said)
    assert said.getvalue().strip() == f"The log is whole. Head {head()}"

    with unguarded(superuser, TABLE):
        superuser.execute(f"UPDATE {TABLE} SET reason = 'x'")
    said = StringIO()
    with pytest.raises(CommandError) as stopped:
        call_command("verify_log", stdout=said)

    assert stopped.value.returncode == 1
    lines = said.getvalue().splitlines()
    assert len(lines) == SettingVersion.objects.count()
    assert all(line.startswith(f"row: {TABLE} ") for line in lines)


def test_the_command_refuses_what_is_not_a_head(history):
    with pytest.raises(CommandError, match="Neither a head") as stopped:
        call_command("verify_log", against=["nonsense"], stdout=StringIO())

    assert stopped.value.returncode == 2


def test_everything_bent_at_once_is_named_each_by_its_own_kind(superuser, history):
    events = list(Event.objects.filter(verb="setting.put").order_by("pk").values_list("pk", flat=True))
    with unguarded(superuser, "ledger_event", "ledger_change", TABLE):
        superuser.execute("UPDATE ledger_event SET reason = 'x' WHERE id = %s", [events[0]])
        superuser.execute("DELETE FROM ledger_change WHERE event_id = %s", [events[1]])
        superuser.execute(f"UPDATE {TABLE} SET reason = 'x' WHERE number = 1")
    superuser.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER capture_insert")

    assert kinds() >= {"altered-event", "row-without-event", "row", "disabled-trigger"}
