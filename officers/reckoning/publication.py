"""The numbers that publication goes by: proposals, for the Ministry to set."""

from typing import Any

PUBLICATION: list[dict[str, Any]] = [
    {"code": code, "value": value, "name_km": name_km, "name_en": name_en}
    for code, value, name_km, name_en in (
        ("unit_threshold", 10, "ចំនួនមនុស្សតាមអង្គភាពតិចជាងនេះ មិនបង្ហាញទេ (សូន្យអាចបង្ហាញ)",
         "Fewer people of a unit than this are not shown (zero may be)"),
        ("national_threshold", 5, "ចំនួនមនុស្សទូទាំងប្រទេសតិចជាងនេះ មិនបង្ហាញទេ (សូន្យអាចបង្ហាញ)",
         "Fewer people nationwide than this are not shown (zero may be)"),
        ("delay_months", 1, "ខែពេញដែលរង់ចាំ មុនពេលផ្សព្វផ្សាយអំពីខែមួយ",
         "Whole months waited before a month is published"),
        ("horizon_days", 60, "ថ្ងៃក្រោយចុងខែ ដែលរាប់សកម្មភាពលើពាក្យបណ្ដឹង និងលទ្ធផលតេស្ត",
         "Days after a month within which action on complaints and outcomes of tests still count"),
        ("in_time_days", 14, "ថ្ងៃដែលសកម្មភាពដំបូងលើពាក្យបណ្ដឹងចាត់ទុកថាទាន់ពេល",
         "Days within which a first action on a complaint is in time"),
        ("naming_from_rank", 0, "លេខរៀងឋានន្តរស័ក្តិទាបបំផុតដែលអាចបង្ហាញឈ្មោះ (០៖ មិនបង្ហាញឈ្មោះអ្នកណាទេ)",
         "Lowest place in the ladder of ranks that may be named (0: nobody is named)"),
        ("naming_days", 28, "ថ្ងៃដែលឈ្មោះត្រូវបានបង្ហាញ", "Days for which a name is shown"),
    )
]  # fmt: skip
