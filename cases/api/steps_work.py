"""Steps of those who work on a case, by verb, which is the address too, with dashes for underscores."""

from cases.actions import cases, extracts, grounds, hearings, prosecutions, suspensions
from cases.api import examples_cases as shows
from cases.api.serializers import case_steps as takes
from cases.api.ways import Way

R = takes.CaseReasonIn
WORKING: dict[str, Way] = {
    "identify": Way(
        cases.identify,
        takes.IdentifyIn,
        {"service_number": "100234", "birth_year": 1991, "version": 1},
        "Confirm who the officer of a case is that the clock opened",
    ),
    "assign": Way(
        cases.assign, takes.AssignCaseIn, {"case_officer": 7, "version": 2}, "Put somebody in charge"
    ),
    "add_ground": Way(
        grounds.add_ground,
        takes.AddGroundIn,
        {
            "kind": "drug_involvement",
            "text": "Drugs were kept in the locker of the post.",
            "happened_on": "2026-11-10",
            "paper": {"kind": "record", "title": "Record of the search", "number": "R-12"},
            "version": 2,
        },
        "Add a ground with what carries it",
        "A final positive, a determined refusal, papers or a checked extract: never a screen. After the notice was "
        "issued another notice becomes necessary.",
        shows.AFTER | {"made": 41},
    ),
    "withdraw_ground": Way(
        grounds.withdraw_ground,
        takes.WithdrawGroundIn,
        {"ground": 41, "reason": "The record was of another post.", "version": 3},
        "Withdraw a ground that fell, or was a mistake",
    ),
    "add_paper": Way(
        grounds.add_paper,
        takes.AddPaperIn,
        {"ground": 41, "kind": "statement", "title": "Statement of the cook", "files": [shows.TOKEN]},
        "Put a piece of evidence to the file, with its scan if there is one",
    ),
    "draft_extract": Way(
        extracts.draft,
        takes.DraftExtractIn,
        {"complaint": 7302955106418, "text": "In October he let two dealers go for money."},
        "Draft what may be said of a complaint",
        "By who reads that complaint; another who does checks it, at `/extracts/`. Refused is what leads to the "
        "reporter: numbers, addresses, his own words.",
    ),
    "assess": Way(
        cases.assess,
        takes.AssessIn,
        {"severity": "gross", "reasons": "Drugs in a police post.", "version": 3},
        "Assess how grave it would be if it is true",
    ),
    "issue_notice": Way(
        hearings.issue_notice,
        takes.NoWordsIn,
        {"version": 4},
        "Issue the notice of the allegations",
        "The time to respond runs from a proof that the officer was told. Letters with his personal code are written "
        "on the page alone: no answer holds a code.",
    ),
    "respond": Way(
        hearings.respond,
        takes.SaysIn,
        {"text": "The locker is used by four men."},
        "Write down what the officer responds",
        "He may himself, at his door.",
    ),
    "complete": Way(
        hearings.complete,
        takes.SaidAllIn,
        {},
        "Write down that the officer has said all, which ends his time",
        "By a supervisor who does not work on the case; the officer may himself, at his door.",
    ),
    "ask_time": Way(
        hearings.ask_time,
        takes.SaysIn,
        {"text": "A witness is abroad until Friday."},
        "Write down that the officer asks for more time",
    ),
    "extend": Way(
        hearings.extend,
        takes.ExtendIn,
        {"until": "2026-12-11", "reason": "His witness is abroad."},
        "Give the officer more time to respond",
    ),
    "investigate": Way(
        hearings.investigate,
        takes.InvestigateIn,
        {"text": "The locker was his alone; the roster shows it.", "version": 7},
        "Write down what the investigation found",
        "Not before the officer's time is over, unless he has said all.",
    ),
    "stay": Way(
        cases.stay, R, {"reason": "The court of Kandal has the matter."}, "Stay it for criminal proceedings"
    ),
    "resume": Way(cases.resume, R, {"reason": "Judgment was given."}, "Go on where it was stayed"),
    "suspend": Way(
        suspensions.suspend,
        takes.SuspendCaseIn,
        {"reasons": "He could reach the witnesses.", "with_pay": True},
        "Suspend the officer while the case goes on",
        "By a second person. It says nothing about whether it is true, and is looked at again every thirty days.",
    ),
    "review_suspension": Way(
        suspensions.review_suspension,
        takes.ReviewSuspensionIn,
        {"goes_on": False, "reasons": "All witnesses were heard."},
        "Look again at whether the suspension is needed",
    ),
    "refer": Way(
        prosecutions.refer,
        takes.ReferCaseIn,
        {"court": "Court of first instance of Kandal", "number": "114/26", "sent_on": "2026-11-20"},
        "Record that the matter was sent to a prosecutor",
    ),
    "record_result": Way(
        prosecutions.record_result,
        takes.RecordResultIn,
        {"prosecution": 5, "result": "convicted", "number": "77/26", "result_on": "2026-11-24"},
        "Record what the prosecutor or the court answered",
        "A conviction becomes a ground only by `add_ground`.",
    ),
    "declare_conflict": Way(
        cases.declare_conflict,
        R,
        {"reason": "He is my cousin."},
        "Declare a conflict of interest",
        "From then on the case is not there for you.",
        shows.GONE,
    ),
    "discontinue": Way(
        cases.discontinue,
        R,
        {"reason": "It was another officer of the same name."},
        "End a case that leads nowhere",
        "By a supervisor who does not work on it.",
    ),
    "go_on_for_family": Way(
        cases.go_on_for_family,
        R,
        {"reason": "His widow asks for a finding, on 20 November."},
        "Go on after the officer's death",
        "The family asked for a finding; no measure can come of it.",
    ),
}
