"""A complaint carries a ground by a checked extract; of the report, its number and its reporter nothing is told."""

from datetime import timedelta

import pytest
from django.core import mail

from cases.actions import closing, complaints, extracts, grounds, hearings, intake, notices
from cases.models import Accused, CaseNotice, Complaint
from cases.tasks import tell_of_complaints
from ledger import clock
from ledger.sealing import seal
from officers.models import Notice
from officers.models.users import Role
from officers.queries.notices import shown
from officers.tasks import mail_notices
from tests import make
from tests.cases.prepared import ACTION
from tests.cases.walking import Walker
from tests.dismissals import Road, again

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sequencer"])
SAID = "My cousin Canary saw it from the blue house and wept."
CONTACT = "canary@example.org"


@pytest.fixture
def road(place) -> Road:
    return Road(
        unit=place.commune, case_officer=make.user(Role.INSPECTOR), supervisor=make.user(Role.INSPECTOR)
    )


def reported(road: Road, officer) -> Complaint:
    """A closed complaint about an officer that was found to be true."""
    named = intake.Named("officer", "The tall Canary")
    row = make.complaint(category="extortion", narrative=SAID, contact=CONTACT, named=[named])
    accused = Accused.objects.get(complaint=row)
    complaints.match(road.supervisor, row.pk, accused_id=accused.pk, officer_id=officer.pk, evidence="Name.")
    complaints.take_action(road.supervisor, row.pk, **ACTION)
    closing.close(
        road.supervisor,
        row.pk,
        finding="substantiated",
        closure_reason="resolved_action_taken",
        summary="Canary was right.",
        answer="Thank you, Canary.",
    )
    return Complaint.objects.get(pk=row.pk)


def test_neither_the_door_nor_a_notice_nor_a_mail_says_anything_of_the_complaint(road):
    case = road.opened()
    row = reported(road, case.officer)
    extract = extracts.draft(road.case_officer, case.pk, complaint_id=row.pk, text="He took money twice.")
    extracts.check(road.supervisor, extract.pk, remark="Canary is not in it.")
    grounds.add_ground(
        road.case_officer, case.pk, kind="corruption", text="He took money.", extract_id=extract.pk
    )
    case = road.notified(case)
    letter, code = notices.write_letter(road.case_officer, case.pk)
    walker = Walker().open("door").press(code=code, birth_year=str(letter.officer.birth_year)).press("open")
    said = [walker.text]
    assert "He took money twice." in walker.text
    key = f"allegations-{CaseNotice.objects.get().pk}"
    said.append(walker.press(f"print:{key}").text)
    said.append(walker.press("language:km").text)
    said.append(walker.press(f"act:respond:{key}", **{f"respond-{key}": "No."}).text)
    until = again(case).response_until.date() + timedelta(days=9)
    hearings.extend(road.case_officer, case.pk, until=until, reason="He asked.")
    seal()
    tell_of_complaints.job.function(period=clock.now())
    Notice.objects.update(mail=Notice.Mail.BY_ITSELF)
    mail.outbox.clear()
    of_cases = Notice.objects.filter(kind__startswith="case.")
    assert of_cases.exists()
    of_cases = list(of_cases.values_list("pk", flat=True))
    Notice.objects.exclude(pk__in=of_cases).update(mail=Notice.Mail.NONE)
    mail_notices.job.function(period=clock.now())
    said += [one.subject + one.body for one in mail.outbox]
    assert len(said) > 4
    for user in (road.case_officer, road.supervisor):
        rows = Notice.objects.filter(pk__in=of_cases, user=user)
        said += [one.words + one.reference for one in shown(user, rows)]
    said.append(str(CaseNotice.objects.get().content))
    for text in said:
        for unsaid in ("Canary", "canary", "blue house", row.reference):
            assert unsaid not in text, (unsaid, text)
