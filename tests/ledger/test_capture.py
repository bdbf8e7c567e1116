import hashlib
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from psycopg.errors import InsufficientPrivilege

from ledger.acting import act, draw_ids, record, record_all, recording, save_all
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from ledger.models import Change, Event
from officers.models import SettingVersion
from tests.ledger import rows

WITHOUT_EVENT = "without an event"


def changes(row: SettingVersion) -> list[Change]:
    return list(Change.objects.filter(table_name=rows.TABLE, row_id=row.pk).order_by("version"))


def test_a_row_is_saved_with_its_event_and_its_image(db):
    row = rows.put(CLOCK, 1, reason="មូលហេតុ")

    (change,) = changes(row)
    assert change.event.verb == "setting.put"
    assert (change.event.subject_table, change.event.subject_id) == (rows.TABLE, row.pk)
    assert (change.kind, change.version) == ("I", 1)
    assert change.image["reason"] == "មូលហេតុ"
    assert change.image["effective_from"] == "2026-01-01"
    assert row.last_event.id == change.event_id


def test_each_change_of_a_row_is_an_image_and_the_last_one_is_the_row(db):
    row = rows.put(CLOCK, 1)
    rows.change(CLOCK, row.pk, "Once.")
    rows.change(CLOCK, row.pk, "Twice.")

    assert [(change.kind, change.version, change.image["reason"]) for change in changes(row)] == [
        ("I", 1, "To begin with."),
        ("U", 2, "Once."),
        ("U", 3, "Twice."),
    ]


def test_a_deleted_row_leaves_its_last_image(db):
    row = rows.put(CLOCK, 1)
    rows.remove(CLOCK, row.pk)

    assert [(change.kind, change.version) for change in changes(row)] == [("I", 1), ("D", 2)]


def test_the_hash_is_over_the_salt_and_the_image_as_stored(db):
    row = rows.put(CLOCK, 1)

    with connection.cursor() as cursor:
        cursor.execute("SELECT salt, image::text, image_hash FROM ledger_change WHERE row_id = %s", [row.pk])
        salt, image, digest = cursor.fetchone()
    assert hashlib.sha256(bytes(salt) + image.encode()).digest() == bytes(digest)
    assert len(bytes(salt)) == 16


def test_many_rows_go_under_one_event(db):
    before = Event.objects.count()
    made = [rows.setting(number) for number in range(1, 2501)]

    event = record_all(made, "setting.put", actor=CLOCK)

    assert Event.objects.count() == before + 1
    assert Change.objects.filter(event_id=event.id).count() == 2500
    facts = Event.objects.get(pk=event.id).facts
    assert facts == {"rows": 2500, "first": made[0].pk, "last": made[-1].pk}


def test_nothing_is_recorded_for_nothing(db):
    before = Event.objects.count()

    assert record_all([], "setting.put", actor=CLOCK) is None
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    "write",
    [
        lambda row: row.save(),
        lambda row: rows.setting(9).save(),
        lambda row: SettingVersion.objects.filter(pk=row.pk).update(reason="Quietly."),
        lambda row: SettingVersion.objects.bulk_update([_bent(row)], ["reason"]),
        lambda row: SettingVersion.objects.bulk_create([rows.setting(9)]),
        lambda row: SettingVersion.objects.filter(pk=row.pk).delete(),
        lambda row: _sql("UPDATE officers_settingversion SET reason = 'x', version = version + 1"),
        lambda row: _sql("DELETE FROM officers_settingversion"),
        lambda row: _sql(rows.INSERT.replace("%s", "9")),
        lambda row: _sql(
            "MERGE INTO officers_settingversion t USING (VALUES (1)) AS v (number) ON t.number = v.number "
            "WHEN MATCHED THEN UPDATE SET reason = 'x', version = t.version + 1"
        ),
    ],
)
def test_a_write_after_an_act_in_its_own_transaction_is_refused(db, write):
    row = rows.put(CLOCK, 1)

    with pytest.raises(DatabaseError, match=WITHOUT_EVENT), transaction.atomic():
        write(row)

    assert SettingVersion.objects.get().reason == "To begin with."


def _bent(row: SettingVersion) -> SettingVersion:
    row.reason = "Quietly."
    return row


def _sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_truncate_is_refused_to_the_application(db):
    rows.put(CLOCK, 1)

    with pytest.raises(DatabaseError), transaction.atomic():
        _sql("TRUNCATE officers_settingversion")

    assert SettingVersion.objects.count() == 1


def test_a_statement_that_touches_no_row_needs_no_event(db):
    assert SettingVersion.objects.filter(number=99).update(reason="Nobody.") == 0
    assert SettingVersion.objects.filter(number=99).delete()[0] == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE officers_settingversion SET reason = 'x'",
        "UPDATE officers_settingversion SET reason = 'x', version = version + 2",
        "UPDATE officers_settingversion SET reason = 'x', version = 1",
        "UPDATE officers_settingversion SET id = id + 1000, version = version + 1",
    ],
)
def test_a_version_grows_by_one_and_an_id_stays(db, statement):
    rows.put(CLOCK, 1)

    with pytest.raises(DatabaseError, match="must grow by one"), transaction.atomic():
        with recording("setting.changed", actor=CLOCK):
            _sql(statement)


def test_a_new_row_begins_with_version_one(db):
    with pytest.raises(DatabaseError, match="must have version 1"), transaction.atomic():
        with recording("setting.put", actor=CLOCK):
            _sql(rows.INSERT.replace("VALUES (1,", "VALUES (2,").replace("%s", "1"))


def test_a_bulk_update_raises_each_version(db):
    for row in (rows.put(CLOCK, 1), rows.put(CLOCK, 2)):
        rows.change(CLOCK, row.pk, "Once.")

    with recording("setting.changed", actor=CLOCK):
        SettingVersion.objects.update(reason="All.")

    assert list(SettingVersion.objects.values_list("reason", "version")) == [("All.", 3), ("All.", 3)]


def test_a_bulk_update_row_by_row_raises_each_version_too(db):
    row = rows.put(CLOCK, 1)

    with recording("setting.changed", actor=CLOCK):
        SettingVersion.objects.bulk_update([_bent(row)], ["reason"])

    assert SettingVersion.objects.values_list("reason", "version").get() == ("Quietly.", 2)


def test_many_rows_are_saved_in_one_statement_or_none_if_one_has_moved_on(db):
    first, second = rows.put(CLOCK, 1), rows.put(CLOCK, 2)
    for row in (first, second):
        row.reason, row.effective_from = f"Row {row.number}.", date(2027, 1, 1)
    with recording("setting.changed", actor=CLOCK):
        save_all([first, second], ["reason", "effective_from"])
    assert list(SettingVersion.objects.order_by("number").values_list("reason", "version")) == [
        ("Row 1.", 2),
        ("Row 2.", 2),
    ]

    rows.change(CLOCK, second.pk, "In between.")
    first.reason = second.reason = "Too late."
    with pytest.raises(Conflict), transaction.atomic(), recording("setting.changed", actor=CLOCK):
        save_all([first, second], ["reason"])
    assert not SettingVersion.objects.filter(reason="Too late.").exists()


def test_a_row_that_moved_on_is_a_conflict(db):
    row = rows.put(CLOCK, 1)
    stale = SettingVersion.objects.get(pk=row.pk)
    rows.change(CLOCK, row.pk, "First.")
    stale.reason = "Second."

    with pytest.raises(Conflict), transaction.atomic():
        record(stale, "setting.changed", actor=CLOCK)

    assert stale.version == 1
    assert SettingVersion.objects.get().reason == "First."


def test_a_lock_refuses_another_version_than_was_looked_at(db):
    row = rows.put(CLOCK, 1)
    rows.change(CLOCK, row.pk, "First.", version=1)

    with pytest.raises(Conflict, match="version 2, not 1"):
        rows.change(CLOCK, row.pk, "Second.", version=1)


def test_acts_nest_and_each_write_belongs_to_the_innermost_event(db):
    inner_row, outer_row = rows.setting(1), rows.setting(2)

    with recording("setting.put", actor=CLOCK, which="outer") as outer:
        with recording("setting.put", actor=CLOCK, which="inner") as inner:
            inner_row.save()
        outer_row.save()

    assert changes(inner_row)[0].event_id == inner.id
    assert changes(outer_row)[0].event_id == outer.id


def test_an_inner_act_that_fails_leaves_the_outer_event_bound(db):
    kept = rows.setting(1)

    with recording("setting.put", actor=CLOCK) as outer:
        with pytest.raises(DatabaseError), transaction.atomic(), recording("setting.put", actor=CLOCK):
            _sql("SELECT 1 / 0")
        with pytest.raises(KeyError):
            _put_and_fail()
        kept.save()

    assert changes(kept)[0].event_id == outer.id
    assert SettingVersion.objects.count() == 1


def _put_and_fail() -> None:
    with transaction.atomic(), recording("setting.put", actor=CLOCK):
        rows.setting(2).save()
        raise KeyError


def test_an_act_that_fails_leaves_nothing_bound(db):
    with pytest.raises(KeyError), transaction.atomic(), recording("setting.put", actor=CLOCK):
        raise KeyError

    with pytest.raises(DatabaseError, match=WITHOUT_EVENT), transaction.atomic():
        rows.setting(1).save()


@pytest.mark.django_db(transaction=True)
def test_an_event_of_another_transaction_cannot_be_bound(as_role):
    app = as_role("app")
    with app.transaction():
        event = rows.put_by_hand(app, 1)

    with pytest.raises(InsufficientPrivilege, match=WITHOUT_EVENT), app.transaction():
        app.execute(
            "WITH b AS MATERIALIZED (SELECT set_config('ledger.event', %s, true)) "
            + rows.INSERT.replace("VALUES (1,", "SELECT 1,").replace("false)", "false FROM b"),
            [str(event), 2],
        )

    assert SettingVersion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_recorded_outside_a_transaction_binds_nothing_that_follows():
    with pytest.raises(DatabaseError, match=WITHOUT_EVENT), recording("setting.put", actor=CLOCK):
        rows.setting(1).save()


def test_ids_are_drawn_before_the_rows_so_that_a_subject_is_never_nothing(db):
    first, second = draw_ids(SettingVersion, 2)

    row = record(rows.setting(1, id=first), "setting.put", actor=CLOCK)

    assert (row.pk, second) == (first, first + 1)
    assert Event.objects.get(pk=row.last_event.id).subject_id == first
    assert rows.put(CLOCK, 2).pk == second + 1


def test_rows_changed_together_go_under_one_event(db):
    first, second = rows.put(CLOCK, 1), rows.put(CLOCK, 2)
    first.reason = second.reason = "Together."

    record(first, "setting.changed", actor=CLOCK, also=[second], why="test")

    event = Event.objects.get(pk=first.last_event.id)
    assert event.facts == {"why": "test"}
    assert set(event.changes.values_list("row_id", "version")) == {(first.pk, 2), (second.pk, 2)}
    assert event in Event.objects.about(second)


def test_a_row_copied_in_is_captured_like_any_other(db):
    with recording("setting.put", actor=CLOCK), connection.cursor() as cursor:
        with cursor.copy(
            "COPY officers_settingversion (version, kind, number, effective_from, content, reason, withdrawn) "
            "FROM STDIN"
        ) as copy:
            for number in (1, 2):
                copy.write_row([1, "deadlines", number, "2026-01-01", "{}", "copied", False])

    assert Change.objects.filter(table_name=rows.TABLE, kind="I").count() == 2


def test_a_row_that_was_deleted_does_not_come_back_under_its_id(db):
    row = rows.put(CLOCK, 1)
    rows.remove(CLOCK, row.pk)

    with pytest.raises(DatabaseError, match="a_version_of_a_row_is_written_once"), transaction.atomic():
        record(rows.setting(1, id=row.pk), "setting.put", actor=CLOCK)


def test_an_update_by_expression_is_captured_as_it_came_out(db):
    row = rows.put(CLOCK, 1)
    with recording("setting.changed", actor=CLOCK):
        SettingVersion.objects.filter(pk=row.pk).update(number=F("number") + 10)

    assert changes(row)[-1].image["number"] == 11


def test_an_act_within_an_act_shares_its_transaction(db):
    @act
    def both(actor):
        rows.put(actor, 1)
        rows.put(actor, 1)  # the same number again

    with pytest.raises(ValidationError, match="has its own number"):
        both(CLOCK)

    assert not SettingVersion.objects.exists()
