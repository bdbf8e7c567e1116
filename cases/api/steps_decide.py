"""Steps from the proposal to the appeal, by verb, which is the address too, with dashes for underscores."""

from cases.actions import appeals, decisions, proposals
from cases.api import examples_cases as shows
from cases.api.serializers import case_steps as takes
from cases.api.ways import Way

_AGAIN = "It takes your password once more, by key too, and ten tries in a quarter of an hour."
DECIDING: dict[str, Way] = {
    "propose": Way(
        proposals.propose,
        takes.ProposeIn,
        {
            "measure": "dismissal",
            "articles": ["DR-01"],
            "reasons": "He kept drugs in a police post.",
            "lesser": "A demotion would leave him among those whom he supplied.",
            "no_conflict": True,
            "version": 8,
        },
        "Propose a measure",
        "Every ground is read again. It is checked and decided by others.",
    ),
    "find_lawful": Way(
        proposals.find_lawful,
        takes.FindLawfulIn,
        {
            "text": "By who may, on what is proved, after he was heard.",
            "rests_on_no_screen": True,
            "no_conflict": True,
            "version": 9,
        },
        "Find a proposal lawful",
    ),
    "send_back": Way(
        proposals.send_back,
        takes.SendBackProposalIn,
        {"text": "The roster is missing.", "no_conflict": True, "version": 9},
        "Send a proposal back for work",
    ),
    "decide": Way(
        decisions.decide,
        takes.DecideIn,
        {
            "measure": "dismissal",
            "reasons": "It is proved.",
            "no_conflict": True,
            "password": "(yours)",
            "version": 10,
        },
        "Decide on a measure, as proposed or a lesser one",
        f"It has no effect before its order is signed and verified. {_AGAIN}",
        shows.AFTER | {"status": "AWAITING_INSTRUMENT", "verbs": ["reconsider", "declare_conflict"]},
    ),
    "find_no_case": Way(
        decisions.find_no_case,
        takes.DecideWithoutIn,
        {"reasons": "It is not proved.", "no_conflict": True, "password": "(yours)"},
        "Find that there is no case",
        f"The case ends. {_AGAIN}",
    ),
    "return_for_work": Way(
        decisions.return_for_work,
        takes.DecideWithoutIn,
        {"reasons": "The cook was not heard.", "no_conflict": True, "password": "(yours)"},
        "Return a case that is not ripe for a decision",
        _AGAIN,
    ),
    "reconsider": Way(
        decisions.reconsider,
        takes.CaseReasonIn,
        {"reason": "A ground fell before the order was signed.", "version": 11},
        "Take a decision back before it is in force",
        "Not while it stands in an order: that is rejected first.",
    ),
    "lodge": Way(
        appeals.lodge,
        takes.LodgeIn,
        {"ground": "unreasonable", "text": "He says that he was not heard in full."},
        "Write down the officer's appeal",
        "He may himself, at his door. The measure stays in force. `made` is the appeal, at `/appeals/`.",
        shows.AFTER | {"status": "APPEALED", "made": 12, "verbs": []},
    ),
}
