"""A database that an earlier release filled is upgraded to this one, and what it says is still true."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from ledger.actors import CLOCK
from ledger.models import Change, Event
from ledger.sealing import head, seal
from ledger.verification import heads_in, verify
from officers.models import DrugTest, Officer, Sheet
from tests import database, make
from tests.conftest import SLOT
from tests.ledger import rows
from tests.ledger.release import RELEASES, version

DUMPS = sorted(RELEASES.glob("*.sql.gz"))

pytestmark = pytest.mark.django_db(
    transaction=True, databases=["default", "migrator", "sequencer", "auditor"]
)


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.name)
def test_what_a_release_wrote_verifies_under_this_one(dump: Path):
    kept = heads_in(dump.with_name(dump.name.replace(".sql.gz", ".head")).read_text().splitlines())
    database.restore_database(SLOT, dump)
    make.skip(1000)

    call_command("migrate", verbosity=0)

    assert verify(using="auditor", against=kept) == []
    assert head() == kept[-1]
    assert Event.objects.count() > head().position
    assert DrugTest.objects.filter(status=DrugTest.Status.AT_LABORATORY, dispatched_at__isnull=False).exists()
    assert Sheet.objects.filter(status=Sheet.Status.SENT).get().tests.count() == 8
    assert Change.objects.filter(image__isnull=True).count() == 1
    # People go on working where they left off.
    make.test(of=make.officer(Officer.objects.all()[0].unit))
    rows.put(CLOCK, 50)
    seal()
    assert verify(using="auditor", against=[*kept, head()]) == []


def start(settings="config.settings"):
    """What `make run` does to a database before it serves, as a process of its own on a real server."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings}
    del environment["PROBITY_EMBEDDED"]
    with database._alone():
        return subprocess.run(
            [sys.executable, "-m", "config.embedded.prepare"],
            cwd=database.CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.name)
def test_a_start_over_an_earlier_releases_data_brings_it_up_to_date_and_a_second_does_nothing(dump: Path):
    database.restore_database(SLOT, dump)

    first, second = start(), start()

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "Applying" not in second.stdout
    assert verify(using="auditor") == []
    rows.put(CLOCK, 50)


def test_a_migration_that_fails_leaves_nothing_of_itself_and_this_release_goes_on():
    rows.put(CLOCK, 1)

    failed = start("tests.ledger.failing.settings")

    assert failed.returncode == 1
    assert "division by zero" in failed.stderr
    with connections["migrator"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('failing_later') IS NULL, to_regclass('failing_half') IS NULL")
        assert cursor.fetchone() == (False, True)
    assert start().returncode == 0
    rows.put(CLOCK, 2)
    seal()
    assert verify(using="auditor", against=[head()]) == []


def test_the_database_of_this_release_is_kept_for_the_next_and_is_small():
    assert version() in {dump.name.removesuffix(".sql.gz") for dump in DUMPS}
    assert all(dump.stat().st_size < 200 * 1024 for dump in DUMPS)
