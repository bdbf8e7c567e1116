"""Random acts against a model of what they must leave: rows, images and model agree after each step."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger.acting import erase, record, record_all, recording, save_all
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from ledger.models import Change, Event
from ledger.verification import verify
from officers.models import SettingVersion
from tests.ledger import rows

REASONS = st.text(alphabet="កខគ abc\n\"'\\<>", min_size=1, max_size=8)
PICK = st.integers(min_value=0, max_value=1000)


class Log(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.rows: dict[int, tuple[int, str]] = {}  # id: version, reason
        self.images: dict[tuple[int, int], tuple[str, str]] = {}  # id, version: kind, reason
        self.erased: set[tuple[int, int]] = set()
        self.number = 0

    def teardown(self) -> None:
        try:
            assert verify(using="default") == []
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    def written(self, pk: int, version: int, reason: str, kind: str) -> None:
        self.images[pk, version] = (kind, reason)
        if kind == "D":
            del self.rows[pk]
        else:
            self.rows[pk] = (version, reason)

    def next(self) -> int:
        self.number += 1
        return self.number

    def picked(self, pick: int) -> int:
        return sorted(self.rows)[pick % len(self.rows)]

    @rule(reason=REASONS)
    def put(self, reason: str) -> None:
        row = rows.put(CLOCK, self.next(), reason=reason)
        self.written(row.pk, 1, reason, "I")

    @rule(reason=REASONS, number=st.integers(min_value=0, max_value=3))
    def put_many(self, reason: str, number: int) -> None:
        made = [rows.setting(self.next(), reason=reason) for _ in range(number)]
        record_all(made, "setting.put", actor=CLOCK)
        for row in made:
            self.written(row.pk, 1, reason, "I")

    @precondition(lambda self: self.rows)
    @rule(pick=PICK, reason=REASONS)
    def change(self, pick: int, reason: str) -> None:
        pk = self.picked(pick)
        rows.change(CLOCK, pk, reason, version=self.rows[pk][0])
        self.written(pk, self.rows[pk][0] + 1, reason, "U")

    @precondition(lambda self: self.rows)
    @rule(pick=PICK, reason=REASONS)
    def change_what_moved_on(self, pick: int, reason: str) -> None:
        pk = self.picked(pick)
        with pytest.raises(Conflict):
            rows.change(CLOCK, pk, reason, version=self.rows[pk][0] + 1)

    @rule(reason=REASONS)
    def change_all_at_once(self, reason: str) -> None:
        with transaction.atomic(), recording("setting.changed", actor=CLOCK):
            SettingVersion.objects.filter(pk__in=list(self.rows)).update(reason=reason)
        for pk, (version, _reason) in list(self.rows.items()):
            self.written(pk, version + 1, reason, "U")

    @rule(reason=REASONS)
    def save_all_as_read(self, reason: str) -> None:
        there = list(SettingVersion.objects.filter(pk__in=list(self.rows)))
        for row in there:
            row.reason = f"{reason}{row.number}"
        with transaction.atomic(), recording("setting.changed", actor=CLOCK):
            save_all(there, ["reason"])
        for row in there:
            self.written(row.pk, row.version, row.reason, "U")

    @precondition(lambda self: self.rows)
    @rule(pick=PICK)
    def remove(self, pick: int) -> None:
        pk = self.picked(pick)
        version, reason = self.rows[pk]
        rows.remove(CLOCK, pk)
        self.written(pk, version + 1, reason, "D")

    @rule(reason=REASONS)
    def put_twice_under_nested_events(self, reason: str) -> None:
        outer, inner = rows.setting(self.next(), reason=reason), rows.setting(self.next(), reason=reason)
        with transaction.atomic(), recording("setting.put", actor=CLOCK):
            record(inner, "setting.put", actor=CLOCK)
            outer.save()
        for row in (inner, outer):
            self.written(row.pk, 1, reason, "I")

    @precondition(lambda self: self.rows)
    @rule(pick=PICK, reason=REASONS)
    def fail_half_way(self, pick: int, reason: str) -> None:
        with pytest.raises(KeyError):
            self._fail(self.picked(pick), reason)

    def _fail(self, pk: int, reason: str) -> None:
        with transaction.atomic():
            rows.change(CLOCK, pk, reason)
            raise KeyError

    @precondition(lambda self: self.rows)
    @rule(pick=PICK)
    def write_without_an_event(self, pick: int) -> None:
        with pytest.raises(DatabaseError, match="without an event"), transaction.atomic():
            SettingVersion.objects.filter(pk=self.picked(pick)).update(reason="quietly")

    @precondition(lambda self: self.old_images())
    @rule(pick=PICK)
    def erase_an_old_image(self, pick: int) -> None:
        pk, version = sorted(self.old_images())[pick % len(self.old_images())]
        image = Change.objects.get(table_name=rows.TABLE, row_id=pk, version=version)
        assert erase(CLOCK, [image.pk], reason="Retention is over.") == 1
        self.erased.add((pk, version))

    def old_images(self) -> set[tuple[int, int]]:
        """Images that no row stands by."""
        last = {(pk, version) for pk, (version, _reason) in self.rows.items()}
        return self.images.keys() - last - self.erased

    @invariant()
    def rows_are_as_the_model_has_them(self) -> None:
        found = {
            pk: (version, reason)
            for pk, version, reason in SettingVersion.objects.values_list("pk", "version", "reason")
        }
        assert found == self.rows

    @invariant()
    def images_are_as_the_model_has_them(self) -> None:
        found: dict[tuple[int, int], Any] = {}
        for change in Change.objects.filter(table_name=rows.TABLE).order_by("id"):
            image = change.image
            found[change.row_id, change.version] = image and (change.kind, image["reason"])
        assert found == {key: None if key in self.erased else kept for key, kept in self.images.items()}

    @invariant()
    def every_image_belongs_to_an_event(self) -> None:
        assert not Change.objects.exclude(event__in=Event.objects.all()).exists()


def test_rows_images_and_a_model_agree_after_each_of_many_random_acts(db):
    run_state_machine_as_test(
        Log,
        settings=settings(
            max_examples=20,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
