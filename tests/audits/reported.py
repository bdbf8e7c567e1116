"""A case with an extract of a complaint, whose reporter said how he can be reached."""

from cases.actions import closing, complaints, contacts, extracts, intake
from cases.models import Accused, Case, Complaint, Extract
from officers.models.users import Role
from tests import make
from tests.cases.prepared import ACTION
from tests.dismissals import Road, again

WHY = "The tall neighbour must be heard."


def extracted() -> tuple[Road, Case, Complaint, Extract]:
    """The extract is drafted; before the complaint was closed somebody asked how the reporter can be reached."""
    place = make.Province()
    road = Road(
        unit=place.commune, case_officer=make.user(Role.INSPECTOR), supervisor=make.user(Role.INSPECTOR)
    )
    case = road.opened()
    row = make.complaint(
        category="extortion",
        narrative="Officers of the post took money from the shop for looking away, twice in a month.",
        named=[intake.Named("officer", "The tall one")],
        contact="Call 012 345 678.",
    )
    accused = Accused.objects.get(complaint=row)
    complaints.match(
        road.supervisor, row.pk, accused_id=accused.pk, officer_id=case.officer_id, evidence="Name and post."
    )
    complaints.take_action(road.supervisor, row.pk, **ACTION)
    contacts.ask(road.supervisor, row.pk, reason=WHY)
    closing.close(
        road.supervisor,
        row.pk,
        finding="substantiated",
        closure_reason="resolved_action_taken",
        summary="They took money.",
        answer="Thank you.",
    )
    made = extracts.draft(road.case_officer, case.pk, complaint_id=row.pk, text="He took money.")
    return road, again(case), Complaint.objects.get(pk=row.pk), made
