"""Builders: each reaches a state through the actions, as people do, and returns the row.

`make.unit()`, `make.officer(unit)`, `make.user(role, unit)`, `make.sheet(user)`, `make.line(number)`,
`make.test(user, sheet)`; everything not given is invented.
"""

# ruff: noqa: PT028 - `make.test` makes a drug test and is none of ours

from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

from cases.actions import intake
from cases.models import Complaint
from ledger import clock
from ledger.actors import CLOCK
from officers.actions import drug_tests, officers, settings, sheets, units, users
from officers.models import DrugTest, Officer, SettingVersion, Sheet, Unit, User
from officers.models.users import Role
from officers.reckoning.cutoffs import PANELS
from officers.reckoning.lines import Line

PASSWORD = "correct horse battery staple"
_number = partial(next, count(1))


def skip(numbers: int) -> None:
    """Leave numbers out that another process has given in the database at hand."""
    for _ in range(numbers):
        _number()


RANKS = [
    {
        "code": "R01",
        "order": 1,
        "name_km": "នគរបាលត្រី",
        "name_en": "Constable",
        "removed_by": "ministerial_decision",
    },
    {
        "code": "R13",
        "order": 13,
        "name_km": "ឧត្តមសេនីយ៍ត្រី",
        "name_en": "Brigadier",
        "removed_by": "royal_decree",
    },
]
DRUGS = ("methamphetamine", "amphetamine", "mdma", "ketamine")
GIVEN_KM = ("ដារា", "សុភា", "ចាន់ថា", "រតនា", "វណ្ណា", "ម៉ាលី", "បូរី", "ពិសី", "សុធា", "កល្យាណ")
GIVEN = ("Dara", "Sophea", "Chantha", "Rattana", "Vanna", "Maly", "Borey", "Pisey", "Sothea", "Kalyan")
FAMILY_KM = ("សុខ", "ឈឹម", "កែវ", "ម៉ៅ", "ទេព", "ព្រំ", "លឹម", "នួន", "អ៊ុំ", "ហេង")
FAMILY = ("Sok", "Chhim", "Keo", "Mao", "Tep", "Prum", "Lim", "Nuon", "Um", "Heng")


def root() -> Unit:
    """The Ministry, with ranks and drugs in force; made once in a database."""
    if (ministry := Unit.objects.filter(parent=None).first()) is not None:
        return ministry
    ministry_ = units.NewUnit("MOI", Unit.Kind.MINISTRY, None, "ក្រសួងមហាផ្ទៃ", "Ministry of Interior")
    units.found(CLOCK, [ministry_], valid_from=date(2000, 1, 1), source="test")
    put_settings()
    return Unit.objects.get(parent=None)


def put_settings() -> None:
    """Ranks, drugs and panels, where none rule yet."""
    drugs = [{"code": code, "name_km": code, "name_en": code} for code in DRUGS]
    ruling = set(SettingVersion.objects.order_by().values_list("kind", flat=True).distinct())
    for kind, content in (
        ("ranks", {"ranks": RANKS}),
        ("drugs", {"drugs": drugs}),
        ("panels", {"panels": PANELS}),
    ):
        if kind not in ruling:
            settings.put(
                CLOCK, kind=kind, effective_from=date(2000, 1, 1), content=content, reason="To begin with."
            )


def unit(parent: Unit | None = None, **given: Any) -> Unit:
    """A unit below `parent` (the Ministry)."""
    parent = parent or root()
    number = _number()
    kind = given.pop("kind", Unit.Kind.COMMUNE_POST)
    code = given.pop("code", f"C-{number:06d}")
    new = units.NewUnit(
        code,
        kind,
        parent.code,
        given.pop("name_km", f"ប៉ុស្តិ៍ទី{number}"),
        given.pop("name_latin", f"Post {number}"),
        **given,
    )
    units.found(CLOCK, [new], valid_from=date(2000, 1, 1), source="test")
    return Unit.objects.get(code=code)


def user(
    role: str | None = Role.ADMINISTRATOR,
    unit: Unit | None = None,
    *,
    officer: Officer | None = None,
    **given: Any,
) -> User:
    """Someone who may sign in, with one role at a unit (the Ministry); `role=None` for none.

    One who is an `officer` too has no password: such an account is made by another user.
    """
    unit = unit or root()
    number = _number()
    about = {
        "username": f"user{number}",
        "name_km": f"អ្នកប្រើប្រាស់ទី{number}",
        "name_latin": f"User No. {number}",
        "email": f"user{number}@example.org",
    }
    if officer is not None:
        keeper = user(Role.SYSTEM_ADMINISTRATOR)
        made = users.create(keeper, officer_id=officer.pk, **about | given)
        if role:
            users.grant(keeper, made.pk, role=role, unit_id=unit.pk)
    else:
        roles = [(role, unit.pk)] if role else []
        made = users.begin(CLOCK, roles=roles, **{"password": PASSWORD} | about | given)
    return User.objects.get(pk=made.pk)


def officer(unit: Unit | None = None, **given: Any) -> Officer:
    """An officer on the roll of a unit (the Ministry)."""
    unit = unit or root()
    number = _number()
    registrar = given.pop("by", None) or _registrar()
    return officers.register(
        registrar,
        service_number=given.pop("service_number", f"{200_000 + number}"),
        name_km=given.pop("name_km", f"{FAMILY_KM[number // 10 % 10]} {GIVEN_KM[number % 10]}"),
        name_latin=given.pop("name_latin", f"{FAMILY[number // 10 % 10]} {GIVEN[number % 10]}"),
        sex=given.pop("sex", "M"),
        birth_year=given.pop("birth_year", 1990),
        rank=given.pop("rank", "R01"),
        unit_id=unit.pk,
        since=given.pop("since", clock.today() - timedelta(days=300)),
        **given,
    )


def _registrar() -> User:
    held = User.objects.filter(username="registrar.of.tests").first()
    return held or user(Role.REGISTRAR, username="registrar.of.tests")


def sheet(by: User | None = None, unit: Unit | None = None, **header: Any) -> Sheet:
    """An open sheet for a unit (the Ministry), by one of its administrators."""
    unit = unit or (by.held_roles[0].unit if by else root())
    by = by or user(Role.ADMINISTRATOR, unit)
    today = clock.today()
    return sheets.open(
        by,
        unit_id=unit.pk,
        **{
            "site": "ទីលានហាត់",
            "tested_on": today,
            "witness": "សាក្សី ម្នាក់",
            "reason": "random",
            "order_number": "",
            "kit_lot": "LOT-7",
            "kit_expires_on": today + timedelta(days=90),
            "drugs": list(DRUGS),
            **header,
        },
    )


def line(number: str | Officer, **said: Any) -> Line:
    """A line as written: negative, unless it says otherwise."""
    return Line(number=number.service_number if isinstance(number, Officer) else number, **said)


def test(
    by: User | None = None,
    sheet_: Sheet | None = None,
    of: Officer | None = None,
    **said: Any,
) -> DrugTest:
    """A line entered on a sheet: negative, unless it says otherwise."""
    sheet_ = sheet_ or sheet(by)
    by = by or sheet_.administrator
    return drug_tests.enter(by, sheet_.pk, line(of or officer(sheet_.unit), **said))


def non_negative(by: User | None = None, sheet_: Sheet | None = None, **said: Any) -> DrugTest:
    """A line whose screen needs confirmation."""
    said = {"specimen_number": f"SP-{_number():05d}", "non_negative_for": ["methamphetamine"], **said}
    return test(by, sheet_, **said)


def complaint(
    by: User | None = None, *, named: Any = (), at: Unit | None = None, told: bool = True, **said: Any
) -> Complaint:
    """A report written down at the desk of the Ministry (or handed in by `by`), routed by the rules.

    `at` is the unit whose place it is about.
    """
    by = by or _desk()
    report = intake.Report(
        **{
            "category": "drug_dealing",
            "narrative": "At night people come to the blue house and leave with small bags.",
            "place_code": at.admin_code if at else "",
            "happened": "Every night",
            "how_known": "saw",
            **{name: value for name, value in said.items() if name in intake.Report.__dataclass_fields__},
        },
        named=[
            intake.Named("unit", "the post", unit=one.pk) if isinstance(one, Unit) else one for one in named
        ],
    )
    about = {name: value for name, value in said.items() if name in ("channel", "received_on", "token")}
    desk = by.held_roles[0].unit
    row, _receipt = intake.take_down(by, report, unit_id=desk.pk, **{"channel": "phone", **about})
    return row


def _desk() -> User:
    held = User.objects.filter(username="desk").first()
    return held or user(Role.CASE_OFFICER, username="desk")


class Province:
    """A province with one district and two communes, the general commissariat above and the inspectorate beside it."""

    def __init__(self) -> None:
        ministry = root()
        self.inspectorate = _unit_of(Unit.Kind.INSPECTORATE_GENERAL, "IGM", ministry)
        self.general = _unit_of(Unit.Kind.GENERAL_COMMISSARIAT, "GCNP", ministry)
        self.province = _unit_of(Unit.Kind.PROVINCIAL_COMMISSARIAT, "P-07", self.general, "07")
        self.district = _unit_of(Unit.Kind.DISTRICT_INSPECTORATE, "D-0701", self.province, "0701")
        self.commune = _unit_of(Unit.Kind.COMMUNE_POST, "C-070101", self.district, "070101")
        self.other_commune = _unit_of(Unit.Kind.COMMUNE_POST, "C-070102", self.district, "070102")


def _unit_of(kind: str, code: str, parent: Unit, admin_code: str = "") -> Unit:
    return Unit.objects.filter(code=code).first() or unit(parent, kind=kind, code=code, admin_code=admin_code)
