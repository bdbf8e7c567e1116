"""What a start needs of Django, in one process: migrate, and the demonstration data once."""

import os
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from config.backup.database import UNFINISHED, is_unfinished

OFFICERS = 2000  # loads within 30 seconds
COMPLAINTS = 120  # each is played act by act, day after day


def prepare() -> None:
    """Bring the database up to date; only an embedded one is ever given demonstration data.

    :raises ImproperlyConfigured: if the application's role could switch the ledger off, or a restore was cut short
    """
    from ledger.guard import refuse_owner

    if is_unfinished():
        raise ImproperlyConfigured(f"{UNFINISHED} Repeat it: make restore FROM=/path/to/backup.")
    executor = MigrationExecutor(connections["migrator"])
    refuse_owner()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        if executor.loader.applied_migrations:
            print(
                f"An earlier release's data: {len(plan)} migrations follow. The way back is a backup.",
                flush=True,
            )
        call_command("migrate", database="migrator", verbosity=1, interactive=False)
    if settings.EMBEDDED:
        demonstrate()


def demonstrate() -> None:
    """Load the demonstration data into a database that knows nobody yet, and print its sign-ins."""
    from officers.models import User

    if not User.objects.exists():
        call_command("load_demo", officers=int(os.environ.get("DEMO_OFFICERS", OFFICERS)), seed=1)
        call_command("load_demo_results")
        call_command(
            "load_demo_complaints", reports=int(os.environ.get("DEMO_COMPLAINTS", COMPLAINTS)), seed=1
        )
        call_command("load_demo_cases")
        call_command("load_demo_audits")
        call_command("load_demo_open_data")
    call_command("load_demo", accounts=True)


if __name__ == "__main__":
    django.setup()
    try:
        prepare()
    except OperationalError as error:
        sys.exit(
            f"The database cannot be reached or does not let us in: {str(error).strip().splitlines()[0]}"
        )
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))
