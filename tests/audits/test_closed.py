"""What stays closed to auditors: every table under the ledger is open or closed, and nobody forgot one."""

from audits.queries import closed
from ledger import guard


def test_every_table_under_the_ledger_is_open_or_closed_for_a_reason():
    tables = guard.audited_tables().keys()

    assert closed.OPEN | closed.CLOSED.keys() == tables
    assert not closed.OPEN & closed.CLOSED.keys()
    assert all(closed.CLOSED.values())


def test_every_closed_column_is_there_and_has_its_reason():
    for table, columns in closed.CLOSED_COLUMNS.items():
        there = {field.column for field in guard.audited_tables()[table]._meta.concrete_fields}
        assert table in closed.OPEN
        assert columns.keys() <= there
        assert all(columns.values())


def test_bytes_in_images_are_closed_but_for_keys_that_only_sort_and_search():
    """What is kept as bytes was encrypted or hashed, and a new column of the kind must be decided on."""
    for table in closed.OPEN:
        for field in guard.audited_tables()[table]._meta.concrete_fields:
            if field.get_internal_type() == "BinaryField":
                is_key = field.column in ("sort_key", "search_key")
                assert is_key or field.column in closed.CLOSED_COLUMNS[table], (table, field.column)


def test_an_image_is_shown_without_what_is_closed_and_a_closed_one_not_at_all():
    assert closed.shown("officers_apikey", {"id": 1, "digest": "ab", "label": "x"}) == {"id": 1, "label": "x"}
    assert closed.shown("cases_reporter", {"id": 1, "contact": "ab"}) is None
    assert closed.shown("nobody_knows", {"id": 1}) is None
    assert closed.shown("cases_case", None) is None
