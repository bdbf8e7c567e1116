"""Reports of a demonstration, invented from a seed: no database, no real place is meant by a story."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

#: Days over which they came, the oldest first; none today, so that what a visitor hands in is the only one.
OLDEST = 120
HOME = "08"  # the province whose accounts sign in

#: What becomes of a report, with its weight. Those of `BY_TWO` need a second person.
FATES = {
    "ignored": 14,
    "acknowledged": 8,
    "late": 8,
    "acted": 18,
    "closed": 28,
    "no_action": 6,
    "to_agree": 3,
    "disputed": 4,
    "paused": 4,
    "offered": 3,
    "reopened": 3,
    "repeat": 4,
}
BY_TWO = frozenset({"no_action", "to_agree", "disputed", "paused", "reopened"})

#: Category, weight, and what is told.
STORIES = (
    ("drug_dealing", 24, "រៀងរាល់យប់ មានមនុស្សមកទិញកញ្ចប់តូចៗនៅផ្ទះពណ៌ខៀវ ហើយចេញទៅវិញភ្លាមៗ។"),
    ("drug_dealing", 12, "មានក្មេងជំទង់លក់ថ្នាំនៅក្បែរសាលារៀន ពេលសិស្សចេញពីរៀន។"),
    ("drug_use", 12, "កូនប្រុសខ្ញុំប្រើគ្រឿងញៀន ហើយវាយបំបែករបស់របរក្នុងផ្ទះ។ សូមជួយ។"),
    ("trafficking_place", 16, "ឃ្លាំងចាស់ក្រោយផ្សារ មានឡានចូលយប់ជ្រៅ និងមានក្លិនសារធាតុគីមីខ្លាំង។"),
    ("precursor", 4, "ហាងមួយលក់សារធាតុគីមីជាធុងធំៗ ដោយគ្មានវិក្កយបត្រ។"),
    ("drug_use_officer", 6, "មន្ត្រីម្នាក់នៅប៉ុស្តិ៍ប្រើថ្នាំជាមួយអ្នកលក់ ខ្ញុំឃើញពីរដង។"),
    ("drug_dealing_officer", 6, "អ្នកលក់និយាយថា ខ្លួនបង់លុយឱ្យប៉ុស្តិ៍រាល់ខែ។"),
    ("failure_to_act", 8, "ខ្ញុំបានរាយការណ៍តាំងពីខែមុន តែគ្មាននរណាមកទេ។"),
    ("extortion", 5, "គេទារលុយពីខ្ញុំ ដើម្បីដោះលែងក្មួយខ្ញុំ។"),
    ("test_irregularity", 3, "ថ្ងៃធ្វើតេស្ត មន្ត្រីម្នាក់បានឱ្យអ្នកផ្សេងធ្វើជំនួស។"),
    ("other", 4, "មានមនុស្សប្លែកមុខមកសួររកអ្នកដែលបានរាយការណ៍។"),
)
NAMING = frozenset({"drug_use_officer", "drug_dealing_officer", "failure_to_act", "extortion"})
PLACES = ("ក្រោយផ្សារ", "ក្បែរស្ពានដែក", "មុខវត្ត", "ផ្លូវលំ ជិតសាលារៀន", "ក្បែរឡឥដ្ឋ")
DEEDS = (
    ("visited", "បានចុះទៅទីកន្លែងជាមួយមន្ត្រីពីរនាក់ និងពិនិត្យជុំវិញ។"),
    ("checked", "បានពិនិត្យអត្តសញ្ញាណមនុស្សបួននាក់ដែលចេញពីទីនោះ។"),
    ("interviewed", "បានសួរអ្នកជិតខាងបីគ្រួសារ ហើយកត់ត្រាចម្លើយ។"),
    ("arrest_or_seizure", "បានឃាត់ខ្លួនមនុស្សពីរនាក់ និងដកហូតវត្ថុតាង។"),
    ("referred", "បានបញ្ជូនសំណុំរឿងទៅព្រះរាជអាជ្ញា។"),
)


@dataclass(frozen=True)
class PlannedReport:
    """A report and what becomes of it. `age` is how many days ago it came; delays count from that day."""

    number: int
    age: int
    category: str
    narrative: str
    place_code: str
    place_text: str
    channel: str
    how_known: str
    hidden_from: str
    names: str
    fate: str
    deed: tuple[str, str]
    acknowledged_after: int
    acted_after: int
    ended_after: int


def reports(number: int, seed: int, communes: Sequence[str]) -> list[PlannedReport]:
    """So many reports, the oldest first.

    :param communes: codes of communes that have a post, of all provinces
    """
    random = Random(seed)  # noqa: S311  a demonstration is to be the same each time
    home = [code for code in communes if code.startswith(HOME)]
    # More of them in the last weeks than before: word gets round.
    ages = sorted((1 + int((OLDEST - 1) * random.random() ** 1.4) for _ in range(number)), reverse=True)
    return [_report(random, place, age, home, communes) for place, age in enumerate(ages)]


def _report(
    random: Random, number: int, age: int, home: Sequence[str], communes: Sequence[str]
) -> PlannedReport:
    (category, _weight, narrative) = random.choices(STORIES, [story[1] for story in STORIES])[0]
    place_code = random.choice(home if random.random() < 0.75 else communes)
    (fate,) = random.choices(list(FATES), list(FATES.values()))
    if fate in BY_TWO and not place_code.startswith(HOME):
        fate = "closed"  # only at home do two people sign in
    acted_after = random.randint(3, 6)
    return PlannedReport(
        number=number,
        age=age,
        category=category,
        narrative=narrative,
        place_code=place_code,
        place_text=random.choice(PLACES),
        channel=random.choice(("web", "web", "web", "phone", "letter", "walk_in")),
        how_known=random.choice(("saw", "saw", "happened", "told", "")),
        hidden_from=random.choice(("", "", "", "commune", "district")),
        names=random.choice(("commune", "district")) if category in NAMING else "",
        fate=fate,
        deed=random.choice(DEEDS),
        acknowledged_after=random.randint(1, 3),
        acted_after=random.randint(9, 30) if fate == "late" else acted_after,
        ended_after=random.randint(12, 45),
    )
