"""What happened to a complaint, in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.models import Complaint, ComplaintFile
from officers.models import Unit, User
from officers.queries.timelines import timeline

VERBS = {
    "complaint.accepted": _("Taken over by the unit it was offered to"),
    "complaint.acknowledged": _("Acknowledged"),
    "complaint.acted_on": _("Action recorded"),
    "complaint.assigned": _("Somebody put in charge"),
    "complaint.closed": _("Closed"),
    "complaint.closing_proposed": _("Closing proposed; a second person is asked"),
    "complaint.conflict_declared": _("Conflict of interest declared"),
    "complaint.escalated": _("Moved one level up: nobody acted in time"),
    "complaint.heard": _("The reporter wrote"),
    "complaint.instructed": _("Task written for the post"),
    "complaint.linked": _("Linked to an earlier complaint"),
    "complaint.matched": _("An officer was identified"),
    "complaint.noted": _("Note written"),
    "complaint.offered": _("Offered to another unit"),
    "complaint.opened": _("Opened for the first time"),
    "complaint.contact_asked": _("Asked how the reporter can be reached"),
    "complaint.contact_granted": _("Granted to open how the reporter can be reached"),
    "complaint.contact_read": _("Read how the reporter can be reached"),
    "complaint.contact_refused": _("Refused to open how the reporter can be reached"),
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
    "earlier_measure.entered": _("Measures entered from a list of before"),
    "earlier_measure.voided": _("A measure from a list of before voided"),
    "file.cleared": _("A file was checked and cleared"),
    "file.held": _("A file was sent"),
    "file.found_infected": _("A file is infected and kept away"),
    "miss.explained": _("Reason given for a missed deadline"),
    "saved_search.changed": _("Saved search changed"),
    "saved_search.kept": _("Search saved"),
    "saved_search.removed": _("Saved search removed"),
    "saved_search.restored": _("Saved search restored"),
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
