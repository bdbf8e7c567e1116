"""The world the sample files come from, and files uploaded, checked and taken in it."""

import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ledger import clock
from ledger.actors import CLOCK
from officers import imports as reading
from officers.actions import imports, settings
from officers.actions import officers as roll
from officers.actions import users as accounts
from officers.actions.officers import NewOfficer
from officers.models import Import, Unit, User
from officers.models.users import Role
from tests import make
from tests.files import make_files as made

FILES = Path(made.__file__).parent
#: A week after the day that stands in the files.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Phnom_Penh"))
STRANGERS = ("Bora", "Rith", "Nary", "Sary", "Vibol", "Malis", "Rotha")
#: What the files do not say themselves.
HEADER = {
    "site": "អធិការដ្ឋាននគរបាលស្រុកមង្គលបូរី",
    "witness": "100052",
    "reason": "random",
    "order_number": "014/26",
    "kit_lot": "KL-2026-07",
    "kit_expires_on": date(2027, 6, 30),
}


@dataclass
class World:
    """The district of the files, whose administrator is officer 100051."""

    unit: Unit
    administrator: User
    registrar: User


def put_ranks() -> None:
    ranks = [
        {
            "code": f"R{n:02}",
            "order": n,
            "name_en": name.removeprefix("Police "),
            "name_km": f"ឋានៈទី{n}",
            "removed_by": "ministerial_decision",
        }
        for n, name in enumerate(made.RANKS, 1)
    ]
    settings.put(
        CLOCK, kind="ranks", effective_from=clock.today(), content={"ranks": ranks}, reason="As in the files."
    )


def world(*, enrolled: bool = True) -> World:
    """`enrolled`: the officers of the files are on the roll."""
    province = make.unit(code="P-01", admin_code="01", kind=Unit.Kind.PROVINCIAL_COMMISSARIAT)
    district = make.unit(province, code="D-0102", admin_code="0102", kind=Unit.Kind.DISTRICT_INSPECTORATE)
    for place in ("0103", "0203", "1201"):
        make.unit(province, code=f"D-{place}", admin_code=place, kind=Unit.Kind.DISTRICT_INSPECTORATE)
    put_ranks()
    registrar = make.user(Role.REGISTRAR, make.root())
    staff = [
        NewOfficer("100051", "ភោគ វាសនា", "Phok Veasna", "M", 1975, "R05", district.pk),
        NewOfficer("100052", "ជា ម៉ាណែត", "Chea Manet", "F", 1980, "R04", district.pk),
    ]
    if enrolled:
        staff += [
            NewOfficer(f"{made.FIRST_NUMBER + n}", km, en, sex, birth, "R01", district.pk)
            for n, (km, en, sex, birth) in enumerate(made.PEOPLE)
        ]
        staff += [
            NewOfficer(f"{100031 + n}", "ខាន់ ម្នាក់", f"Khan {name}", "M", 1990, "R01", district.pk)
            for n, name in enumerate(STRANGERS)
        ]
    entered = roll.register_all(registrar, staff)
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR, make.root())
    user = accounts.create(
        keeper,
        username=f"administrator.{district.pk}",
        name_km="ភោគ វាសនា",
        name_latin="Phok Veasna",
        language="en",
        officer_id=entered[0].pk,
    )
    accounts.grant(keeper, user.pk, role=Role.ADMINISTRATOR, unit_id=district.pk)
    return World(district, User.objects.get(pk=user.pk), registrar)


def upload(
    by: User, unit: Unit, content: bytes | str, kind: str = "SHEET", name: str = "", **given: Any
) -> Import:
    """`content` is a file's bytes, or the name of a sample file."""
    if isinstance(content, str):
        name, content = content, (FILES / content).read_bytes()
    return imports.upload(
        by, kind=kind, unit_id=unit.pk, file=io.BytesIO(content), filename=name or "rows.csv", **given
    )


def work(file: Import) -> Import:
    """Let a worker do what waits to be done with the file."""
    reading.proceed(file.pk)
    return Import.objects.get(pk=file.pk)


def checked(by: User, unit: Unit, content: bytes | str, kind: str = "SHEET", **given: Any) -> Import:
    return work(upload(by, unit, content, kind, **given))


def taken(by: User, unit: Unit, content: bytes | str, kind: str = "SHEET", **given: Any) -> Import:
    file = checked(by, unit, content, kind, **given)
    imports.take(by, file.pk)
    return work(file)


def named(file: Import) -> list[tuple[int, str, str]]:
    """The bad rows: line, column, code."""
    columns = file.reading["columns"]
    return [
        (row.line, columns.get(problem["field"], ["", ""])[0], problem["code"])
        for row in file.staged.bad().order_by("line")
        for problem in row.problems
    ]


def csv(*rows: list[Any]) -> bytes:
    return made.text_of(rows).encode()


def at_the_time_of_the_files() -> Any:
    return clock.at(NOW)
