"""The stages of a thread: what each act belongs to, and which deadline runs between which acts."""

from django.utils.translation import gettext_lazy as _

STAGES = {
    "sheet": _("Sheet and screen"),
    "custody": _("Specimen and custody"),
    "laboratory": _("Laboratory"),
    "review": _("Medical review"),
    "outcome": _("Outcome of the test"),
    "case": _("Case"),
    "ground": _("Ground"),
    "extract": _("Extract of a complaint"),
    "notice": _("Notice to the officer"),
    "response": _("The officer's response"),
    "investigation": _("Investigation"),
    "proposal": _("Proposal"),
    "check": _("Check of legality"),
    "decision": _("Decision"),
    "order": _("Signed order"),
    "measure": _("Measure"),
    "register": _("Barred register"),
    "appeal": _("Appeal"),
    "intake": _("Intake"),
    "handling": _("Handling"),
    "action": _("Action"),
    "reporter": _("With the reporter"),
    "closing": _("Closing"),
}
_BY_VERB = {
    verb: stage
    for stage, verbs in {
        "custody": "drug_test.dispatched custody.questioned custody.settled custody.transferred specimen.carried_over "
        "specimen.sent specimen.directed",
        "laboratory": "specimen.received specimen.reported specimen.rejected specimen.redesignated "
        "review.report_replaced",
        "outcome": "drug_test.cleared drug_test.cancelled drug_test.verified drug_test.finalised "
        "drug_test.refusal_determined drug_test.reopened",
        "ground": "case.ground_added case.ground_fell case.ground_withdrawn case.paper_added case.news_came",
        "extract": "case.extract_drafted",
        "notice": "case.notice_issued case.served case.letter_written case.decision_told officer.told",
        "response": "case.responded case.response_completed case.time_asked case.extended",
        "investigation": "case.investigated case.referred case.prosecution_answered",
        "proposal": "case.proposed",
        "check": "case.found_lawful case.sent_back",
        "decision": "case.decided case.returned case.reconsidered case.found_none case.discontinued "
        "case.decision_awaited",
        "order": "case.order_registered case.order_rejected scan.added",
        "measure": "case.enforced case.became_final officer.dismissed officer.demoted officer.suspended "
        "officer.restored officer.returned officer.posted",
        "appeal": "case.appealed case.appeal_refused case.upheld case.varied case.overturned",
        "intake": "complaint.received complaint.acknowledged complaint.opened complaint.matched complaint.linked",
        "action": "complaint.acted_on complaint.settled complaint.referred complaint.referral_heard",
        "reporter": "complaint.heard complaint.written_to complaint.contact_asked complaint.contact_granted "
        "complaint.contact_read complaint.contact_refused",
        "closing": "complaint.closing_proposed complaint.closed complaint.sent_back complaint.reopened "
        "complaint.upheld",
    }.items()
    for verb in verbs.split()
}
_BY_TABLE = {
    "officers_sheet": "sheet",
    "officers_drugtest": "sheet",
    "officers_specimen": "custody",
    "officers_custodytransfer": "custody",
    "officers_custodyproblem": "custody",
    "officers_laboratoryreport": "laboratory",
    "officers_review": "review",
    "officers_contactattempt": "review",
    "officers_claim": "review",
    "officers_statement": "review",
    "officers_service": "notice",
    "officers_registerentry": "register",
    "officers_officer": "measure",
    "cases_ground": "ground",
    "cases_paper": "ground",
    "cases_casefile": "ground",
    "cases_extract": "extract",
    "cases_casenotice": "notice",
    "cases_casestatement": "response",
    "cases_extension": "response",
    "cases_prosecution": "investigation",
    "cases_proposal": "proposal",
    "cases_opinion": "check",
    "cases_decision": "decision",
    "cases_order": "order",
    "cases_orderline": "order",
    "cases_measure": "measure",
    "cases_appeal": "appeal",
    "cases_deed": "action",
    "cases_referral": "action",
    "cases_message": "reporter",
    "cases_complaint": "handling",
    "cases_handover": "handling",
    "cases_note": "handling",
    "cases_miss": "handling",
    "cases_pause": "handling",
    "cases_accused": "intake",
    "cases_complaintfile": "intake",
}

#: A deadline of the settings, the acts with which it begins, and those that end it.
CLOCKS = (
    ("specimen_to_laboratory", ("drug_test.entered",), ("specimen.received",)),
    ("confirmation_result", ("specimen.received",), ("specimen.reported", "specimen.rejected")),
    ("custody_settlement", ("custody.questioned",), ("custody.settled",)),
    (
        "review_decision",
        ("review.opened", "review.reopened"),
        ("review.verified", "review.cleared", "review.cancelled", "review.determined"),
    ),
    ("letter_service", ("review.verified", "review.cleared", "review.determined"), ("review.told",)),
    ("second_bottle", ("review.retest_asked",), ("review.second_sent",)),
    ("allegation_notice", ("case.opened",), ("case.served",)),
    ("unit_proposal", ("case.response_completed",), ("case.proposed",)),
    ("legality_check", ("case.proposed",), ("case.found_lawful", "case.sent_back")),
    (
        "minister_decision",
        ("case.found_lawful",),
        ("case.decided", "case.returned", "case.found_none", "case.discontinued"),
    ),
    ("instrument", ("case.decided",), ("case.enforced", "case.reconsidered")),
    ("decision_notice", ("case.enforced",), ("case.decision_told",)),
    (
        "appeal_decision",
        ("case.appealed",),
        ("case.appeal_refused", "case.upheld", "case.varied", "case.overturned"),
    ),
    ("complaint_acknowledgement", ("complaint.received",), ("complaint.acknowledged",)),
    ("complaint_commune_action", ("complaint.received",), ("complaint.acted_on",)),
    ("complaint_resolution", ("complaint.received",), ("complaint.closed",)),
)


def stage_of(verb: str, table: str) -> str:
    """The stage of an act: by its verb, else by what it is about."""
    return _BY_VERB.get(verb) or _BY_TABLE.get(table, "case")
