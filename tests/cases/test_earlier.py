"""Measures from before the system: by file with a dry run, matched to the roll, never doubled, undone."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from cases.actions import earlier
from cases.imports import earlier as lists
from cases.models import EarlierMeasure
from cases.queries.figures import AsOf, Narrowed, earlier_of, figures
from ledger import clock
from ledger.conflict import Conflict
from ledger.models import Event
from officers.actions import officers as roll
from officers.models import Officer
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db
LIST = "List of the personnel department"


@pytest.fixture
def registrar(place):
    return make.user(Role.REGISTRAR)


def file(*rows: dict[str, str], name: str = "list.csv") -> SimpleUploadedFile:
    titles = list(dict.fromkeys(title for row in rows for title in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, titles)
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode())


def row(officer: Officer | None = None, **said: str) -> dict[str, str]:
    about = {
        "Service number": officer.service_number if officer else "55501",
        "Name in Latin": officer.name_latin if officer else "Nobody Here",
        "Measure": "Dismissal",
        "Ground": "drug_involvement",
        "Effective from": f"{clock.today():%d/%m/%Y}",
        "Ended his service": "yes",
    }
    return about | said


def gone(unit) -> Officer:
    """One who resigned."""
    officer = make.officer(unit)
    reason = "Wrote a letter."
    return roll.leave(
        make.user(Role.REGISTRAR), officer.pk, status="RESIGNED", on=clock.today(), reason=reason
    )


def entered(registrar, *rows: dict[str, str]) -> list[EarlierMeasure]:
    said = lists.taken_from(registrar, lists.read(registrar, file(*rows)).ticket(registrar))
    return earlier.enter_all(registrar, source=LIST, **said)


def test_a_dry_run_says_of_each_row_what_it_would_do_and_enters_nothing(registrar, place):
    serving, other, left = make.officer(place.commune), make.officer(place.commune), gone(place.commune)
    found = lists.read(
        registrar,
        file(
            row(left),
            row(),
            row(serving, **{"Name in Latin": other.name_latin, "Measure": "Demotion in rank"}),
            row(serving),
            row(other, **{"Effective from": "31/31/2020"}),
            row(other, Measure="Beheading"),
            row(other, Ground=""),
            row(serving, **{"Ended his service": "no"}),
        ),
    )

    assert [(fault.line, fault.problem) for fault in found.faults] == [
        (4, "another_name"),
        (5, "serves"),
        (6, "not_a_date"),
        (7, "unknown"),
        (8, "drugs"),
    ]
    assert all(fault.reason for fault in found.faults)
    assert [(line, one.officer, one.dismisses) for line, one in found.new] == [
        (2, left, True),
        (3, None, False),
        (9, serving, False),
    ]
    assert not EarlierMeasure.objects.exists()


def test_who_left_otherwise_counts_as_dismissed_under_the_same_act_and_as_before_when_it_is_undone(
    registrar, place
):
    officer = gone(place.commune)
    (measure,) = entered(registrar, row(officer))

    officer.refresh_from_db()
    assert officer.status == Officer.Status.DISMISSED
    assert measure.officer == officer
    assert measure.is_about_drugs
    event = Event.objects.get(verb="earlier_measure.entered")
    assert Event.objects.get(verb="officer.dismissed").cause_id == event.pk

    assert earlier.void_all(registrar, event.pk, reason="The wrong list.") == 1

    officer.refresh_from_db()
    assert officer.status == Officer.Status.RESIGNED
    with pytest.raises(Conflict):
        earlier.void_all(registrar, event.pk, reason="Again.")


def test_the_same_file_twice_doubles_nothing_and_a_row_twice_counts_once(registrar, place):
    officer = gone(place.commune)
    rows = [row(officer), row(), row()]
    entered(registrar, *rows)

    again = lists.read(registrar, file(*rows))

    assert (again.new, again.same, again.faults) == ([], 3, [])
    assert EarlierMeasure.objects.count() == 2


def test_khmer_headings_digits_and_buddhist_years_of_a_workbook_are_understood(registrar, place):
    officer = make.officer(place.commune)
    book = Workbook()
    book.active.append(["អត្តលេខ", "ឈ្មោះជាអក្សរខ្មែរ", "វិធានការ", "ពាក់ព័ន្ធគ្រឿងញៀន", "មានប្រសិទ្ធភាពពីថ្ងៃ", "ខេត្ត"])
    khmer = "".join(chr(0x17E0 + int(digit)) for digit in officer.service_number)
    book.active.append([khmer, officer.name_km, "បន្ទាបឋានន្តរស័ក្តិ", "ទេ", "០២/០៥/២៥៦៥", "កំពត"])
    kept = io.BytesIO()
    book.save(kept)

    found = lists.read(registrar, SimpleUploadedFile("list.xlsx", kept.getvalue()))

    assert found.faults == []
    ((_line, one),) = found.new
    assert one.officer == officer
    assert (one.written.kind, one.written.effective_on) == ("demotion", date(2022, 5, 2))
    assert (one.written.province, one.written.is_about_drugs) == ("07", False)


def test_what_was_found_in_a_list_stands_beside_the_other_figures_and_is_never_added(registrar, place):
    entered(registrar, row(gone(place.commune), Province=""), row(Province="08"))
    today = AsOf(clock.today(), clock.today())
    inspector, supervisor = make.user(Role.INSPECTOR), make.user(Role.SUPERVISOR, place.province)

    for user, number in ((inspector, 2), (registrar, 2), (supervisor, 0)):
        said = figures(user, today).measures["dismissed_drugs"]
        assert (said.through, said.found) == (0, number)
    of_province = make.user(Role.INSPECTOR, place.province)
    assert figures(of_province, today).measures["dismissed"].found == 1
    assert earlier_of(inspector, today, Narrowed("dismissed", "province", "08")).count() == 1
    yesterday = AsOf(clock.today(), clock.today() - timedelta(days=1))
    assert figures(inspector, yesterday).measures["dismissed"].found == 0


def test_by_the_pages_a_list_is_checked_taken_listed_and_a_row_of_it_voided(
    client, sign_in, registrar, place
):
    officer = gone(place.commune)
    sign_in(registrar)
    assert "template.csv" in client.get(reverse("earlier_upload")).text
    assert "Ended his service" in b"".join(client.get(reverse("earlier_template"))).decode()
    sent = {"source": LIST, "file": file(row(officer), row(Measure="?"))}

    checked = client.post(reverse("earlier_upload"), sent)

    assert checked.context["dismissed"] == 1
    assert "“?” is not known here." in checked.text
    ticket = checked.context["take"].initial["ticket"]
    client.post(reverse("earlier_take"), {"source": LIST, "ticket": ticket})
    measure = EarlierMeasure.objects.get()
    assert LIST in client.get(reverse("earlier_measures")).text
    client.post(reverse("earlier_void", args=[measure.pk]), {"reason": "Not he.", "version": measure.version})
    measure.refresh_from_db()
    officer.refresh_from_db()
    assert (measure.void, officer.status) == (True, Officer.Status.RESIGNED)
    assert client.get(reverse("earlier_void", args=[measure.pk])).status_code == 409
    # A ticket is taken from him for whom it was made.
    sign_in(make.user(Role.REGISTRAR))
    assert client.post(reverse("earlier_take"), {"source": LIST, "ticket": ticket}).status_code == 400
    sign_in(make.user(Role.INSPECTOR))
    assert client.get(reverse("earlier_upload")).status_code == 403
    assert client.get(reverse("earlier_measures")).status_code == 200
    sign_in(make.user(Role.SUPERVISOR))
    assert client.get(reverse("earlier_measures")).status_code == 404
