"""What the columns and the entries of a list of earlier measures may be called, and an empty one to fill in."""

from collections.abc import Iterator, Sequence
from functools import cache

from cases.models.deciding import Instrument, MeasureKind
from cases.models.grounds import GroundKind
from cases.reckoning import places
from foundation.files import write_csv
from foundation.khmer import search_key
from officers.imports.words import Vocabulary, with_labels

COLUMNS: dict[str, list[str]] = {
    "service_number": ["Service number", "អត្តលេខ", "Officer number", "លេខមន្ត្រី"],
    "name_km": ["Name in Khmer", "ឈ្មោះជាអក្សរខ្មែរ", "Khmer name", "គោត្តនាម និងនាម", "ឈ្មោះ", "Name"],
    "name_latin": ["Name in Latin", "ឈ្មោះជាអក្សរឡាតាំង", "Latin name", "Name in Latin letters"],
    "rank": ["Rank", "ឋានន្តរស័ក្តិ"],
    "unit_said": ["Unit", "អង្គភាព"],
    "province": ["Province", "រាជធានី-ខេត្ត", "ខេត្ត", "រាជធានី ខេត្ត"],
    "kind": ["Measure", "វិធានការ", "ទណ្ឌកម្ម", "Sanction"],
    "ground": ["Ground", "មូលហេតុ", "Reason", "កំហុស"],
    "drugs": ["Drug-related", "ពាក់ព័ន្ធគ្រឿងញៀន", "About drugs", "Drugs"],
    "effective_on": ["Effective from", "មានប្រសិទ្ធភាពពីថ្ងៃ", "Effective date", "ថ្ងៃអនុវត្ត", "Date", "កាលបរិច្ឆេទ"],
    "instrument": ["Instrument", "ប្រភេទលិខិត", "Paper", "លិខិតបទដ្ឋាន"],
    "number": ["Number of the paper", "លេខលិខិត", "Order number", "លេខ"],
    "signed_on": ["Signed on", "ចុះហត្ថលេខានៅថ្ងៃ", "Date of signature", "ថ្ងៃចុះហត្ថលេខា"],
    "removes": ["Ended his service", "បានបញ្ចប់ការបម្រើការ", "Off the roll", "ដកចេញពីបញ្ជី"],
    "remark": ["Remark", "កំណត់សម្គាល់", "Remarks", "ផ្សេងៗ"],
}
NEEDS = ("kind", "effective_on")
_EXAMPLE = {
    "service_number": "100051",
    "name_km": "សុខ ដារ៉ា",
    "name_latin": "Sok Dara",
    "rank": "CPT",
    "unit_said": "ស្នងការដ្ឋាន / Commissariat",
    "province": "07",
    "kind": "ការបណ្ដេញចេញ / Dismissal",
    "ground": "drug_involvement",
    "drugs": "yes, no",
    "effective_on": "02/05/2022; ០២/០៥/២៥៦៥",
    "instrument": "ministerial_decision",
    "number": "044",
    "signed_on": "28/04/2022",
    "removes": "yes, no",
}


@cache
def provinces() -> dict[str, str]:
    """Codes of provinces by their names, with and without what kind of place they are."""
    found: dict[str, str] = {}
    for language in ("km", "en"):
        for place in places.below("", language):
            name = place.name(language)
            plain = (
                name.removeprefix("រាជធានី")
                .removeprefix("ខេត្ត")
                .removesuffix(" Province")
                .removesuffix(" Capital")
            )
            found |= {search_key(name): place.code, search_key(plain): place.code}
    return found


@cache
def kinds() -> Vocabulary:
    kinds: dict[str, list[str]] = {kind: [] for kind in MeasureKind.values if kind != MeasureKind.NONE}
    kinds[MeasureKind.DISMISSAL.value] = ["dismissed", "បណ្ដេញចេញ", "បណ្តេញចេញ", "បញ្ឈប់", "លុបឈ្មោះ", "fired"]
    kinds[MeasureKind.DEMOTION.value] = ["demoted", "បន្ទាបឋានន្តរស័ក្តិ", "ដកឋានន្តរស័ក្តិ"]
    kinds[MeasureKind.SUSPENSION.value] = ["suspended", "ព្យួរការងារ", "ព្យួរ"]
    kinds[MeasureKind.TRANSFER.value] = ["transferred", "ផ្លាស់ភារកិច្ច", "ផ្លាស់"]
    return Vocabulary(
        {code: found for code, found in with_labels(MeasureKind, kinds).items() if code in kinds}
    )


@cache
def grounds() -> Vocabulary:
    words = {
        GroundKind.CONFIRMED_POSITIVE.value: ["positive", "positive test", "តេស្តវិជ្ជមាន", "វិជ្ជមាន"],
        GroundKind.REFUSAL.value: ["refusal", "refused", "បដិសេធ"],
        GroundKind.DRUG_INVOLVEMENT.value: ["drugs", "គ្រឿងញៀន"],
        GroundKind.DISCIPLINE_BREACH.value: ["discipline", "វិន័យ", "ខុសវិន័យ"],
        GroundKind.ABSENCE.value: ["absent", "awol", "បោះបង់ការងារ", "អវត្តមាន"],
    }
    return Vocabulary(with_labels(GroundKind, words))


@cache
def instruments() -> Vocabulary:
    words = {
        Instrument.MINISTERIAL_DECISION.value: ["decision", "សេចក្តីសម្រេច", "ប្រកាសក្រសួង"],
        Instrument.PRAKAS.value: ["ប្រកាស"],
        Instrument.SUB_DECREE.value: ["អនុក្រឹត្យ"],
        Instrument.ROYAL_DECREE.value: ["ព្រះរាជក្រឹត្យ"],
    }
    return Vocabulary(with_labels(Instrument, words))


def template() -> Iterator[bytes]:
    """An empty table to fill in, with an example above the header, in both languages."""
    titles = [f"{khmer_title} / {english}" for english, khmer_title, *_others in COLUMNS.values()]
    example = "; ".join(
        f"{titles[n]}: {_EXAMPLE[name]}" for n, name in enumerate(COLUMNS) if name in _EXAMPLE
    )
    rows: Sequence[Sequence[str]] = [[], titles]
    return write_csv([f"ឧទាហរណ៍ / Example: {example}"], rows)
