"""A demonstration force and its sheets, invented from a seed: no database, no real person.

Given names are compounds of two, which real ones seldom are, so that nobody is named by chance.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

PASSWORD = "rice-field-at-dawn"  # noqa: S105  of accounts that exist on demonstrations only
FIRST_NUMBER = 210_001
FEWEST = 100
HOME = "P-08"  # where the demonstration's own administrators serve

FAMILIES = (
    ("កែវ", "Keo"),
    ("ជួន", "Chuon"),
    ("ឌុក", "Douk"),
    ("ឈឹម", "Chhim"),
    ("ទូច", "Touch"),
    ("ណុប", "Nop"),
    ("នួន", "Nuon"),
    ("ប៉ុក", "Pok"),
    ("ផាត់", "Phat"),
    ("ព្រំ", "Prum"),
    ("មាស", "Meas"),
    ("ម៉ម", "Mam"),
    ("យឹម", "Yim"),
    ("រស់", "Ros"),
    ("លឹម", "Lim"),
    ("វ៉ែន", "Ven"),
    ("សៀង", "Sieng"),
    ("ស្រី", "Srey"),
    ("ហឹម", "Hoem"),
    ("ឡាច", "Lach"),
    ("អៀម", "Iem"),
    ("អ៊ុក", "Ouk"),
    ("ឯក", "Ek"),
    ("គង់", "Kong"),
    ("ឃុន", "Khun"),
    ("ចេង", "Cheng"),
)
GIVEN_MALE = (
    ("ពិសិដ្ឋ", "Piseth"),
    ("វិចិត្រ", "Vichet"),
    ("សំណាង", "Samnang"),
    ("ភារម្យ", "Phearum"),
    ("វីរៈ", "Vireak"),
    ("បូរិន្ទ", "Borin"),
    ("កុសល", "Kosal"),
    ("សុភ័ក្ត្រ", "Sopheak"),
    ("ឧត្ដម", "Oudom"),
    ("រិទ្ធី", "Rithy"),
)
GIVEN_FEMALE = (
    ("បុប្ផា", "Bopha"),
    ("កុលាប", "Kolap"),
    ("មាលា", "Mealea"),
    ("ចរិយា", "Chakriya"),
    ("លក្ខិណា", "Leakhena"),
    ("សុគន្ធា", "Sokunthea"),
    ("ធារី", "Theary"),
    ("វណ្ណី", "Vanny"),
    ("ស្រីនាង", "Sreyneang"),
    ("ណារី", "Nary"),
)
GIVEN_SECOND = (
    ("ដារា", "dara"),
    ("រតនា", "rattana"),
    ("មករា", "makara"),
    ("មុនី", "mony"),
    ("សុវណ្ណ", "sovann"),
    ("ចន្ទ", "chan"),
    ("វឌ្ឍនា", "vathana"),
    ("សិលា", "sela"),
    ("បញ្ញា", "panha"),
    ("នរា", "nora"),
    ("មេសា", "mesa"),
    ("ឧសភា", "ousaphea"),
)

RANKS = ("SGT", "SSG", "SGM", "WO", "CWO", "2LT", "1LT", "CPT", "MAJ")
RANK_WEIGHTS = (18, 18, 16, 12, 10, 9, 8, 6, 3)
HEADS = {
    "PROVINCIAL_COMMISSARIAT": ("ស្នងការ", "BG"),
    "CENTRAL_DEPARTMENT": ("ប្រធាននាយកដ្ឋាន", "COL"),
    "DISTRICT_INSPECTORATE": ("អធិការ", "LTC"),
    "COMMUNE_POST": ("នាយប៉ុស្តិ៍", "CPT"),
}

# Role, user name, unit. Those of one role and unit are each other's second person.
ACCOUNTS = (
    ("system_administrator", "sysadmin", "MOI"),
    ("administrator", "admin.kandal", HOME),
    ("administrator", "admin2.kandal", HOME),
    ("administrator", "admin.phnompenh", "P-12"),
    ("laboratory", "laboratory", "LAB-TS"),
    ("laboratory", "laboratory2", "LAB-MI"),
    ("reviewing_physician", "physician", "GCNP"),
    ("case_officer", "case.kandal", HOME),
    ("supervisor", "supervisor.kandal", HOME),
    ("inspector", "inspector", "MOI"),
    ("legal_checker", "legal", "MOI"),
    ("deciding_authority", "authority", "MOI"),
    ("deciding_authority", "authority2", "GCNP"),
    ("registrar", "registrar", "GCNP"),
    ("registrar", "registrar2", "GCNP"),
    ("appeal_member", "appeal", "MOI"),
    ("appeal_member", "appeal2", "MOI"),
    ("auditor", "auditor", "MOI"),
    ("auditor", "auditor2", "MOI"),
    ("partner", "partner", "MOI"),
)

# Of a list from before the system: names, rank, province, measure, ground. On no roll.
EARLIER = (
    ("កែវ បូរិន្ទមេសា", "Keo Borinmesa", "CPT", "08", "dismissal", "drug_involvement"),
    ("ឌុក កុសលនរា", "Douk Kosalnora", "SGM", "12", "dismissal", "absence"),
    ("លឹម រិទ្ធីសិលា", "Lim Rithysela", "LTC", "07", "demotion", "discipline_breach"),
    ("ព្រំ វីរៈមុនី", "Prum Vireakmony", "SGT", "08", "dismissal", "drug_involvement"),
    ("ម៉ម ភារម្យចន្ទ", "Mam Phearumchan", "WO", "17", "suspension", "discipline_breach"),
)


@dataclass(frozen=True)
class Person:
    """An officer to be registered; `unit` is the code of his unit."""

    service_number: str
    name_km: str
    name_latin: str
    sex: str
    birth_year: int
    rank: str
    unit: str
    title: str
    is_head: bool
    since: date


@dataclass(frozen=True)
class PlannedLine:
    """A line of a planned sheet; `person` is a service number."""

    person: str
    specimen: str = ""
    non_negative: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    not_taken: str = ""
    excuse: str = ""
    remark: str = ""


@dataclass(frozen=True)
class PlannedSheet:
    """A day's collection. `age` is how many days ago it was; `sent` is false for one left open."""

    unit: str
    age: int
    reason: str
    kit_lot: str
    witness: str
    drugs: tuple[str, ...]
    lines: list[PlannedLine] = field(default_factory=list)
    sent: bool = True


def name(random: Random, sex: str) -> tuple[str, str]:
    """An invented name in Khmer script and in Latin letters."""
    family = random.choice(FAMILIES)
    given = random.choice(GIVEN_MALE if sex == "M" else GIVEN_FEMALE)
    second = random.choice(GIVEN_SECOND)
    return f"{family[0]} {given[0]}{second[0]}", f"{family[1]} {given[1]}{second[1]}"


def people(number: int, seed: int, units: Iterable[dict[str, str]], today: date) -> list[Person]:
    """The force: central departments, prisons, and all provinces by their number of communes.

    :param units: code, kind and parent_code of each unit, parents first
    :raises ValueError: for fewer than `FEWEST`, who could not fill every province
    """
    if number < FEWEST:
        raise ValueError(f"at least {FEWEST} officers")
    random = Random(seed)  # noqa: S311  a demonstration is to be the same each time
    kinds, places = _places(units)
    central = [code for code, kind in kinds.items() if kind == "CENTRAL_DEPARTMENT"]
    codes = [random.choice(central) for _ in range(number // 6)]
    for province, share in _shares(number - len(codes), places).items():
        districts, posts = places[province]
        for index in range(share):
            # The first of each province serve at its seat, so that a sheet there has lines.
            where = random.random() if index >= 3 else 0
            pick = [province] if where < 0.3 else districts if where < 0.75 else posts
            codes.append(random.choice(pick))
    numbers = random.sample(range(FIRST_NUMBER, FIRST_NUMBER + 2 * number), number)
    headed: set[str] = set()
    return [
        _person(random, code, kinds[code], service_number, headed, today)
        for code, service_number in zip(codes, numbers, strict=True)
    ]


def _places(
    units: Iterable[dict[str, str]],
) -> tuple[dict[str, str], dict[str, tuple[list[str], list[str]]]]:
    """Kind by code, and each province's districts and posts."""
    kinds = {}
    province_of: dict[str, str] = {}
    places: dict[str, tuple[list[str], list[str]]] = {}
    for unit in units:
        code, kind = unit["code"], unit["kind"]
        kinds[code] = kind
        if kind == "PROVINCIAL_COMMISSARIAT":
            province_of[code] = code
            places[code] = ([], [])
        elif kind in ("DISTRICT_INSPECTORATE", "COMMUNE_POST"):
            province_of[code] = province_of[unit["parent_code"]]
            places[province_of[code]][kind == "COMMUNE_POST"].append(code)
    return kinds, places


def _shares(number: int, places: dict[str, tuple[list[str], list[str]]]) -> dict[str, int]:
    """How many serve in each province: three at least, at home a dozen, the rest by communes."""
    shares = {province: 12 if province == HOME else 3 for province in places}
    rest = number - sum(shares.values())
    posts = sum(len(below[1]) for below in places.values())
    for province, below in places.items():
        shares[province] += max(rest, 0) * len(below[1]) // posts
    # What rounding left over, and nobody where the force is too small for it.
    shares[HOME] += number - sum(shares.values())
    return shares


def _person(random: Random, unit: str, kind: str, number: int, headed: set[str], today: date) -> Person:
    sex = "F" if random.random() < 0.16 else "M"
    name_km, name_latin = name(random, sex)
    is_head = unit not in headed
    headed.add(unit)
    title, rank = HEADS[kind] if is_head else ("", random.choices(RANKS, RANK_WEIGHTS)[0])
    span = (today - timedelta(days=90) - date(today.year - 1, 1, 1)).days
    return Person(
        service_number=str(number),
        name_km=name_km,
        name_latin=name_latin,
        sex=sex,
        birth_year=today.year - random.randint(22, 58),
        rank=rank,
        unit=unit,
        title=title,
        is_head=is_head,
        since=date(today.year - 1, 1, 1) + timedelta(days=random.randrange(max(span, 1))),
    )


def sheets(
    force: Sequence[Person], seed: int, province_of: dict[str, str], drugs: Sequence[str]
) -> list[PlannedSheet]:
    """Sixty days of sheets, oldest first: four at home, the rest all over the country, one of them left open.

    :param province_of: the province of each unit below one, by code
    """
    random = Random(seed + 1)  # noqa: S311
    by_province: dict[str, list[Person]] = {}
    for person in force:
        if person.unit in province_of:
            by_province.setdefault(province_of[person.unit], []).append(person)
    planned = []
    elsewhere = [province for province in by_province for _ in range(max(1, len(force) // 1500))]
    for province, age in [(HOME, age) for age in (52, 33, 12, 5, 1)] + [
        (province, random.randint(2, 60)) for province in elsewhere
    ]:
        home = by_province[province]
        tested = random.sample(home, min(len(home), random.randint(15, 30)))
        planned.append(
            PlannedSheet(
                unit=province,
                age=age,
                reason=random.choice(["census_campaign", "random", "random", "reasonable_suspicion"]),
                kit_lot=f"KT-{random.randint(100, 999)}{random.choice('ABC')}",
                witness=random.choice(home).name_latin,
                drugs=tuple(drugs[: random.choice([4, 5, len(drugs)])]),
                lines=[PlannedLine(person.service_number) for person in tested],
                # One left open for days, one begun yesterday.
                sent=not (province == HOME and age in (5, 1)),
            )
        )
    return [_with_findings(sheet, random) for sheet in sorted(planned, key=lambda sheet: -sheet.age)]


def _with_findings(sheet: PlannedSheet, random: Random) -> PlannedSheet:
    """Findings far more often than in life, so that every list has something; at home one of each kind."""
    home = sheet.unit == HOME
    lines = list(sheet.lines)
    chosen = random.sample(range(len(lines)), min(len(lines), 6))
    drug = random.choice(sheet.drugs)
    kinds: list[dict[str, object]] = []
    if home or random.random() < 0.35:
        pair = ("methamphetamine", "amphetamine")
        kinds.append({"non_negative": pair if random.random() < 0.5 else (drug,)})
    if home and sheet.age > 5:
        kinds.append({"non_negative": ("methamphetamine",), "remark": "ឆ្នូតទីពីរស្រាលណាស់"})
    if home or random.random() < 0.3:
        kinds.append({"not_taken": "absent", "excuse": random.choice(["medical_leave", "approved_leave"])})
    if random.random() < 0.1 or (home and sheet.age > 30):
        kinds.append({"not_taken": "refused", "remark": "ចាកចេញមុនពេលធ្វើតេស្ត"})
    if random.random() < 0.08 or (home and sheet.age == 12):
        kinds.append({"not_taken": "unable"})
    if random.random() < 0.08 or (home and sheet.age == 12):
        kinds.append({"invalid": (drug,)})
    found = dict(zip(chosen, kinds, strict=False))
    for index, line in enumerate(lines):
        kind = found.get(index, {})
        if "not_taken" not in kind:
            kind = kind | {"specimen": f"{sheet.unit[2:]}-{sheet.kit_lot[3:]}-{sheet.age:02d}{index + 1:02d}"}
        lines[index] = replace(line, **kind)  # type: ignore[arg-type]
    return replace(sheet, lines=lines)
