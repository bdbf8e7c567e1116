"""The first panels: cutoffs in ng/mL as their authorities set them, and a local one for the Ministry to set."""

from typing import Any

URINE_GROUPS = {
    "Marijuana metabolites (THCA)": ("50", "cannabis", {"THCA": "15"}),
    "Cocaine metabolite (BZE)": ("150", "cocaine", {"Benzoylecgonine": "100"}),
    "Codeine/Morphine": ("2000", "opiates", {"Codeine": "2000", "Morphine": "2000"}),
    "Hydrocodone/Hydromorphone": ("300", "opiates", {"Hydrocodone": "100", "Hydromorphone": "100"}),
    "Oxycodone/Oxymorphone": ("100", "opiates", {"Oxycodone": "100", "Oxymorphone": "100"}),
    "6-Acetylmorphine": ("10", "heroin_6am", {"6-Acetylmorphine": "10"}),
    "Phencyclidine": ("25", "pcp", {"Phencyclidine": "25"}),
    "Amphetamine/Methamphetamine": (
        "500",
        "methamphetamine",
        {"Amphetamine": "250", "Methamphetamine": "250"},
    ),
    "MDMA/MDA": ("500", "mdma", {"MDMA": "250", "MDA": "250"}),
}
FENTANYL = {"Fentanyl": ("1", "fentanyl", {"Fentanyl": "1", "Norfentanyl": "1"})}
ORAL_FLUID_GROUPS = {
    "Marijuana (THC)": ("4", "cannabis", {"THC": "2"}),
    "Cocaine/Benzoylecgonine": ("15", "cocaine", {"Cocaine": "8", "Benzoylecgonine": "8"}),
    "Codeine/Morphine": ("30", "opiates", {"Codeine": "15", "Morphine": "15"}),
    "Hydrocodone/Hydromorphone": ("30", "opiates", {"Hydrocodone": "15", "Hydromorphone": "15"}),
    "Oxycodone/Oxymorphone": ("30", "opiates", {"Oxycodone": "15", "Oxymorphone": "15"}),
    "6-Acetylmorphine": ("4", "heroin_6am", {"6-Acetylmorphine": "2"}),
    "Phencyclidine": ("10", "pcp", {"Phencyclidine": "10"}),
    "Amphetamine/Methamphetamine": (
        "50",
        "methamphetamine",
        {"Amphetamine": "25", "Methamphetamine": "25"},
    ),
    "MDMA/MDA": ("50", "mdma", {"MDMA": "25", "MDA": "25"}),
}
#: Ketamine is in neither foreign panel; the numbers are those of typical kits.
KETAMINE = {"Ketamine": ("1000", "ketamine", {"Ketamine": "100", "Norketamine": "100"})}
TO_BE_SET = "To be set by the Ministry"
#: Analytes whose own drug differs from that of their group's initial test.
_OWN_DRUG = {"Amphetamine": "amphetamine"}


def _panel(
    panel: str,
    authority: str,
    specimen: str,
    effective_from: str,
    picked_by: str,
    groups: dict[str, tuple[str, str, dict[str, str]]],
    basis: str,
    **other: str,
) -> list[dict[str, Any]]:
    """`other` are confirmatory cutoffs of single analytes in which this panel differs from `groups`."""
    return [
        {
            "panel": panel,
            "authority": authority,
            "specimen": specimen,
            "effective_from": effective_from,
            "picked_by": picked_by,
            "group": group,
            "initial": initial,
            "drug": _OWN_DRUG.get(analyte, drug),
            "analyte": analyte,
            "confirm": other.get(analyte, confirm),
            "requires": "",
            "requires_least": "",
            "basis": basis,
        }
        for group, (initial, drug, analytes) in groups.items()
        for analyte, confirm in analytes.items()
    ]


PANELS = [
    *_panel(
        "KH-1",
        "KH",
        "urine",
        "2000-01-01",
        "collected",
        URINE_GROUPS | FENTANYL | KETAMINE,
        TO_BE_SET,
        Morphine="4000",
    ),
    *_panel("DOT-40.85", "DOT", "urine", "2023-06-01", "collected", URINE_GROUPS, "49 CFR 40.85"),
    *_panel("DOT-40.91", "DOT", "oral_fluid", "2023-06-01", "collected", ORAL_FLUID_GROUPS, "49 CFR 40.91"),
    *_panel(
        "HHS-2025",
        "HHS",
        "urine",
        "2025-07-07",
        "received",
        URINE_GROUPS | FENTANYL,
        "90 FR 4662",
        Morphine="4000",
    ),
]
