"""Reading ahead, and the files people get back."""

import csv as tables
import io
import threading
from collections.abc import Iterator

import pytest
from django.core import mail

from ledger import sealing
from officers import tasks
from officers.actions import users
from officers.imports import shown
from officers.imports.reading import ahead
from officers.models import User
from officers.models.users import Role
from tests import make
from tests.files import make_files as made
from tests.officers.importing import checked, csv, put_ranks, taken

ROSTER = ["Service number", "Khmer name", "Latin name", "Sex", "Birth year", "Rank"]


def test_what_is_read_ahead_comes_in_its_order():
    assert list(ahead(iter(range(1000)))) == list(range(1000))


def test_no_more_than_a_few_items_are_read_ahead():
    read = []

    def source() -> Iterator[int]:
        for n in range(100):
            read.append(n)
            yield n

    taking = ahead(source())
    assert next(taking) == 0
    assert len(read) <= 4
    taking.close()


def test_what_the_reader_raises_comes_out_after_what_it_read():
    def source() -> Iterator[int]:
        yield 1
        raise ValueError("torn")

    taking = ahead(source())
    assert next(taking) == 1
    with pytest.raises(ValueError, match="torn"):
        next(taking)


def test_whoever_stops_early_stops_the_reader():
    before = threading.active_count()
    taking = ahead(iter(range(10_000)))
    next(taking)

    taking.close()

    assert threading.active_count() == before


def told():
    """The log read on, and what it says mailed."""
    tasks.tell.job.function(period=None)
    tasks.mail_notices.job.function(period=None)


@pytest.mark.django_db(databases=["default", "sequencer"], transaction=True)
def test_the_uploader_is_told_how_it_ended_and_not_of_a_quick_check():
    root = make.root()
    put_ranks()
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR, root)
    registrar = users.create(
        keeper, username="r", name_km="ក", name_latin="R", language="km", email="r@example.org"
    )
    users.grant(keeper, registrar.pk, role=Role.REGISTRAR, unit_id=root.pk)
    registrar = User.objects.get(pk=registrar.pk)
    sealing.seal()
    told()
    mail.outbox.clear()
    rows = [[str(500_000 + n), *made.PEOPLE[n], "Sergeant"] for n in range(3)]

    file = taken(registrar, root, csv(ROSTER, *rows), kind="ROSTER", name="roll.csv")
    sealing.seal()
    told()

    (message,) = mail.outbox
    assert message.to == ["r@example.org"]
    assert "roll.csv" in message.body
    assert "3" in message.body
    assert f"/imports/{file.pk}/" in message.body
    assert "នាំចូល" in message.subject


@pytest.mark.django_db
def test_the_rows_to_be_corrected_can_be_uploaded_again():
    root = make.root()
    put_ranks()
    registrar = make.user(Role.REGISTRAR, root)
    good, bad = (["50000", *made.PEOPLE[0], "Sergeant"], ["50001", *made.PEOPLE[1], "Emperor"])
    file = checked(registrar, root, csv(ROSTER, good, bad), kind="ROSTER")

    header, rows = shown.to_be_corrected(file)
    ((*cells, in_khmer, in_english),) = rows

    assert header[:-2] == ROSTER
    assert cells == [str(cell) for cell in bad]
    assert "“Emperor”" in in_english
    assert in_khmer != in_english
    corrected = io.StringIO()
    tables.writer(corrected).writerows([header, [*cells[:-1], "Captain", in_khmer, in_english]])
    again = checked(registrar, root, corrected.getvalue().encode(), kind="ROSTER")
    assert (again.rows, again.bad_rows) == (1, 0)
