import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from psycopg.errors import InsufficientPrivilege

from ledger.acting import erase
from ledger.actors import CLOCK
from ledger.models import Change, Event
from ledger.sealing import head, seal
from ledger.verification import verify
from tests.ledger import rows

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sequencer", "auditor"])


@pytest.fixture
def images():
    """The images of a row that was changed twice, oldest first."""
    row = rows.put(CLOCK, 1)
    for reason in ("Once.", "Twice."):
        rows.change(CLOCK, row.pk, reason)
    seal()
    return list(Change.objects.filter(table_name=rows.TABLE, row_id=row.pk).order_by("version"))


def test_erasure_empties_an_image_and_its_salt_leaves_the_hash_and_costs_no_proof(images):
    before = head()

    assert erase(CLOCK, [images[0].pk, images[1].pk], reason="Retention is over.") == 2

    for image in images[:2]:
        kept = Change.objects.get(pk=image.pk)
        assert (kept.image, kept.salt) == (None, None)
        assert bytes(kept.image_hash) == bytes(image.image_hash)
    assert Event.objects.get(verb="image.erased").facts == {"changes": sorted(i.pk for i in images[:2])}
    seal()
    assert verify(using="auditor", against=[before, head()]) == []


def test_erasure_needs_a_reason(images):
    with pytest.raises(ValidationError):
        erase(CLOCK, [images[0].pk], reason=" ")

    assert Change.objects.get(pk=images[0].pk).image is not None


def test_an_erased_image_is_not_erased_twice(images):
    erase(CLOCK, [images[0].pk], reason="Retention is over.")

    assert erase(CLOCK, [images[0].pk], reason="Again.") == 0


@pytest.mark.parametrize(
    "statement", ["SELECT ledger_erase(ARRAY[{0}])", "SELECT ledger_erase(ARRAY[{0}, {1}])"]
)
def test_the_application_erases_nothing_without_an_event_that_says_so(as_role, images, statement):
    app = as_role("app")
    ids = [images[0].pk, images[1].pk]

    with pytest.raises(InsufficientPrivilege):
        app.execute(statement.format(*ids))
    # An event that tells of one image does not cover another.
    with pytest.raises(InsufficientPrivilege), app.transaction():
        _erase_by_hand(app, told=[ids[1]], erased=ids)

    assert all(Change.objects.get(pk=pk).image for pk in ids)


def _erase_by_hand(app, told, erased):
    app.execute(
        rows.EVENT.replace("'setting.put'", "'image.erased'").replace("'{}'", f"'{{\"changes\":{told}}}'")
    )
    app.execute("SELECT ledger_erase(%s)", [erased])


def test_the_image_a_row_stands_by_is_not_erased(images):
    with pytest.raises(Exception, match="change the row first"):
        erase(CLOCK, [images[-1].pk], reason="Too early.")

    assert Change.objects.get(pk=images[-1].pk).image["reason"] == "Twice."
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_event WHERE verb = 'image.erased'")
        assert cursor.fetchone() == (0,)
