"""Who decides on which measure and by what paper, and the articles of the discipline rules: proposals to be set.

No text of the police discipline rules was found; nothing here is a claim about what they say.
"""

from typing import Any

TO_SET = "ត្រូវកំណត់ដោយក្រសួង។ To be set by the Ministry"


def _powers() -> list[dict[str, Any]]:
    """First the generals, whom decrees name, then heads of provinces, then everybody by measure."""
    names = ("order", "measure", "rank_from", "heads", "decided_by", "instrument")
    rows = (
        (10, "dismissal", "BG", "", "MINISTRY", "royal_decree"),
        (20, "demotion", "BG", "", "MINISTRY", "royal_decree"),
        (30, "", "BG", "", "MINISTRY", "sub_decree"),
        (40, "", "", "PROVINCIAL_COMMISSARIAT", "MINISTRY", "sub_decree"),
        (50, "dismissal", "", "", "MINISTRY", "ministerial_decision"),
        (60, "demotion", "", "", "MINISTRY", "ministerial_decision"),
        (70, "suspension", "", "", "MINISTRY", "ministerial_decision"),
        (80, "", "MAJ", "", "GENERAL_COMMISSARIAT", "unit_order"),
        (90, "transfer", "", "", "GENERAL_COMMISSARIAT", "unit_order"),
        (100, "", "", "", "PROVINCIAL_COMMISSARIAT", "unit_order"),
    )
    return [dict(zip(names, row, strict=True)) | {"basis": TO_SET} for row in rows]


POWERS = _powers()

ARTICLES: list[dict[str, Any]] = [
    {"code": code, "name_km": name_km, "name_en": name_en, "gravest": gravest, "basis": TO_SET}
    for code, gravest, name_en, name_km in (
        ("DR-01", "dismissal", "Use of drugs", "ការប្រើប្រាស់គ្រឿងញៀន"),
        ("DR-02", "dismissal", "Refusing or evading a drug test", "ការបដិសេធ ឬគេចវេសពីការធ្វើតេស្តគ្រឿងញៀន"),
        (
            "DR-03",
            "dismissal",
            "Dealing in drugs or protecting those who do",
            "ការជួញដូរគ្រឿងញៀន ឬការការពារជនជួញដូរគ្រឿងញៀន",
        ),
        ("DR-04", "demotion", "Failing to act on a report", "ការមិនចាត់វិធានការលើរបាយការណ៍"),
        ("DR-05", "dismissal", "Absence from duty without leave", "ការអវត្តមានពីការងារដោយគ្មានច្បាប់"),
        ("DR-06", "dismissal", "Corruption or extortion", "អំពើពុករលួយ ឬការជំរិតទារប្រាក់"),
        ("DR-07", "dismissal", "Tampering with evidence or specimens", "ការបន្លំភស្តុតាង ឬសំណាក"),
        ("DR-08", "dismissal", "Criminal conviction", "ការផ្តន្ទាទោសព្រហ្មទណ្ឌ"),
        ("DR-09", "demotion", "Use of force without need", "ការប្រើកម្លាំងដោយមិនចាំបាច់"),
        ("DR-10", "suspension", "Other breach of discipline", "ការបំពានវិន័យផ្សេងទៀត"),
    )
]
