"""Files of 99,300 rows from upload to the last row, beside raw COPY and django-import-export in the same run.

`python -m benchmarks.importing KIND PATH USER UNIT` is one import in a process of its own, for the sake of its memory.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, transaction
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget
from tablib import Dataset

from benchmarks import files
from ledger.acting import recording
from ledger.actors import CLOCK
from ledger.sealing import seal
from ledger.verification import verify
from officers import imports as reading
from officers.actions import imports, users
from officers.actions.officers import keyed
from officers.models import Import, Officer, Unit, User
from officers.models.users import Role

#: Seconds and megabytes on two cores, and rows a second.
CSV_SECONDS, XLSX_SECONDS, MEGABYTES, RATE, TIMES = 12, 30, 180, 10_000, 10
#: Rows that django-import-export is given: it takes minutes for all.
SAMPLE = 3_000


def report() -> None:
    """Print what each import costs, what COPY and django-import-export cost, and whether the log verifies."""
    roll, tests = user_of(Role.REGISTRAR), user_of(Role.ADMINISTRATOR)
    root = Unit.objects.get(parent=None)
    bare = _copy()
    other = _import_export()
    print(f"Files of {files.ROWS:,} rows, {files.BAD} of them bad, from upload to the last row")
    print(f"  {'raw COPY of the same text':28}{'':16}{bare:10,.0f} rows/s")
    print(f"  {'django-import-export, bulk':28}{'':16}{other:10,.0f} rows/s")
    with tempfile.TemporaryDirectory() as folder:
        for kind, by in ((Import.Kind.ROSTER, roll), (Import.Kind.CAMPAIGN, tests)):
            for number, form in enumerate(("csv", "xlsx"), 1):
                rows = (
                    files.roster(first=number * 1_000_000) if by == roll else files.campaign(days_ago=number)
                )
                path = Path(folder) / f"{kind.lower()}.{form}"
                (files.as_csv if form == "csv" else files.as_workbook)(rows, path)
                command = [sys.executable, "-m", "benchmarks.importing", kind, path, str(by.pk), str(root.pk)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                found = json.loads(done.stdout.splitlines()[-1])
                seconds, aim = found["check"] + found["take"], CSV_SECONDS if form == "csv" else XLSX_SECONDS
                rate = files.ROWS / seconds
                print(
                    f"  {kind.label[:22] + ' ' + form:28}{seconds:6.1f} s of {aim:2} {rate:10,.0f} rows/s, "
                    f"{rate / bare:5.1%} of COPY, {rate / other:5.1f} x django-import-export; "
                    f"checked {found['check']:.1f}, taken {found['take']:.1f} s; "
                    f"{found['memory']} MB of {MEGABYTES}; {found['bad']} bad rows of {found['kinds']} kinds"
                )
    seal()
    findings = verify(using="auditor")
    print(
        f"  verify_log: {len(findings)} findings    (aims: {RATE:,} rows/s, {TIMES} x django-import-export)"
    )


def user_of(role: Role) -> User:
    """Who may upload for the whole tree."""
    name = f"bench.{role.value}"
    if not User.objects.filter(username=name).exists():
        keeper = next(u for u in User.objects.order_by("pk") if u.has_role(Role.SYSTEM_ADMINISTRATOR))
        made = users.create(keeper, username=name, name_km="ក", name_latin=name)
        users.grant(keeper, made.pk, role=role, unit_id=Unit.objects.get(parent=None).pk)
    return User.objects.get(username=name)


def _copy() -> float:
    """Rows a second of PostgreSQL itself: the roster's text into a table of texts."""
    rows = list(files.roster())
    with transaction.atomic(), connection.cursor() as cursor:
        columns = ", ".join(f"c{n} text" for n in range(len(rows[0])))
        cursor.execute(f"CREATE TEMPORARY TABLE bare ({columns}) ON COMMIT DROP")
        started = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return len(rows) / (time.perf_counter() - started)


class _Officers(ModelResource):
    """The same officers as that library takes them in bulk: no number, no posting, no log of its own."""

    unit = Field("unit", "Unit code", ForeignKeyWidget(Unit, "code"))
    service_number = Field("service_number", "Service number")
    name_km = Field("name_km", "Name in Khmer")
    name_latin = Field("name_latin", "Name in Latin")
    sex = Field("sex", "Sex")
    birth_year = Field("birth_year", "Birth year")

    class Meta:
        model = Officer
        fields = ("unit", "service_number", "name_km", "name_latin", "sex", "birth_year")
        import_id_fields = ("service_number",)
        use_bulk = True
        batch_size = 1000
        skip_diff = True
        force_init_instance = True

    def before_save_instance(self, instance: Officer, row: object, **kwargs: object) -> None:
        instance.rank = "R01"
        keyed(instance)

    def after_import(self, *args: object, **kwargs: object) -> None:
        """It would set the sequence anew, which the application's role may not."""


def _import_export() -> float:
    header, *rows = files.roster(SAMPLE, first=9_000_000)
    bad = files.spread(SAMPLE)
    data = Dataset(*(row for n, row in enumerate(rows) if n not in bad), headers=header)
    with transaction.atomic():
        started = time.perf_counter()
        with recording("benchmark.acted", actor=CLOCK, subject=Officer):
            result = _Officers().import_data(data, raise_errors=True)
        seconds = time.perf_counter() - started
        if result.totals["new"] != len(data):
            raise RuntimeError(f"django-import-export took {result.totals}")
        transaction.set_rollback(True)
    return len(data) / seconds


def one(kind: str, path: Path, by: User, unit: Unit) -> None:
    """Upload, check and take one file, and print what that took."""
    started = time.perf_counter()
    with path.open("rb") as file:
        row = imports.upload(by, kind=kind, unit_id=unit.pk, file=file, filename=path.name)
    reading.proceed(row.pk)
    checked = time.perf_counter()
    imports.take(by, row.pk)
    reading.proceed(row.pk)
    taken = time.perf_counter()
    # The process that parses a workbook counts as well.
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    memory = sum(resource.getrusage(one).ru_maxrss for one in whose) // 1024
    row = Import.objects.get(pk=row.pk)
    if (row.status, row.rows, row.taken_rows) != (Import.Status.TAKEN, files.ROWS, files.ROWS - row.bad_rows):
        raise RuntimeError(f"{row.status}: {row.rows} rows, {row.taken_rows} taken, {row.problem}")
    codes = {problem["code"] for bad in row.staged.bad() for problem in bad.problems}
    print(
        json.dumps(
            {
                "check": checked - started,
                "take": taken - checked,
                "memory": memory,
                "bad": row.bad_rows,
                "kinds": len(codes),
            }
        )
    )


if __name__ == "__main__":
    kind, path, user, unit = sys.argv[1:]
    one(kind, Path(path), User.objects.get(pk=user), Unit.objects.get(pk=unit))
