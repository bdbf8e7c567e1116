"""What is public and was bent behind the system's back is named, as whatever is on the record."""

import pytest

from audits.actions.publishing.measures import publish_measures
from audits.actions.publishing.references import publish_references
from audits.models import OpenChange, OpenMeasure
from audits.queries import integrity
from ledger.actors import CLOCK
from ledger.sealing import seal
from ledger.verification import verify
from tests import make
from tests.ledger.bending import unguarded
from tests.open_attack.listed import found_in_a_list, void

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "sequencer", "auditor"]),
    pytest.mark.bends_the_log,
]

TABLES = ("audits_openchange", "audits_openmeasure", "audits_openunit")


@pytest.fixture
def public():
    """Measures of which one was taken back, units and places; and the key of one that stands."""
    rows = found_in_a_list(16)
    publish_measures(CLOCK)
    void(rows[0])
    publish_measures(CLOCK)
    make.unit()
    publish_references(CLOCK)
    seal()
    assert found() == set()
    return OpenMeasure.objects.order_by("pk").first().pk


def found() -> set[tuple[str, str]]:
    return {(finding.kind, finding.where) for finding in verify(using="auditor")}


SAID = "id, ground_group, measure, appeal_state, source, through, published_on"
LAST = "superseded_by IS NULL AND collection = 'measures' AND row = %(row)s"


def bend(superuser, *statements: str, row: str) -> set[tuple[str, str]]:
    """What is named after these, by kind and place without its key."""
    with unguarded(superuser, *TABLES):
        for statement in statements:
            superuser.execute(statement, {"row": row})
    return {(kind, where.split()[0]) for kind, where in found()}


ROW, LINE, NUMBER = ("public-row", "audits_openmeasure"), ("public-line", "line"), ("public-line", "event")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audits_openmeasure SET province = '01' WHERE id = %(row)s",
        "UPDATE audits_openmeasure SET published_on = published_on - 1 WHERE id = %(row)s",
        "DELETE FROM audits_openmeasure WHERE id = %(row)s",
        "UPDATE audits_openmeasure SET id = 'another' WHERE id = %(row)s",
        f"INSERT INTO audits_openmeasure ({SAID}) SELECT {SAID.replace('id', "'x'", 1)} FROM audits_openmeasure "
        "WHERE id = %(row)s",
    ],
)
def test_a_row_bent_alone_is_named(superuser, public, statement):
    assert bend(superuser, statement, row=public) == {ROW}


def test_the_columns_of_a_bent_row_are_named(superuser, public):
    bend(
        superuser,
        "UPDATE audits_openmeasure SET province = '01', instrument = NULL WHERE id = %(row)s",
        row=public,
    )
    (finding,) = verify(using="auditor")
    assert finding.where == f"audits_openmeasure {public}"
    assert finding.sentence == "the row is not what the feed says: instrument, province"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (f'UPDATE audits_openchange SET record = record || \'{{"province": "01"}}\' WHERE {LAST}', {ROW}),
        (f"UPDATE audits_openchange SET record = NULL WHERE {LAST}", {ROW, LINE}),
        (f"DELETE FROM audits_openchange WHERE {LAST}", {ROW, NUMBER}),
        (f"UPDATE audits_openchange SET revision = 2 WHERE {LAST}", {LINE}),
        (f"UPDATE audits_openchange SET kind = 'corrected' WHERE {LAST}", {LINE}),
        (f"UPDATE audits_openchange SET event_id = 1 WHERE {LAST}", {LINE, NUMBER}),
        (f'UPDATE audits_openchange SET "on" = "on" - 3 WHERE {LAST}', {LINE}),
        (f"UPDATE audits_openchange SET \"row\" = 'another' WHERE {LAST}", {ROW}),
    ],
)
def test_a_line_that_was_edited_or_removed_is_named(superuser, public, statement, named):
    assert bend(superuser, statement, row=public) == named


RETRACTED = "collection = 'measures' AND kind = 'retracted'"
SUPERSEDED = "collection = 'measures' AND superseded_by IS NOT NULL"


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        # What was taken back is told again: in the line that was emptied, or in the one that says it is gone.
        (
            (
                "ALTER TABLE audits_openchange DROP CONSTRAINT what_was_superseded_is_not_repeated",
                f"UPDATE audits_openchange SET record = '{{}}' WHERE {SUPERSEDED}",
            ),
            {LINE, ("altered-table", "audits_openchange")},
        ),
        ((f"UPDATE audits_openchange SET record = '{{}}' WHERE {RETRACTED}",), {LINE}),
        # The retraction is taken out, so that the row seems never to have left.
        ((f"DELETE FROM audits_openchange WHERE {RETRACTED}",), {LINE, NUMBER}),
        ((f"DELETE FROM audits_openchange WHERE {SUPERSEDED}",), {LINE, NUMBER}),
        # A row goes with its line.
        (
            (
                "DELETE FROM audits_openmeasure WHERE id = %(row)s",
                "DELETE FROM audits_openchange WHERE \"row\" = %(row)s AND collection = 'measures'",
            ),
            {ROW, NUMBER},
        ),
        # A row that never was comes with a line, and names a true act of publishing.
        (
            (
                f"INSERT INTO audits_openmeasure ({SAID}) SELECT {SAID.replace('id', "'x'", 1)} "
                "FROM audits_openmeasure WHERE id = %(row)s",
                'INSERT INTO audits_openchange (seq, collection, "row", kind, revision, "on", record, event_id) '
                "SELECT 9999, collection, 'x', kind, 1, \"on\", "
                "(SELECT to_jsonb(m) - 'through' FROM audits_openmeasure m WHERE id = 'x'), event_id "
                f"FROM audits_openchange WHERE {LAST}",
            ),
            {NUMBER},
        ),
    ],
)
def test_a_feed_that_was_bent_more_cleverly_is_named(superuser, public, statements, named):
    assert bend(superuser, *statements, row=public) == named


def test_a_bent_unit_is_named_on_the_auditors_page_with_all_else(superuser, public):
    with unguarded(superuser, *TABLES):
        superuser.execute("UPDATE audits_openunit SET name_en = 'Elsewhere'")
    seen = integrity.look()
    assert seen.counts["public-row"] == OpenChange.objects.filter(collection="units").count()
    assert all("name_en" in one["sentence"] for one in seen.findings if one["kind"] == "public-row")
