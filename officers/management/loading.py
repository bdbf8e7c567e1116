"""Rows of a demonstration taken as a file's rows are: staged, checked, and taken by the same acts."""

import csv
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import CommandError

from officers import imports as reading
from officers.actions import imports
from officers.models import Import, Unit, User


def take_rows(kind: str, by: User, unit: Unit, rows: Iterable[list[str]]) -> None:
    """:raises CommandError: if a row is refused, or the file is not taken"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind.lower()}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        with path.open("rb") as file:
            row = imports.upload(by, kind=kind, unit_id=unit.pk, file=file, filename=path.name)
    reading.proceed(row.pk)
    row.refresh_from_db()
    if row.bad_rows:
        problems = [one.problems for one in row.staged.bad()[:3]]
        raise CommandError(f"The demonstration's own rows were refused: {problems}")
    imports.take(by, row.pk)
    reading.proceed(row.pk)
    row.refresh_from_db()
    if row.status != Import.Status.TAKEN:
        raise CommandError(f"{row.status}: {row.problem}")
