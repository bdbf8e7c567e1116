"""Putting a backup back: into an empty database, or over one that is given up."""

import sys
import tarfile
import time
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from config.backup import database, manifest
from config.backup.manifest import Manifest
from config.embedded.refusal import Refusal
from ledger.sealing import Head, head
from ledger.verification import heads_in, verify


def restore(told: Manifest, backup: Path, *, replace: bool) -> int:
    """Restore a backup that was found whole, verify the log against its heads, and let people in only then.

    Cut short, it is repeated with the same words.

    :return: the exit status: 1 if the log does not verify
    :raises Refusal: before anything was changed, or with what went wrong
    """
    begun = time.monotonic()
    try:
        _look(told, backup, replace)
    except OperationalError as error:
        raise Refusal(
            f"The database cannot be reached as its owner: {str(error).strip().splitlines()[0]}. "
            "`manage.py roles --sql` prints what makes it."
        ) from error
    database.close_and_empty()
    database.load(backup / manifest.DATABASE)
    print(f"Database: {time.monotonic() - begun:.1f} s", flush=True)
    if MigrationExecutor(connections["migrator"]).migration_plan(_leaves()):
        call_command("migrate", database="migrator", interactive=False, verbosity=1)
    _unpack(backup / manifest.FILES, Path(settings.MEDIA_ROOT))
    _put_heads(backup / manifest.HEADS)
    verifying = time.monotonic()
    kept = [*heads_in((backup / manifest.HEADS).read_text().splitlines()), Head.parse(told.head)]
    findings = verify(using="migrator", against=kept)
    for finding in findings:
        print(finding, file=sys.stderr)
    if findings:
        print(
            f"{len(findings)} finding(s): the restored log is not whole, and nobody is let in. What to do stands in "
            "docs/operations.md.",
            file=sys.stderr,
        )
        return 1
    database.open_again()
    print(
        f"The log is whole: head {head('migrator')} ({time.monotonic() - verifying:.1f} s)\n"
        f"Restored {backup.name}: {told.uploads} uploaded files, {time.monotonic() - begun:.1f} s in all"
    )
    return 0


def _look(told: Manifest, backup: Path, replace: bool) -> None:
    unknown = database.unknown(told.migrations)
    if unknown:
        raise Refusal(
            f"The backup {backup.name} holds migrations that this release does not have ({', '.join(unknown)}): "
            "restore it with the release that made it, or a later one."
        )
    if not database.is_empty() and not replace:
        raise Refusal(
            "The database holds data already. Nothing was changed. REPLACE=1 gives up what is there for the backup."
        )
    used = database.in_use()
    if used:
        raise Refusal(
            f"{used} other sessions are open in the database: stop web, worker, beat and sealer first."
        )


def _leaves() -> list[tuple[str, str]]:
    return MigrationExecutor(connections["migrator"]).loader.graph.leaf_nodes()


def _unpack(archive: Path, to: Path) -> None:
    """What is there beside is left: a file that no row refers to is removed by the nightly clearing."""
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tarfile.open(archive) as tar:
        tar.extractall(to, filter="data")


def _put_heads(kept: Path) -> None:
    """Heads written since the backup are set aside, never lost: they show which work the restore could not bring."""
    there = settings.HEADS_FILE
    there.parent.mkdir(parents=True, exist_ok=True)
    if there.exists() and there.read_bytes() != kept.read_bytes():
        aside = there.with_name(f"{there.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        there.rename(aside)
        print(f"Heads of before: {aside}")
    new = there.with_name(f"{there.name}.new")
    new.write_bytes(kept.read_bytes())
    new.replace(there)
