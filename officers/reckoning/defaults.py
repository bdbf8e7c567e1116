"""What a new system begins with: the tree of units and the first version of each setting.

Everything here is a default for people to correct. What no source confirms carries a remark that says so.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from foundation.calendar import prefill
from officers.reckoning.auditing import CHECKLIST, RISKS
from officers.reckoning.cutoffs import PANELS
from officers.reckoning.discipline import ARTICLES, POWERS
from officers.reckoning.gazetteer import Commune, Gazetteer, Place
from officers.reckoning.publication import PUBLICATION

REVIEW = "ឈ្មោះត្រូវពិនិត្យដោយក្រសួង។ Name to be reviewed by the Ministry."
KIND_REVIEW = "ប្រភេទ (ក្រុង ឬស្រុក) ត្រូវពិនិត្យ។ Whether town or district is to be reviewed."
UNNAMED = (
    "បញ្ជីទីកន្លែងគ្មានឈ្មោះឃុំ/សង្កាត់នេះទេ មានតែភូមិប៉ុណ្ណោះ។ "
    "The list of places has no name for this commune, only its villages."
)
REPEATED = (
    "បញ្ជីទីកន្លែងមានឈ្មោះនេះដដែលនៅលេខកូដ {0}; ប្រហែលជាការចម្លងច្រឡំ។ "
    "The list of places has the same name at code {0}: probably copied by accident."
)

# Code, kind, code of the unit above, name in Khmer, name in Latin letters. Kinds of departments that are named
# in official news; names and order are to be reviewed.
CENTRAL = [
    ("MOI", "MINISTRY", None, "ក្រសួងមហាផ្ទៃ", "Ministry of Interior"),
    (
        "GCNP",
        "GENERAL_COMMISSARIAT",
        "MOI",
        "អគ្គស្នងការដ្ឋាននគរបាលជាតិ",
        "General Commissariat of National Police",
    ),
    ("GDP", "GENERAL_DEPARTMENT", "MOI", "អគ្គនាយកដ្ឋានពន្ធនាគារ", "General Department of Prisons"),
    ("IGM", "INSPECTORATE_GENERAL", "MOI", "អគ្គាធិការដ្ឋាន", "General Inspectorate"),
    ("PAC", "CENTRAL_DEPARTMENT", "MOI", "បណ្ឌិត្យសភានគរបាលកម្ពុជា", "Police Academy of Cambodia"),
    ("GCNP-AD", "CENTRAL_DEPARTMENT", "GCNP", "នាយកដ្ឋានប្រឆាំងគ្រឿងញៀន", "Anti-Drug Department"),
    ("GCNP-IS", "CENTRAL_DEPARTMENT", "GCNP", "នាយកដ្ឋានសន្តិសុខផ្ទៃក្នុង", "Internal Security Department"),
    ("GCNP-PE", "CENTRAL_DEPARTMENT", "GCNP", "នាយកដ្ឋានបុគ្គលិក", "Personnel Department"),
    ("GCNP-CR", "CENTRAL_DEPARTMENT", "GCNP", "នាយកដ្ឋាននគរបាលព្រហ្មទណ្ឌ", "Criminal Police Department"),
    (
        "GCNP-ST",
        "CENTRAL_DEPARTMENT",
        "GCNP",
        "នាយកដ្ឋាននគរបាលបច្ចេកទេស និងវិទ្យាសាស្ត្រ",
        "Technical and Scientific Police Department",
    ),
    (
        "GCNP-TR",
        "CENTRAL_DEPARTMENT",
        "GCNP",
        "នាយកដ្ឋាននគរបាលចរាចរណ៍ និងសណ្ដាប់សាធារណៈ",
        "Traffic Police and Public Order Department",
    ),
    ("GCNP-BO", "CENTRAL_DEPARTMENT", "GCNP", "នាយកដ្ឋាននគរបាលការពារព្រំដែន", "Border Police Department"),
    ("GCNP-EC", "CENTRAL_DEPARTMENT", "GCNP", "នាយកដ្ឋាននគរបាលសេដ្ឋកិច្ច", "Economic Police Department"),
    (
        "GCNP-LF",
        "CENTRAL_DEPARTMENT",
        "GCNP",
        "នាយកដ្ឋានភស្តុភារ និងហិរញ្ញវត្ថុ",
        "Logistics and Finance Department",
    ),
    ("GCNP-TN", "CENTRAL_DEPARTMENT", "GCNP", "នាយកដ្ឋានបណ្តុះបណ្តាល", "Training Department"),
    ("GCNP-IN", "CENTRAL_DEPARTMENT", "GCNP", "នាយកដ្ឋានអធិការកិច្ច", "Inspection Department"),
    (
        "GDP-OP",
        "CENTRAL_DEPARTMENT",
        "GDP",
        "នាយកដ្ឋានគ្រប់គ្រងពន្ធនាគារ",
        "Prison Operations Department",
    ),
    ("GDP-PE", "CENTRAL_DEPARTMENT", "GDP", "នាយកដ្ឋានបុគ្គលិកពន្ធនាគារ", "Prison Personnel Department"),
    ("LAB-TS", "LABORATORY", "GCNP-ST", "មន្ទីរពិសោធន៍នគរបាលបច្ចេកទេស", "Police Forensic Laboratory"),
    ("LAB-MI", "LABORATORY", "MOI", "មន្ទីរពិសោធន៍ឯករាជ្យ", "Independent Laboratory"),
    ("GDP-HE", "CENTRAL_DEPARTMENT", "GDP", "នាយកដ្ឋានសុខាភិបាលពន្ធនាគារ", "Prison Health Department"),
]

CERTAIN = {"MOI", "GCNP", "GDP"}


def units(gazetteer: Gazetteer) -> Iterator[dict[str, Any]]:
    """The tree from the Ministry to the commune posts, parents first, as fields of a new unit.

    A post is made for every commune of the list, also where the list is doubtful; the remark says so.
    """
    for code, kind, parent, name_km, name_latin in CENTRAL:
        yield {
            "code": code,
            "kind": kind,
            "parent_code": parent,
            "name_km": name_km,
            "name_latin": name_latin,
            "remark": "" if code in CERTAIN else REVIEW,
        }
    for places, kind, letter, above in (
        (gazetteer.provinces, "PROVINCIAL_COMMISSARIAT", "P", ""),
        (gazetteer.districts, "DISTRICT_INSPECTORATE", "D", "P"),
        (gazetteer.communes, "COMMUNE_POST", "C", "D"),
    ):
        for place in places:
            yield {
                "code": f"{letter}-{place.code}",
                "kind": kind,
                "parent_code": f"{above}-{place.parent}" if above else "GCNP",
                "name_km": _TITLES[letter][0].format(place.titled_km),
                "name_latin": _TITLES[letter][1].format(place.titled_en),
                "admin_code": place.code,
                "remark": _remark(place),
            }


_TITLES = {
    "P": ("ស្នងការដ្ឋាននគរបាល{}", "Police Commissariat of {}"),
    "D": ("អធិការដ្ឋាននគរបាល{}", "Police Inspectorate of {}"),
    "C": ("ប៉ុស្តិ៍នគរបាលរដ្ឋបាល{}", "Administrative Police Post of {}"),
}


def _remark(place: Place) -> str:
    if isinstance(place, Commune):
        if place.is_unnamed:
            return UNNAMED
        return REPEATED.format(place.repeats) if place.repeats else ""
    return "" if place.kind_is_certain else KIND_REVIEW


def settings(today: date) -> dict[str, dict[str, Any]]:
    """The first content of each kind of setting; holidays of this year and the next, computed, not decreed."""
    return {
        "ranks": {"ranks": RANKS},
        "holidays": {"holidays": [day for year in (today.year, today.year + 1) for day in holidays(year)]},
        "deadlines": {"deadlines": DEADLINES},
        "drugs": {"drugs": DRUGS},
        "routing": {"routing": ROUTING},
        "authorities": {"authorities": AUTHORITIES},
        "panels": {"panels": PANELS},
        "powers": {"powers": POWERS},
        "articles": {"articles": ARTICLES},
        "checklist": {"checklist": CHECKLIST},
        "risks": {"risks": RISKS},
        "publication": {"publication": PUBLICATION},
    }


def first_day(today: date) -> date:
    """The day from which the first versions rule: early enough for records entered late."""
    return date(today.year - 1, 1, 1)


def holidays(year: int) -> list[dict[str, Any]]:
    """A year's holidays as the setting holds them."""
    return [
        {
            "date": holiday.date.isoformat(),
            "name_km": holiday.name_km,
            "name_en": holiday.name_en,
            "source": holiday.source,
        }
        for holiday in prefill(year)
    ]


def _rank(order: int, code: str, name_en: str, name_km: str) -> dict[str, Any]:
    return {
        "order": order,
        "code": code,
        "name_km": name_km,
        "name_en": name_en,
        "removed_by": "royal_decree" if order >= 13 else "ministerial_decision",
    }


# The ladder as official news translates it; the Khmer names need the Ministry's review.
RANKS = [
    _rank(16, "GEN", "General", "នាយឧត្តមសេនីយ៍"),
    _rank(15, "LTG", "Lieutenant General", "ឧត្តមសេនីយ៍ឯក"),
    _rank(14, "MG", "Major General", "ឧត្តមសេនីយ៍ទោ"),
    _rank(13, "BG", "Brigadier General", "ឧត្តមសេនីយ៍ត្រី"),
    _rank(12, "COL", "Colonel", "វរសេនីយ៍ឯក"),
    _rank(11, "LTC", "Lieutenant Colonel", "វរសេនីយ៍ទោ"),
    _rank(10, "MAJ", "Major", "វរសេនីយ៍ត្រី"),
    _rank(9, "CPT", "Captain", "អនុសេនីយ៍ឯក"),
    _rank(8, "1LT", "First Lieutenant", "អនុសេនីយ៍ទោ"),
    _rank(7, "2LT", "Second Lieutenant", "អនុសេនីយ៍ត្រី"),
    _rank(6, "CWO", "Chief Warrant Officer", "ព្រឹន្ទបាលឯក"),
    _rank(5, "WO", "Warrant Officer", "ព្រឹន្ទបាលទោ"),
    _rank(4, "SGM", "Senior Sergeant", "ពលបាលឯក"),
    _rank(3, "SSG", "Sergeant", "ពលបាលទោ"),
    _rank(2, "SGT", "Junior Sergeant", "ពលបាលត្រី"),
    _rank(1, "CPL", "Chief Corporal", "នាយឯក"),
]

# The default kit panel: what a field screen looks for.
DRUGS = [
    {"code": code, "name_km": name_km, "name_en": name_en}
    for code, name_km, name_en in (
        ("methamphetamine", "មេតំហ្វេតាមីន", "Methamphetamine"),
        ("amphetamine", "អំហ្វេតាមីន", "Amphetamine"),
        ("mdma", "អ៊ិចស្តាស៊ី (MDMA)", "MDMA (ecstasy)"),
        ("ketamine", "កេតាមីន", "Ketamine"),
        ("heroin_6am", "ហេរ៉ូអ៊ីន (6-AM)", "Heroin (6-AM)"),
        ("opiates", "អាភៀន និងសារធាតុស្រដៀង", "Opiates"),
        ("cocaine", "កូកាអ៊ីន", "Cocaine"),
        ("cannabis", "កញ្ឆា", "Cannabis"),
    )
]

OWN = "Proposed default; to be set by the Ministry"


# To whom raw materials for making drugs are referred; the list is the Ministry's to set.
AUTHORITIES = [
    {"code": code, "name_km": name_km, "name_en": name_en}
    for code, name_km, name_en in (
        ("health", "ក្រសួងសុខាភិបាល", "Ministry of Health"),
        ("industry", "ក្រសួងឧស្សាហកម្ម វិទ្យាសាស្ត្រ បច្ចេកវិទ្យា និងនវានុវត្តន៍", "Ministry of Industry"),
        ("environment", "ក្រសួងបរិស្ថាន", "Ministry of Environment"),
        ("agriculture", "ក្រសួងកសិកម្ម រុក្ខាប្រមាញ់ និងនេសាទ", "Ministry of Agriculture"),
        ("customs", "អគ្គនាយកដ្ឋានគយ និងរដ្ឋាករកម្ពុជា", "General Department of Customs and Excise"),
        ("drug_authority", "អាជ្ញាធរជាតិប្រយុទ្ធប្រឆាំងគ្រឿងញៀន", "National Authority for Combating Drugs"),
    )
]

# Which level a complaint begins at; the first row that fits rules, an empty field fits everything. Whoever is named,
# and his unit, never handle it, whatever stands here.
ROUTING = [
    {"order": order, "category": category, "accused": accused, "rank_from": rank_from, "to": to, "basis": OWN}
    for order, category, accused, rank_from, to in (
        (10, "", "", "BG", "inspectorate"),
        (20, "senior_official", "", "", "inspectorate"),
        (30, "", "official", "", "inspectorate"),
        (40, "", "officer", "MAJ", "general"),
        (50, "test_irregularity", "", "", "province"),
        (60, "precursor", "", "", "province"),
        (70, "trafficking_place", "", "", "district"),
        (80, "drug_dealing", "", "", "commune"),
        (90, "drug_use", "", "", "commune"),
        (100, "", "", "", "district"),
    )
]


def _deadlines(rows: Sequence[tuple[str, int, str, str, str, str]]) -> list[dict[str, Any]]:
    names = ("clock", "length", "unit", "name_en", "name_km", "basis")
    return [dict(zip(names, row, strict=True)) for row in rows]


# fmt: off
DEADLINES = _deadlines([
    ("finding_reply", 20, "working_days", "Finding of an audit: the unit's reply",
     "របកគំហើញសវនកម្ម៖ ចម្លើយរបស់អង្គភាព", OWN),
    ("finding_reply_grave", 10, "working_days", "High or critical finding of an audit: the unit's reply",
     "របកគំហើញសវនកម្មកម្រិតខ្ពស់ ឬធ្ងន់ធ្ងរ៖ ចម្លើយរបស់អង្គភាព", OWN),
    ("finding_action", 60, "working_days", "Finding of an audit: from its acceptance to the action",
     "របកគំហើញសវនកម្ម៖ ពីពេលទទួលស្គាល់ ដល់ពេលចាត់វិធានការ", OWN),
    ("finding_escalation", 10, "working_days", "Late finding of an audit: from one level above to the next",
     "របកគំហើញសវនកម្មហួសកាលកំណត់៖ ពីថ្នាក់លើមួយ ទៅថ្នាក់បន្ទាប់", OWN),
    ("public_correction", 20, "working_days", "What the public says is wrong: the answer",
     "អ្វីដែលសាធារណជនថាខុស៖ ចម្លើយ", OWN),
    ("refusal_after_notice", 2, "hours", "Test: from notice until absence counts as refusal",
     "ការធ្វើតេស្ត៖ ពីពេលជូនដំណឹង ដល់ពេលអវត្តមានរាប់ថាបដិសេធ", OWN),
    ("sheet_open", 2, "days", "Sheet: from opening to sending", "តារាងតេស្ត៖ ពីពេលបើក ដល់ពេលបញ្ជូន", OWN),
    ("specimen_to_laboratory", 24, "hours", "Specimen: from collection to the laboratory (cold)",
     "សំណាក៖ ពីពេលយក ដល់មន្ទីរពិសោធន៍ (ត្រជាក់)", OWN),
    ("screening_result", 2, "working_days", "Laboratory: screening result",
     "មន្ទីរពិសោធន៍៖ លទ្ធផលតេស្តបឋម", OWN),
    ("confirmation_result", 7, "working_days", "Laboratory: confirmation result",
     "មន្ទីរពិសោធន៍៖ លទ្ធផលបញ្ជាក់", OWN),
    ("reviewer_contact", 24, "hours", "Reviewer: three attempts to reach the officer",
     "គ្រូពេទ្យពិនិត្យ៖ ការព្យាយាមទាក់ទងមន្ត្រីបីដង", "Compare 49 CFR Part 40 guidelines"),
    ("reviewer_decline", 72, "hours", "Reviewer: officer told to call and does not",
     "គ្រូពេទ្យពិនិត្យ៖ មន្ត្រីត្រូវបានប្រាប់ឱ្យទាក់ទង តែមិនទាក់ទង", "Compare 49 CFR 40.133"),
    ("reviewer_unreachable", 10, "days", "Reviewer: officer cannot be reached",
     "គ្រូពេទ្យពិនិត្យ៖ មិនអាចទាក់ទងមន្ត្រីបាន", "Compare 49 CFR 40.133"),
    ("retest_request", 72, "hours", "Officer: request for a test of the split specimen",
     "មន្ត្រី៖ សំណើសុំធ្វើតេស្តសំណាកទីពីរ", "Compare 49 CFR 40.171"),
    ("review_decision", 14, "days", "Reviewer: from opening a review to its decision",
     "គ្រូពេទ្យពិនិត្យ៖ ពីពេលបើកការពិនិត្យ ដល់ការសម្រេច", OWN),
    ("custody_settlement", 3, "days", "Specimen: from a question about its custody to the decision on it",
     "សំណាក៖ ពីពេលមានចំណុចត្រូវបញ្ជាក់ក្នុងការប្រគល់-ទទួល ដល់ការសម្រេច", OWN),
    ("letter_service", 3, "days", "Reviewer: from the decision until the officer is told",
     "គ្រូពេទ្យពិនិត្យ៖ ពីពេលសម្រេច ដល់ពេលជូនដំណឹងដល់មន្ត្រី", OWN),
    ("second_bottle", 24, "hours", "Second bottle: from the request to the second laboratory",
     "ដបទីពីរ៖ ពីពេលស្នើសុំ ដល់មន្ទីរពិសោធន៍ទីពីរ", OWN),
    ("test_period", 365, "days", "Officer: from one drug test to the next, at the latest",
     "មន្ត្រី៖ ពីការធ្វើតេស្តមួយ ដល់ការធ្វើតេស្តបន្ទាប់ យ៉ាងយូរ", OWN),
    ("late_circumstances", 60, "days", "Officer: proof that something prevented contact",
     "មន្ត្រី៖ ភស្តុតាងថាមានហេតុរារាំងការទាក់ទង", "Compare 49 CFR 40.133"),
    ("specimen_retention", 365, "days", "Non-negative specimen kept frozen",
     "រក្សាសំណាកមិនអវិជ្ជមានក្នុងទូកក", "Compare 49 CFR 40.99"),
    ("complaint_acknowledgement_target", 3, "working_days", "Complaint: acknowledgement, target",
     "ពាក្យបណ្តឹង៖ គោលដៅនៃការជូនដំណឹងថាបានទទួល", "Compare SI 2018/748"),
    ("complaint_acknowledgement", 7, "days", "Complaint: acknowledgement, at the latest",
     "ពាក្យបណ្តឹង៖ ជូនដំណឹងថាបានទទួល យ៉ាងយូរ", "Compare Directive (EU) 2019/1937, Article 9"),
    ("complaint_triage", 5, "working_days", "Complaint: triage", "ពាក្យបណ្តឹង៖ ការចាត់ថ្នាក់", OWN),
    ("complaint_commune_action", 7, "days", "Complaint: first action at commune level",
     "ពាក្យបណ្តឹង៖ សកម្មភាពដំបូងនៅថ្នាក់ឃុំ/សង្កាត់", OWN),
    ("escalate_to_district", 7, "days", "Complaint: overdue, to the district",
     "ពាក្យបណ្តឹង៖ ហួសកំណត់ លើកទៅថ្នាក់ស្រុក/ខណ្ឌ", OWN),
    ("escalate_to_province", 14, "days", "Complaint: overdue, to the province",
     "ពាក្យបណ្តឹង៖ ហួសកំណត់ លើកទៅថ្នាក់ខេត្ត", OWN),
    ("escalate_to_general", 21, "days", "Complaint: overdue, to the General Commissariat or Department",
     "ពាក្យបណ្តឹង៖ ហួសកំណត់ លើកទៅអគ្គស្នងការដ្ឋាន ឬអគ្គនាយកដ្ឋាន", OWN),
    ("escalate_to_inspectorate", 30, "days", "Complaint: overdue, to the Ministry's inspectorate",
     "ពាក្យបណ្តឹង៖ ហួសកំណត់ លើកទៅអគ្គាធិការដ្ឋានក្រសួង", OWN),
    ("reporter_update", 28, "days", "Complaint: news to the reporter",
     "ពាក្យបណ្តឹង៖ ការជូនព័ត៌មានដល់អ្នករាយការណ៍", "Compare SI 2020/2, regulation 34"),
    ("complaint_resolution", 90, "days", "Complaint: resolution",
     "ពាក្យបណ្តឹង៖ ការដោះស្រាយ", "Compare Directive (EU) 2019/1937, Article 9"),
    ("referral_answer", 30, "days", "Referral to a ministry: its answer",
     "ការបញ្ជូនទៅក្រសួង៖ ចម្លើយរបស់ក្រសួង", OWN),
    ("complaint_outcome_notice", 5, "working_days", "Complaint: notice of the outcome",
     "ពាក្យបណ្តឹង៖ ការជូនដំណឹងអំពីលទ្ធផល", "Compare SI 2020/2, regulation 34"),
    ("complaint_review_request", 28, "days", "Complaint: request for a review",
     "ពាក្យបណ្តឹង៖ សំណើសុំពិនិត្យឡើងវិញ", OWN),
    ("allegation_notice", 5, "working_days", "Case: notice of the allegations from opening",
     "សំណុំរឿង៖ ការជូនដំណឹងអំពីការចោទ គិតពីពេលបើក", OWN),
    ("officer_response", 15, "working_days", "Case: the officer's answer",
     "សំណុំរឿង៖ ចម្លើយរបស់មន្ត្រី", "Compare SI 2020/4, regulation 31"),
    ("witness_exchange", 3, "working_days", "Case: exchange of witness lists",
     "សំណុំរឿង៖ ការផ្លាស់ប្ដូរបញ្ជីសាក្សី", "Compare SI 2020/4, regulation 31"),
    ("unit_proposal", 10, "working_days", "Case: the unit's proposal after the answer",
     "សំណុំរឿង៖ សំណើរបស់អង្គភាព ក្រោយចម្លើយ", OWN),
    ("legality_check", 5, "working_days", "Case: check of the proposal's legality",
     "សំណុំរឿង៖ ការពិនិត្យភាពស្របច្បាប់នៃសំណើ", OWN),
    ("minister_decision_alert", 10, "working_days", "Case: reminder of the decision",
     "សំណុំរឿង៖ ការរំលឹកអំពីការសម្រេច", OWN),
    ("minister_decision", 20, "working_days", "Case: decision on the complete file",
     "សំណុំរឿង៖ ការសម្រេចលើសំណុំរឿងពេញលេញ", OWN),
    ("instrument", 20, "working_days", "Case: the signed order after the decision",
     "សំណុំរឿង៖ លិខិតបទដ្ឋានដែលបានចុះហត្ថលេខា ក្រោយការសម្រេច", OWN),
    ("decision_notice", 5, "working_days", "Case: notice of the decision",
     "សំណុំរឿង៖ ការជូនដំណឹងអំពីសេចក្តីសម្រេច", "Compare the Police (Conduct) Regulations 2020"),
    ("appeal_lodging", 15, "working_days", "Appeal: lodging", "បណ្តឹងឧទ្ធរណ៍៖ ការដាក់", OWN),
    ("appeal_decision", 30, "working_days", "Appeal: the decision", "បណ្តឹងឧទ្ធរណ៍៖ ការសម្រេច", OWN),
    ("stay_review", 90, "days", "Case: look at a stay for criminal proceedings again",
     "សំណុំរឿង៖ ការពិនិត្យឡើងវិញនូវការព្យួររង់ចាំនីតិវិធីព្រហ្មទណ្ឌ", OWN),
    ("outcome_publication", 28, "days", "Publication of a final outcome, at least",
     "ការផ្សព្វផ្សាយលទ្ធផលចុងក្រោយ យ៉ាងតិច", "Compare SI 2020/4"),
    ("suspension_review", 30, "days", "Review of a precautionary suspension",
     "ការពិនិត្យឡើងវិញនូវការផ្អាកភារកិច្ចបណ្តោះអាសន្ន", OWN),
    ("monthly_statistics", 10, "days", "Monthly figures of a campaign, after the month's end",
     "តួលេខប្រចាំខែនៃយុទ្ធនាការ ក្រោយចុងខែ", OWN),
])
# fmt: on
