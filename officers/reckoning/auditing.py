"""What auditors ask of a record, and what risk rules look for: proposals, for the auditors to set."""

from typing import Any

_TOPICS = {
    "timeliness": ("ពេលវេលា", "Timeliness"),
    "classification": ("ការចាត់ថ្នាក់", "Classification"),
    "removals": ("អ្វីដែលត្រូវបានដកចេញ", "What was removed"),
    "evidence": ("ភស្តុតាង", "Evidence"),
    "custody": ("ខ្សែសង្វាក់រក្សាសំណាក", "Custody"),
    "confirmation": ("ការបញ្ជាក់លទ្ធផល", "Confirmation"),
    "response": ("ការឆ្លើយតប", "Response"),
    "proportionality": ("សមាមាត្រ", "Proportionality"),
    "authority": ("សមត្ថកិច្ច និងលិខិតបទដ្ឋាន", "Authority and instrument"),
    "appeal": ("បណ្ដឹងឧទ្ធរណ៍", "Appeal"),
    "handling": ("ការដោះស្រាយ", "Handling"),
}
_QUESTIONS = (
    ("case_on_time", "case", "timeliness", "តើជំហាននីមួយៗត្រូវបានអនុវត្តទាន់កាលកំណត់ ហើយការយឺតយ៉ាវមានហេតុផលឬទេ?",
     "Was each step taken in its time, and is each delay explained?"),
    ("case_times_agree", "case", "timeliness", "តើពេលវេលាដែលបានអះអាងត្រូវគ្នានឹងពេលវេលាដែលបានកត់ត្រាឬទេ?",
     "Do the times that were claimed agree with those recorded?"),
    ("case_ground", "case", "classification", "តើមូលហេតុត្រូវនឹងអ្វីដែលឯកសារបង្ហាញឬទេ?",
     "Is the ground the one that the file shows?"),
    ("case_severity", "case", "classification", "តើកម្រិតធ្ងន់ធ្ងរត្រូវបានវាយតម្លៃដោយមានហេតុផលឬទេ?",
     "Was the severity assessed with reasons?"),
    ("case_removed", "case", "removals", "តើអ្វីដែលត្រូវបានដក ចាត់ទុកជាមោឃៈ ឬកែ មានហេតុផលត្រឹមត្រូវឬទេ?",
     "Is whatever was withdrawn, voided or corrected rightly explained?"),
    ("case_evidence", "case", "evidence", "តើភស្តុតាងគ្រប់គ្រាន់សម្រាប់មូលហេតុនីមួយៗឬទេ?",
     "Does the evidence carry each ground?"),
    ("case_papers", "case", "evidence", "តើលិខិតដែលបានយោងមាននៅក្នុងសំណុំរឿងទាំងអស់ឬទេ?",
     "Are all papers that are referred to in the file?"),
    ("case_custody", "case", "custody", "តើខ្សែសង្វាក់រក្សាសំណាកមិនដាច់ ហើយសញ្ញាបិទត្រាត្រូវគ្នាឬទេ?",
     "Was the custody of the specimen unbroken, and do the seals agree?"),
    ("case_confirmation", "case", "confirmation",
     "តើតេស្តត្រូវបានបញ្ជាក់ដោយមន្ទីរពិសោធន៍ ពិនិត្យ និងចប់ស្ថាពរ មុនសំណើឬទេ?",
     "Was the test confirmed, reviewed and final before the proposal?"),
    ("case_heard", "case", "response", "តើមន្ត្រីត្រូវបានជូនដំណឹង និងមានពេលឆ្លើយតបពេញលេញឬទេ?",
     "Was the officer told, and did he have his full time to respond?"),
    ("case_response_considered", "case", "response", "តើការសម្រេចពិចារណាអ្វីដែលមន្ត្រីបានឆ្លើយតបឬទេ?",
     "Does the decision consider what the officer said?"),
    ("case_lesser", "case", "proportionality", "តើវិធានការស្រាលជាងត្រូវបានពិចារណា និងច្រានចោលដោយមានហេតុផលឬទេ?",
     "Were lesser measures considered and rejected with reasons?"),
    ("case_alike", "case", "proportionality", "តើករណីស្រដៀងគ្នាត្រូវបានសម្រេចដូចគ្នា ទោះជាឋានន្តរស័ក្តិណាក៏ដោយឬទេ?",
     "Were like cases decided alike, whatever the rank?"),
    ("case_people", "case", "authority", "តើអ្នកចូលរួមនីមួយៗមានសិទ្ធិ និងគ្មានទំនាស់ផលប្រយោជន៍ឬទេ?",
     "Was everybody who took part entitled to, and free of conflict?"),
    ("case_instrument", "case", "authority", "តើលិខិតបទដ្ឋានគ្រប់កម្រិតសម្រាប់ឋានន្តរស័ក្តិ ហើយត្រូវនឹងឯកសារស្កេនឬទេ?",
     "Is the instrument high enough for the rank, and as its scan says?"),
    ("case_appeal", "case", "appeal", "តើសិទ្ធិប្ដឹងឧទ្ធរណ៍ត្រូវបានជូនដំណឹង ហើយបណ្ដឹងត្រូវបានសម្រេចត្រឹមត្រូវឬទេ?",
     "Was the right to appeal told, and any appeal decided rightly?"),
    ("test_on_time", "drug_test", "timeliness", "តើលទ្ធផលត្រូវបានបញ្ចូលនៅថ្ងៃធ្វើតេស្តឬទេ?",
     "Was the result entered on the day of the test?"),
    ("test_removed", "drug_test", "removals", "តើការកែតម្រូវ ឬការចាត់ទុកជាមោឃៈមានហេតុផលត្រឹមត្រូវឬទេ?",
     "Is each correction or voiding rightly explained?"),
    ("test_custody", "drug_test", "custody", "តើខ្សែសង្វាក់រក្សាសំណាកមិនដាច់ឬទេ?",
     "Was the custody of the specimen unbroken?"),
    ("test_confirmation", "drug_test", "confirmation", "តើលទ្ធផលមិនអវិជ្ជមានត្រូវបានផ្ញើទៅបញ្ជាក់ឬទេ?",
     "Was a non-negative screen sent to be confirmed?"),
    ("test_officer", "drug_test", "response", "តើមន្ត្រីមានឱកាសពន្យល់ និងស្នើធ្វើតេស្តសំណាកទីពីរឬទេ?",
     "Could the officer explain, and ask for the second bottle?"),
    ("complaint_on_time", "complaint", "timeliness", "តើពាក្យបណ្ដឹងត្រូវបានទទួលស្គាល់ និងចាត់វិធានការទាន់ពេលឬទេ?",
     "Was it acknowledged and acted on in time?"),
    ("complaint_classified", "complaint", "classification", "តើប្រភេទ និងអ្នកត្រូវចោទត្រូវបានកំណត់ត្រឹមត្រូវឬទេ?",
     "Are the category and who is named rightly set?"),
    ("complaint_handled", "complaint", "handling", "តើសកម្មភាពពិតត្រូវបានធ្វើ មិនមែនគ្រាន់តែសរសេរទេឬ?",
     "Was something really done, and not only written?"),
    ("complaint_bars", "complaint", "authority", "តើអ្នកដែលត្រូវបានប្ដឹងមិនបានពាក់ព័ន្ធក្នុងការដោះស្រាយទេឬ?",
     "Was nobody who is complained of involved in it?"),
    ("complaint_closed", "complaint", "evidence", "តើការបិទបញ្ចប់មានហេតុផល និងភស្តុតាងគាំទ្រឬទេ?",
     "Is the closing reasoned and supported?"),
)  # fmt: skip


def _questions() -> list[dict[str, Any]]:
    return [
        {
            "order": number * 10,
            "code": code,
            "about": about,
            "topic_km": _TOPICS[topic][0],
            "topic_en": _TOPICS[topic][1],
            "name_km": name_km,
            "name_en": name_en,
        }
        for number, (code, about, topic, name_km, name_en) in enumerate(_QUESTIONS, 1)
    ]


CHECKLIST = _questions()

# Code, of what, what it looks for, its number, its weight, names. The number is in the unit that each looks for has:
# hours, days, records, reads.
RISKS: list[dict[str, Any]] = [
    {
        "code": code,
        "about": about,
        "looks_for": looks_for,
        "least": least,
        "weight": weight,
        "name_km": name_km,
        "name_en": name_en,
    }
    for code, about, looks_for, least, weight, name_km, name_en in (
        ("decided_fast", "case", "decided_fast", 240, 3, "សម្រេចក្នុងរយៈពេលតិចជាងម៉ោងនេះ ចាប់ពីពេលបើក",
         "Decided in fewer hours than this from its opening"),
        ("empty_response", "case", "empty_response", 1, 2, "គ្មានការឆ្លើយតបរបស់មន្ត្រីក្នុងសំណុំរឿង",
         "Nothing of the officer's in the file"),
        ("same_three_people", "case", "same_three_people", 5, 2,
         "មនុស្សបីនាក់ដដែលស្នើ ពិនិត្យ និងសម្រេច យ៉ាងតិចប៉ុន្មានករណី",
         "The same three people proposed, checked and decided at least so many"),
        ("ground_changed_late", "case", "ground_changed_late", 1, 3, "មូលហេតុផ្លាស់ប្ដូរក្រោយការជូនដំណឹង",
         "A ground changed after the notice"),
        ("lesser_for_senior", "case", "lesser_for_senior", 1, 3,
         "វិធានការស្រាលជាងសម្រាប់ឋានន្តរស័ក្តិខ្ពស់ លើមូលហេតុដូចគ្នា",
         "A lesser measure for a senior rank on the same ground"),
        ("case_claimed_late", "case", "claimed_late", 24, 1, "ពេលវេលាអះអាងខុសពីពេលកត់ត្រាច្រើនជាងម៉ោងនេះ",
         "A time claimed more hours than this from its recording"),
        ("entered_late", "drug_test", "entered_late", 24, 2, "លទ្ធផលបញ្ចូលក្រោយការយកសំណាកច្រើនជាងម៉ោងនេះ",
         "Result entered more hours than this after collection"),
        ("test_claimed_late", "drug_test", "claimed_late", 24, 1, "ពេលវេលាអះអាងខុសពីពេលកត់ត្រាច្រើនជាងម៉ោងនេះ",
         "A time claimed more hours than this from its recording"),
        ("closed_without_action", "complaint", "closed_without_action", 1, 3, "បិទដោយគ្មានសកម្មភាព",
         "Closed with no action"),
        ("read_no_task", "read", "no_task", 1, 2, "អានដោយគ្មានភារកិច្ចលើកំណត់ត្រានោះ", "Read with no task on the record"),
        ("read_own_unit", "read", "own_unit", 1, 2, "អង្គភាពអានអំពីខ្លួនឯង", "A unit reading about itself"),
        ("read_burst", "read", "burst", 30, 3, "អានកំណត់ត្រាច្រើនយ៉ាងនេះក្នុងដប់នាទី",
         "So many records read within ten minutes"),
        ("read_night", "read", "night", 1, 1, "អាននៅពេលយប់ (ម៉ោង ២២ ដល់ ៥)", "Read at night (22 to 5 o'clock)"),
    )
]  # fmt: skip
