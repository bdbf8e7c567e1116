"""What the columns and the entries of a file may be called, in Khmer and in English."""

from collections.abc import Mapping, Sequence
from functools import cache

from django.db.models import TextChoices
from django.utils import translation

from foundation.khmer import search_key
from officers.models import AnalyteValue, Officer
from officers.models.drug_tests import Excuse, NotTaken
from officers.models.laboratory import Flaw, LabResult, Method
from officers.models.sheets import Drug, TestReason

DRUGS: dict[str, list[str]] = {
    Drug.METHAMPHETAMINE.value: ["Methamphetamine", "មេតំហ្វេតាមីន", "MET", "mAMP", "Ice", "ម៉ាទឹកកក"],
    Drug.AMPHETAMINE.value: ["Amphetamine", "អំហ្វេតាមីន", "AMP", "អំផេតាមីន"],
    Drug.MDMA.value: ["MDMA", "អេមឌីអេមអេ", "MDMA (ecstasy)", "Ecstasy", "អិចស្តាស៊ី"],
    Drug.KETAMINE.value: ["Ketamine", "កេតាមីន", "KET"],
    Drug.HEROIN.value: ["Heroin (6-AM)", "ហេរ៉ូអ៊ីន", "Heroin", "6-AM", "6-MAM"],
    Drug.OPIATES.value: ["Opiates", "អាភៀន", "OPI", "MOP", "Morphine", "ម៉ហ្វីន"],
    Drug.COCAINE.value: ["Cocaine", "កូកាអ៊ីន", "COC"],
    Drug.CANNABIS.value: ["Cannabis", "កញ្ឆា", "THC", "Marijuana"],
    Drug.FENTANYL.value: ["Fentanyl", "ហ្វេនតានីល", "FEN", "FYL"],
    Drug.PCP.value: ["PCP", "ភីស៊ីភី", "Phencyclidine"],
}

SHEET: dict[str, list[str]] = {
    "number": ["Officer number", "លេខមន្ត្រី", "Service number", "អត្តលេខ", "Number", "លេខសម្គាល់មន្ត្រី"],
    "name": ["Name", "ឈ្មោះ", "Officer", "គោត្តនាម និងនាម", "នាមត្រកូល និងនាមខ្លួន"],
    "tested_on": ["Date", "កាលបរិច្ឆេទ", "ថ្ងៃធ្វើតេស្ត", "Test date", "ថ្ងៃខែឆ្នាំ"],
    "specimen_number": ["Specimen number", "លេខសំណាក", "Specimen", "សំណាក"],
    "not_taken": ["Taken", "ការយកសំណាក", "Not taken", "ការធ្វើតេស្ត", "Test"],
    **DRUGS,
    "excuse": ["Excuse", "មូលហេតុ", "Reason for absence", "មូលហេតុអវត្តមាន"],
    "remark": ["Remark", "កំណត់សម្គាល់", "Remarks", "ផ្សេងៗ"],
}

BLOCK: dict[str, list[str]] = {
    "site": ["Site", "ទីកន្លែង", "Place", "ទីតាំង"],
    "tested_on": ["Date", "កាលបរិច្ឆេទ", "ថ្ងៃធ្វើតេស្ត"],
    "unit": ["Unit", "អង្គភាព", "Unit code", "លេខកូដអង្គភាព"],
    "administrator": ["Administrator", "អ្នកធ្វើតេស្ត", "អ្នកអនុវត្តតេស្ត"],
    "witness": ["Witness", "សាក្សី"],
    "reason": ["Reason for test", "មូលហេតុនៃការធ្វើតេស្ត", "Reason"],
    "order_number": ["Order number", "លេខបទបញ្ជា", "Campaign or order number", "លេខយុទ្ធនាការ"],
    "kit_lot": ["Kit lot", "លេខឡូត៍ឧបករណ៍", "ឡូតិ៍ឧបករណ៍", "Lot"],
    "kit_expires_on": ["Kit expiry", "ថ្ងៃផុតកំណត់ឧបករណ៍", "Kit expires on"],
}

#: A campaign's rows say themselves which sheet they stand on.
CAMPAIGN = SHEET | {name: titles for name, titles in BLOCK.items() if name not in SHEET}

ROSTER: dict[str, list[str]] = {
    "service_number": ["Officer number", "លេខមន្ត្រី", "Service number", "អត្តលេខ"],
    "name_km": ["Name in Khmer", "ឈ្មោះជាអក្សរខ្មែរ", "Khmer name", "គោត្តនាម និងនាម"],
    "name_latin": ["Name in Latin", "ឈ្មោះជាអក្សរឡាតាំង", "Latin name", "Name in Latin letters"],
    "sex": ["Sex", "ភេទ", "Gender"],
    "birth_year": ["Birth year", "ឆ្នាំកំណើត", "Year of birth", "ថ្ងៃខែឆ្នាំកំណើត", "Date of birth"],
    "rank": ["Rank", "ឋានន្តរស័ក្តិ"],
    "unit": ["Unit code", "លេខកូដអង្គភាព", "Unit", "អង្គភាព"],
    "title": ["Post", "តួនាទី", "Position", "មុខតំណែង"],
    "since": ["Posted from", "ចាប់ពីថ្ងៃ", "Since", "ចាប់ពី"],
}

LABORATORY: dict[str, list[str]] = {
    "specimen_number": ["Specimen number", "លេខសំណាក", "Specimen", "សំណាក", "Specimen ID", "Sample"],
    "method": ["Method", "វិធីសាស្ត្រ", "Confirmation method", "Technique"],
    "stage": ["Stage", "ដំណាក់កាល", "Test stage"],
    "analyte": ["Analyte", "សារធាតុវិភាគ", "Analyte or group", "Substance", "សារធាតុ"],
    "value": ["Value (ng/mL)", "តម្លៃ (ng/mL)", "Value", "តម្លៃ", "Concentration", "ng/mL"],
    "creatinine": ["Creatinine (mg/dL)", "ក្រេអាទីនីន (mg/dL)", "Creatinine", "ក្រេអាទីនីន"],
    "specific_gravity": ["Specific gravity", "ដង់ស៊ីតេធៀប", "SG"],
    "ph": ["pH", "ភីអេច"],
    "nitrite": ["Nitrite (µg/mL)", "នីទ្រីត (µg/mL)", "Nitrite", "នីទ្រីត"],
    "foreign_substance": ["Foreign substance", "សារធាតុចម្លែក", "Adulterant"],
    "is_on_two_aliquots": ["Two aliquots", "សំណាកពីរចំណែក", "Second aliquot"],
    "certified_by": ["Certified by", "បញ្ជាក់ដោយ", "Certifying scientist", "អ្នកវិទ្យាសាស្ត្របញ្ជាក់"],
    "flaw": ["Fatal flaw", "កំហុសធ្ងន់ធ្ងរ", "Flaw", "Rejected for"],
    "result": ["Result", "លទ្ធផល"],
    "remarks": ["Remarks", "កំណត់សម្គាល់", "Remark"],
}

LABORATORY_NEEDS = ("specimen_number", "certified_by")
SHEET_NEEDS = ("number",)
ROSTER_NEEDS = ("service_number", "name_km", "sex", "birth_year", "rank")

NEGATIVE, NON_NEGATIVE, INVALID = "negative", "non_negative", "invalid"
_RESULTS = {
    NEGATIVE: ["negative", "អវិជ្ជមាន", "neg", "n"],
    NON_NEGATIVE: ["non-negative", "មិនអវិជ្ជមាន", "nonneg", "positive", "វិជ្ជមាន", "pos"],
    INVALID: ["invalid", "មិនត្រឹមត្រូវ", "kit failed", "ខូច", "void"],
}
#: A strip's line is drawn as often as it is named; a search key has no such signs.
_SIGNS = dict.fromkeys("-−–—", NEGATIVE) | {"+": NON_NEGATIVE}
TAKEN = "taken"
_NOT_TAKEN = {
    TAKEN: ["taken", "បានយក", "បានធ្វើតេស្ត", "yes", "បាន"],
    NotTaken.REFUSED.value: ["refused", "បដិសេធ"],
    NotTaken.ABSENT.value: ["absent", "អវត្តមាន"],
    NotTaken.UNABLE.value: ["unable", "មិនអាចយកបាន", "មិនអាចធ្វើបាន", "មិនអាច"],
}
_EXCUSES = {
    Excuse.MEDICAL_LEAVE.value: ["medical leave", "ច្បាប់ឈឺ", "ឈឺ", "sick leave"],
    Excuse.APPROVED_LEAVE.value: ["approved leave", "ច្បាប់", "leave", "ច្បាប់ឈប់សម្រាក"],
    Excuse.TRAINING_ABROAD.value: ["training abroad", "រៀននៅបរទេស", "បណ្តុះបណ្តាលនៅបរទេស"],
    Excuse.DETACHED.value: ["detached", "បំពេញការងារផ្សេង", "secondment"],
    Excuse.MATERNITY.value: ["maternity", "ច្បាប់សម្រាលកូន", "maternity leave"],
    Excuse.OTHER_DOCUMENTED.value: ["other", "ផ្សេងៗ"],
    Excuse.NONE_GIVEN.value: ["none", "គ្មាន", "គ្មានមូលហេតុ"],
}
_SEXES = {
    Officer.Sex.FEMALE.value: ["female", "ស្រី", "f", "ស", "នារី", "woman"],
    Officer.Sex.MALE.value: ["male", "ប្រុស", "m", "ប", "man"],
}


class Vocabulary:
    """What may be written in a column, each word standing for a code."""

    def __init__(self, words: Mapping[str, Sequence[str]], signs: Mapping[str, str] | None = None) -> None:
        self._codes = {search_key(word): code for code, of_code in words.items() for word in of_code}
        self._signs = signs or {}
        #: How a sentence names the possible entries: each in English and in Khmer.
        self.named = ", ".join(" / ".join(of_code[:2]) for of_code in words.values())

    def code(self, text: str) -> str | None:
        """The code of an entry; None if the entry is none of them."""
        return self._signs.get(text.strip()) or self._codes.get(search_key(text))


def with_labels(choices: type[TextChoices], words: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Words beside the code and its names on our own pages and prints, in both languages."""
    found = {value: [*words.get(value, ())] for value in choices.values}
    for language in ("en", "km"):
        with translation.override(language):
            for value, label in choices.choices:
                found[value].append(str(label))
    return {value: [*of_value, value] for value, of_value in found.items()}


@cache
def results() -> Vocabulary:
    return Vocabulary(_RESULTS, _SIGNS)


@cache
def not_taken() -> Vocabulary:
    return Vocabulary({TAKEN: _NOT_TAKEN[TAKEN], **with_labels(NotTaken, _NOT_TAKEN)})


@cache
def excuses() -> Vocabulary:
    return Vocabulary(with_labels(Excuse, _EXCUSES))


@cache
def sexes() -> Vocabulary:
    return Vocabulary(with_labels(Officer.Sex, _SEXES))


@cache
def methods() -> Vocabulary:
    return Vocabulary(with_labels(Method, {}))


@cache
def stages() -> Vocabulary:
    Stage = AnalyteValue.Stage
    return Vocabulary(
        with_labels(
            Stage,
            {
                Stage.INITIAL.value: ["initial", "ដំបូង", "screen", "screening"],
                Stage.CONFIRMATORY.value: ["confirmation", "បញ្ជាក់", "confirmatory"],
            },
        )
    )


@cache
def flaws() -> Vocabulary:
    return Vocabulary(with_labels(Flaw, {}))


@cache
def lab_results() -> Vocabulary:
    return Vocabulary(with_labels(LabResult, {}))


@cache
def yes_or_no() -> Vocabulary:
    return Vocabulary(
        {"yes": ["yes", "បាទ/ចាស", "y", "បាន", "true", "1"], "no": ["no", "ទេ", "n", "false", "0"]}
    )


@cache
def reasons() -> Vocabulary:
    return Vocabulary(with_labels(TestReason, {}))
