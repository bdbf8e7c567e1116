"""What happened to a complaint, in words; and the words for what happens in a dismissal case."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.models import Complaint, ComplaintFile
from officers.models import Unit, User
from officers.queries.timelines import timeline

VERBS = {
    "appeal.admitted": _("Appeal admitted"),
    "appeal.decided": _("Appeal decided by a second member"),
    "appeal.drafted": _("Decision on the appeal drafted"),
    "appeal.lodged": _("Appeal lodged"),
    "appeal.refused": _("Appeal not admitted"),
    "appeal.sent_back": _("Draft sent back by a second member"),
    "case.appeal_refused": _("Appeal not admitted; the measure stands"),
    "case.appealed": _("Appeal lodged"),
    "case.assessed": _("Severity assessed"),
    "case.assigned": _("Somebody put in charge"),
    "case.became_final": _("Final: the time to appeal is over"),
    "case.conflict_declared": _("Conflict of interest declared"),
    "case.decided": _("Measure decided"),
    "case.decision_awaited": _("Reminder: the decision is awaited"),
    "case.decision_told": _("Decision served; the time to appeal runs"),
    "case.discontinued": _("Discontinued"),
    "case.due_soon": _("Reminder: due soon"),
    "case.ended_by_death": _("Ended by the officer's death"),
    "case.enforced": _("Measure in force"),
    "case.extended": _("More time to respond given"),
    "case.extract_drafted": _("Extract of a complaint drafted"),
    "case.found_lawful": _("Proposal found lawful"),
    "case.found_none": _("Decided that there is no case"),
    "case.ground_added": _("Ground added"),
    "case.ground_fell": _("A ground fell"),
    "case.ground_withdrawn": _("Ground withdrawn"),
    "case.identified": _("Identity of the officer confirmed"),
    "case.investigated": _("Investigation written down"),
    "case.letter_written": _("Letter with a personal code written"),
    "case.long_overdue": _("Reminder: overdue for long"),
    "case.news_came": _("Something new came in"),
    "case.notice_issued": _("Notice of the allegations issued"),
    "case.opened": _("Case opened"),
    "case.order_registered": _("Signed order entered"),
    "case.order_rejected": _("Order rejected"),
    "case.overdue": _("Reminder: overdue"),
    "case.overturned": _("Measure overturned on appeal"),
    "case.paper_added": _("Paper put to the file"),
    "case.proposed": _("Measure proposed"),
    "case.prosecution_answered": _("Prosecutor or court answered"),
    "case.reconsidered": _("Decision taken back"),
    "case.referred": _("Referred to the prosecutor"),
    "case.responded": _("The officer responded"),
    "case.response_completed": _("The officer has said all"),
    "case.resumed": _("Resumed"),
    "case.returned": _("Returned for work by the deciding authority"),
    "case.sent_back": _("Sent back by the legality check"),
    "case.served": _("Notice served; the time to respond runs"),
    "case.stayed": _("Stayed"),
    "case.suspended": _("Precautionary suspension ordered"),
    "case.suspension_due": _("Reminder: the suspension is to be reviewed"),
    "case.suspension_overdue": _("Reminder: the review of the suspension is overdue"),
    "case.suspension_reviewed": _("Precautionary suspension reviewed"),
    "case.time_asked": _("The officer asked for more time"),
    "case.upheld": _("Measure upheld on appeal"),
    "case.varied": _("Lesser measure on appeal"),
    "case.went_on_for_family": _("Goes on for the family"),
    "complaint.accepted": _("Taken over by the unit it was offered to"),
    "complaint.acknowledged": _("Acknowledged"),
    "complaint.acted_on": _("Action recorded"),
    "complaint.assigned": _("Somebody put in charge"),
    "complaint.closed": _("Closed"),
    "complaint.closing_proposed": _("Closing proposed; a second person is asked"),
    "complaint.conflict_declared": _("Conflict of interest declared"),
    "complaint.contact_asked": _("Asked how the reporter can be reached"),
    "complaint.contact_granted": _("Granted to open how the reporter can be reached"),
    "complaint.contact_read": _("Read how the reporter can be reached"),
    "complaint.contact_refused": _("Refused to open how the reporter can be reached"),
    "complaint.escalated": _("Moved one level up: nobody acted in time"),
    "complaint.heard": _("The reporter wrote"),
    "complaint.instructed": _("Task written for the post"),
    "complaint.linked": _("Linked to an earlier complaint"),
    "complaint.matched": _("An officer was identified"),
    "complaint.noted": _("Note written"),
    "complaint.offered": _("Offered to another unit"),
    "complaint.opened": _("Opened for the first time"),
    "complaint.pause_asked": _("Pause asked for"),
    "complaint.pause_refused": _("Pause refused"),
    "complaint.paused": _("Pause agreed to"),
    "complaint.received": _("Received"),
    "complaint.referral_heard": _("A ministry acknowledged or answered"),
    "complaint.referred": _("Referred to a ministry"),
    "complaint.refused": _("Refused by the unit it was offered to"),
    "complaint.reopened": _("Taken up again"),
    "complaint.sent_back": _("Closing not agreed to"),
    "complaint.settled": _("Dispute settled"),
    "complaint.taken_back": _("Offer taken back"),
    "complaint.upheld": _("Left closed after a review"),
    "complaint.written_to": _("The reporter was written to"),
    "decision.made": _("Decision made"),
    "delegation.ended": _("Delegation ended"),
    "delegation.given": _("Delegation given"),
    "extension.given": _("More time to respond given"),
    "extract.checked": _("Extract checked by a second person"),
    "extract.drafted": _("Extract drafted"),
    "extract.sent_back": _("Extract sent back"),
    "earlier_measure.entered": _("Measures entered from a list of before"),
    "earlier_measure.voided": _("A measure from a list of before voided"),
    "file.cleared": _("A file was checked and cleared"),
    "file.found_infected": _("A file is infected and kept away"),
    "file.held": _("A file was sent"),
    "ground.added": _("Ground added"),
    "ground.fell": _("A ground fell"),
    "ground.withdrawn": _("Ground withdrawn"),
    "measure.ended": _("Measure ended"),
    "measure.reversed": _("Measure undone"),
    "measure.taken": _("Measure taken"),
    "miss.explained": _("Reason given for a missed deadline"),
    "notice.issued": _("Notice to the officer issued"),
    "notice.served": _("Notice served"),
    "opinion.given": _("Legality checked"),
    "order.enforced": _("Order in force"),
    "order.registered": _("Signed order entered"),
    "order.rejected": _("Order rejected"),
    "order.verified": _("Order verified against its scan"),
    "order_line.entered": _("Entered in an order"),
    "order_line.voided": _("Taken out of an order"),
    "paper.added": _("Paper put to the file"),
    "proposal.made": _("Measure proposed"),
    "prosecution.answered": _("Prosecutor or court answered"),
    "prosecution.referred": _("Referred to the prosecutor"),
    "saved_search.changed": _("Saved search changed"),
    "saved_search.kept": _("Search saved"),
    "saved_search.removed": _("Saved search removed"),
    "saved_search.restored": _("Saved search restored"),
    "scan.added": _("Scan added"),
    "statement.made": _("Statement of the officer taken"),
    "suspension.ended": _("Precautionary suspension ended"),
    "suspension.ordered": _("Precautionary suspension ordered"),
    "suspension.reviewed": _("Precautionary suspension reviewed"),
}
#: Another complaint may be one from which the reader is barred: then even its number is none of his.
_UNTOLD = ("same_as",)


def history(complaint: Complaint, user: Any) -> list[dict[str, Any]]:
    """The events of a complaint, of its misses and, for who reads the report, of its files, newest first.

    To whoever does not get to read the report it says what was done and when, and nothing of what was written.
    """
    about = [
        complaint,
        *complaint.misses.all(),
        *ComplaintFile.objects.visible_to(user).filter(complaint=complaint),
    ]
    seen: dict[Any, dict[str, Any]] = {}
    for row in about:
        for item in timeline(row, user, words=VERBS, known=(User, Unit), without=_UNTOLD):
            seen.setdefault(
                (item["recorded_at"], item["title"]), item
            )  # one event may be about several of them
    items = list(seen.values())
    items.sort(key=lambda item: item["recorded_at"], reverse=True)
    if not complaint.is_read_by(user):
        untold = VERBS["file.found_infected"]  # that there are files points at what the reporter sent
        return [{**item, "text": "", "rows": []} for item in items if item["title"] != untold]
    return items
