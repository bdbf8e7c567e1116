"""What of the record becomes public is said column by column, and what is said is so."""

import re

from django.apps import apps
from django.db import models

from audits.models import OpenChange
from audits.models.open_data.feed import Disclosed
from audits.queries.disclosure import COLLECTIONS, SOURCES, Shown
from ledger.guard import NOT_CAPTURED, audited_tables

#: Fields that say something of publishing, or of the row itself, and come from no column.
OWN = {"published_on", "id", "level", "source", "received"}
#: Parts of names of columns that never become public, in any form.
NEVER = (
    "reporter",
    "narrative",
    "treatment",
    "receipt",
    "name_of",
    "birth",
    "remark",
    "reason",
    "text",
    "seal",
)


def columns() -> set[str]:
    return {
        f"{table}.{field.column}"
        for table, model in audited_tables().items()
        for field in model._meta.concrete_fields
    }


def fields_named(as_what: str) -> set[str]:
    """`complaints.in_time, late` and `tests.negative to tests.other` name fields of collections."""
    found, collection = set(), ""
    for part in as_what.split(", "):
        ends = []
        for name in part.split(" to "):
            collection, _, field = name.rpartition(".") if "." in name else (collection, "", name)
            ends.append(field)
        names = [field.name for field in COLLECTIONS[collection].fields]
        first, last = names.index(ends[0]), names.index(ends[-1])
        found |= {f"{collection}.{name}" for name in names[first : last + 1]}
    return found


def test_every_source_is_a_column_on_the_record_and_becomes_a_field_that_there_is():
    assert SOURCES.keys() <= columns()
    for source in SOURCES.values():
        assert source.state
        assert source.shown == Shown.NAME or fields_named(source.as_what)


def test_every_public_field_of_rows_and_counts_has_its_source():
    named = set().union(*(fields_named(one.as_what) for one in SOURCES.values() if one.shown != Shown.NAME))
    of_record = {one.as_what.partition(".")[0] for one in SOURCES.values() if one.shown != Shown.NAME}
    for name in of_record:
        for field in COLLECTIONS[name].fields:
            assert f"{name}.{field.name}" in named or field.name in OWN | {
                "tested",
                "strength",
                "not_tested",
            }, field


def test_what_must_never_be_public_is_no_source():
    assert not [name for name in SOURCES if any(part in name.partition(".")[2] for part in NEVER)]
    for one in SOURCES:
        assert not one.startswith(
            ("cases_reporter.", "cases_intake", "officers_user.", "cases_bar", "ledger_")
        )


def test_every_disclosed_table_is_a_collection_with_exactly_its_columns():
    disclosed = {model for model in apps.get_models() if issubclass(model, Disclosed)}
    assert disclosed == {one.model for one in COLLECTIONS.values()}
    for one in COLLECTIONS.values():
        assert tuple(field.name for field in one.fields) == one.model.columns
        there = {field.attname: field for field in one.model._meta.concrete_fields}
        assert set(one.model.columns) <= there.keys()
        assert one.table in NOT_CAPTURED
        for field in one.fields:
            column = there[field.name]
            assert (field.type == "integer") == isinstance(column, models.IntegerField)
            assert (field.type == "date") == (column.get_internal_type() == "DateField")
            if field.is_hidden_at_times:
                assert column.null, field


#: Written by auditors to be read by everybody; nothing of a record stands in them but what they put there.
WRITTEN_FOR_ALL = {"definition_km", "definition_en", "note", "answer_km", "answer_en"}


def test_no_disclosed_table_has_a_moment_a_reference_or_a_text_that_nobody_wrote_for_all():
    """A moment would tell an hour; a reference leads into the record; a long text may hold anything."""
    for one in COLLECTIONS.values():
        for field in one.model._meta.concrete_fields:
            assert not field.is_relation
            assert not isinstance(field, models.DateTimeField | models.TimeField | models.JSONField), field
            assert field.name in WRITTEN_FOR_ALL or not isinstance(field, models.TextField), field
            assert not re.search("officer|reporter|complaint_id|case_id|event", field.name)


def test_the_feed_tells_days_and_no_moments():
    assert "DateTimeField" not in {field.get_internal_type() for field in OpenChange._meta.concrete_fields}
