"""Notices about complaints: to whom, once, and never with what a complaint says."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from cases import tasks
from cases.actions import complaints, escalations, flags, intake, searches
from cases.models import Accused
from cases.notices import NOTICES
from ledger import clock
from ledger.acting import recording
from ledger.actors import CLOCK
from ledger.models import Event
from ledger.sealing import seal
from officers.actions.notices import choose, give
from officers.actions.users import speak
from officers.models import Notice
from officers.models.users import Role
from officers.notices import send_digests
from officers.queries.notices import unread
from officers.tasks import mail_notices
from tests import make
from tests.officers.calling import Caller

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sequencer"])


def told() -> dict[str, list[str]]:
    """Addresses by event of what was mailed since the last time, in Khmer as every account begins."""
    seal()
    mail.outbox.clear()
    tasks.tell_of_complaints.job.function(period=clock.now())
    mail_notices.job.function(period=clock.now())
    with translation.override("km"):
        events = {str(notice.sentence): verb for verb, notice in reversed(NOTICES.items())}
    found: dict[str, list[str]] = {}
    for one in mail.outbox:
        found.setdefault(events[str(one.subject)], []).extend(one.to)
        assert "blue house" not in one.body + one.subject
        assert "trafficking" not in one.body
    return found


def test_the_unit_hears_of_a_report_and_nothing_of_what_it_says(place):
    officer = make.user(Role.CASE_OFFICER, place.district)
    make.user(Role.CASE_OFFICER, place.province)
    row = make.complaint(at=place.commune, category="trafficking_place")
    assert told() == {"complaint.received": [officer.email]}
    assert row.reference in mail.outbox[0].body
    assert told() == {}


def test_where_nobody_handles_complaints_the_unit_above_hears(place):
    above = make.user(Role.SUPERVISOR, place.province)
    make.complaint(at=place.commune, category="trafficking_place")
    assert told() == {"complaint.received": [above.email]}


def test_whoever_is_barred_by_now_hears_nothing(place):
    chief = make.officer(place.district)
    himself = make.user(Role.SUPERVISOR, place.district, officer=chief)
    above = make.user(Role.SUPERVISOR, place.province)
    row = make.complaint(
        at=place.commune, category="trafficking_place", named=[intake.Named("officer", "the chief")]
    )
    one = Accused.objects.get(complaint=row)
    complaints.match(above, row.pk, accused_id=one.pk, officer_id=chief.pk, evidence="His name.")
    assert himself.email not in [address for to in told().values() for address in to]


def test_both_levels_hear_when_a_case_moves_up(place):
    theirs = make.user(Role.CASE_OFFICER, place.district)
    above = make.user(Role.CASE_OFFICER, place.province)
    row = make.complaint(at=place.commune, category="trafficking_place")
    told()
    late(row)
    found = told()
    assert sorted(address for to in found.values() for address in to) == sorted([theirs.email, above.email])


def test_nobody_is_told_of_what_he_did_himself(place):
    one = make.user(Role.CASE_OFFICER, place.district)
    other = make.user(Role.SUPERVISOR, place.district)
    row = make.complaint(at=place.commune, category="trafficking_place")
    told()
    complaints.assign(other, row.pk, handler_id=one.pk)
    assert told() == {"complaint.assigned": [one.email]}


def late(row):
    """Moved one level up, since nobody acted."""
    with transaction.atomic(), recording("test.late", actor=CLOCK, subject=row):
        type(row).objects.filter(pk=row.pk).update(moves_on="2026-01-01", act_by="2026-01-01")
    escalations.escalate(CLOCK, row.pk)


def paths_in(message):
    return re.findall(r"https?://[^/]+(/\S+/)", message.body)


def test_whoever_lost_a_case_is_led_to_where_the_reason_is_given_and_then_nowhere(place, client):
    theirs = make.user(Role.CASE_OFFICER, place.district)
    above = make.user(Role.CASE_OFFICER, place.province)
    row = make.complaint(at=place.commune, category="trafficking_place")
    told()
    late(row)
    told()
    mails = {message.to[0]: message for message in mail.outbox}
    miss = row.misses.get()
    assert paths_in(mails[theirs.email])[0] == f"/misses/{miss.pk}/explain/"
    assert paths_in(mails[above.email])[0] == f"/complaints/{row.pk}/"
    client.force_login(theirs)
    for notice in theirs.notices.all():
        opened = client.get(reverse("notice", args=[notice.pk]))
        assert opened["Location"] == f"/misses/{miss.pk}/explain/"
        assert client.get(opened["Location"]).status_code == 200
    escalations.explain(theirs, miss.pk, text="The car was under repair.")
    client.cookies["language"] = "en"
    page = client.get(reverse("notices"))
    assert [one.path for one in page.context["rows"]] == ["", ""]
    assert [one.reference for one in page.context["rows"]] == [row.reference] * 2
    assert "blue house" not in page.content.decode()


def test_a_notice_is_gone_for_whom_the_complaint_is_hidden_from_by_now(place, client):
    chief = make.officer(place.district)
    himself = make.user(Role.SUPERVISOR, place.district, officer=chief)
    above = make.user(Role.SUPERVISOR, place.province)
    row = make.complaint(
        at=place.commune, category="trafficking_place", named=[intake.Named("officer", "the chief")]
    )
    told()
    client.force_login(himself)
    (notice,) = client.get(reverse("notices")).context["rows"]
    about = Notice.objects.filter(pk=notice.notice.pk)
    one = Accused.objects.get(complaint=row)
    complaints.match(above, row.pk, accused_id=one.pk, officer_id=chief.pk, evidence="His name.")
    page = client.get(reverse("notices"))
    assert page.context["rows"] == []
    assert page.context["unread"]() == 0
    assert client.get(reverse("notice", args=[notice.notice.pk])).status_code == 404
    assert Caller(himself).get("notices/").json()["results"] == []
    assert Caller(himself).get(f"notices/{notice.notice.pk}/").status_code == 404
    # Nor does what still waits go out by mail.
    for how in ("by_itself", "digest"):
        about.update(mail=how, mailed_at=None)
        mail.outbox.clear()
        mail_notices.job.function(period=clock.now())
        send_digests([himself.pk])
        assert mail.outbox == []
        assert about.filter(mailed_at=None).count() == 0


def test_a_miss_is_mailed_at_once_and_the_rest_as_each_likes(place):
    theirs = choose(make.user(Role.CASE_OFFICER, place.district), by_mail="never", hour=7)
    row = make.complaint(at=place.commune, category="trafficking_place")
    assert told() == {}
    late(row)
    assert theirs.email in told()["complaint.escalated"]
    assert theirs.notices.count() == 2


def test_a_digest_names_references_and_counts_what_waits_and_no_word_of_any_case(place):
    officer = choose(
        speak(make.user(Role.CASE_OFFICER, place.district), language="en"), by_mail="daily", hour=7
    )
    rows = [make.complaint(at=place.commune, category="trafficking_place") for _ in range(2)]
    searches.save(officer, name="The blue house", query={"category": "trafficking_place"}, in_digest=True)
    searches.save(officer, name="Other", query={"category": "trafficking_place"})
    assert told() == {}
    flags.sweep(clock.today() + timedelta(days=30))
    send_digests([officer.pk])
    (message,) = mail.outbox
    assert "A report has come to your unit. (2)" in message.body
    assert all(row.reference in message.body and f"/complaints/{row.pk}/" in message.body for row in rows)
    assert "Reports of your units that nobody acted on in time: 2" in message.body
    assert "Complaints that fit a saved search of yours: 2" in message.body
    assert message.body.count("/complaints/searches/") == 1
    assert "blue house" not in message.body
    assert "trafficking" not in message.body


@pytest.mark.parametrize("role", Role.values)
def test_nobody_of_an_accused_unit_finds_a_notice_whatever_his_role(place, role):
    row = make.complaint(at=place.commune, category="drug_dealing_officer", named=[place.commune])
    user = make.user(role, place.commune)
    event = Event.objects.get(verb="complaint.received", subject_id=row.pk)
    give(event, [user], can_wait=True)  # as if he had been told before the unit was named
    assert unread(user) == 0
    assert Caller(user).get("notices/").json()["results"] == []
    assert Caller(user).patch(f"notices/{user.notices.get().pk}/", {"read": True}).status_code == 404
