"""The public pages: the same for everybody, of the disclosed tables alone, in both languages."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.actions.publishing.writing import put
from audits.models.open_data import OpenChange, OpenInaction, OpenUnit
from foundation.limits.rates import rate
from ledger.acting import recording
from ledger.actors import CLOCK
from tests import make
from tests.audits.published import TODAY, publish

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "open_data"])

NAMES = (
    "open",
    "open_measures",
    "open_tests",
    "open_complaints",
    "open_inaction",
    "open_units",
    "open_changes",
    "open_method",
    "open_developers",
)
UNIT = "/open/units/P-07/"


def addresses() -> list[str]:
    return [*map(reverse, NAMES), UNIT]


def texts(answer) -> str:
    """What a page says, without its markup; cells of a table are told apart by bars."""
    body = re.sub(r"</t[dh]>", " | ", answer.content.decode())
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_who_is_signed_in_is_not_asked_and_the_page_may_be_kept(client):
    stranger = client.get(reverse("open"))
    assert stranger.status_code == 200
    assert stranger.cookies == {}
    assert stranger["Cache-Control"] == "public, max-age=300"
    client.force_login(make.user())
    signed_in = client.get(reverse("open"))
    assert signed_in.content == stranger.content
    assert signed_in.cookies == {}
    assert client.get(reverse("open"), headers={"If-None-Match": stranger["ETag"]}).status_code == 304
    assert client.post(reverse("open")).status_code == 405


@pytest.mark.parametrize("language", ["en", "km"])
def test_every_page_is_small_reads_what_is_disclosed_alone_and_sets_no_cookie(client, language):
    publish()
    many_units()
    for address in [*addresses(), "/open/inaction/?province=12", "/open/tests/?area=07&year=2025"]:
        asked = f"{address}{'&' if '?' in address else '?'}lang={language}"
        with (
            CaptureQueriesContext(connections["default"]) as other,
            CaptureQueriesContext(connections["open_data"]) as public,
        ):
            answer = client.get(asked)
        assert answer.status_code == 200, address
        assert f'<html lang="{language}"' in answer.content.decode()
        assert len(answer.content) < 100_000, (address, len(answer.content))
        assert answer.cookies == {}
        # Whether all of it is invented, for the banner; nothing else is looked at.
        assert all('FROM "ledger_mode"' in query["sql"] for query in other), address
        tables = {name for query in public for name in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])}
        assert all(name.startswith("audits_open") for name in tables), tables
        assert b"<script" not in answer.content
        assert b"style=" not in answer.content


def many_units() -> None:
    """A province with more units than a page shows."""
    units = [
        OpenUnit(
            id=f"C-1299{number:02d}", kind="COMMUNE_POST", parent="D-1201", province="12",
            name_km=f"ប៉ុស្តិ៍នគរបាលរដ្ឋបាលសង្កាត់ទី{number}", name_en=f"Post of the administrative police {number}",
            exists_from=TODAY,
        )
        for number in range(170)
    ]  # fmt: skip
    rows = [
        OpenInaction(
            id=f"2025.{unit.id}", year=2025, unit=unit.id, level=5, received=40, acted=20, moved_up=10, other=10,
            published_on=TODAY,
        )
        for unit in units
    ]  # fmt: skip
    with transaction.atomic(), recording("open_data.published", actor=CLOCK, subject=OpenUnit):
        put(OpenUnit, units)
        put(OpenInaction, rows)


def test_pages_say_that_nothing_is_published_yet(client):
    for name in NAMES:
        assert client.get(reverse(name), {"lang": "en"}).status_code == 200
    assert "Nothing is published yet." in texts(client.get(reverse("open"), {"lang": "en"}))
    assert "Nothing of this is published yet." in texts(client.get(reverse("open_tests"), {"lang": "en"}))


def test_what_is_hidden_is_said_to_be_and_zero_is_shown(client):
    publish()
    said = texts(client.get(reverse("open_complaints"), {"lang": "en"}))
    assert "September 2025 | hidden | hidden | hidden | hidden |" in said
    assert "October 2025 | 0 | 0 | 0 | 0 |" in said
    assert "Hidden: 1 of 24." in said
    drawn = client.get(reverse("open_complaints"), {"lang": "en"}).content.decode()
    assert re.search(r'<rect class="chart__hidden"[^>]*><title>September 2025: hidden</title>', drawn)


def test_numbers_of_a_khmer_page_are_written_in_khmer_digits(client):
    publish()
    said = texts(client.get(reverse("open"), {"lang": "km"}))
    assert "១.២៧៤" in said
    assert "០៨/២០២៥" in said
    assert "២.៤៩០ | ២.៤២២" in said


def test_rows_that_withhold_make_the_others_a_least(client):
    publish()
    said = texts(client.get(reverse("open_measures"), {"lang": "en"}))
    assert "June 2026 | at least 48 |" in said
    assert "Kampot Province | at least 417 |" in said
    assert "Province withheld | 440 |" in said
    # The group of a ground is always said, so of it nothing is withheld.
    assert "After a confirmed positive drug test | 429 |" in said
    assert "23 further rows do not say their month" in said
    year = texts(client.get(reverse("open_measures"), {"lang": "en", "year": "2025"}))
    assert "December 2025 | at least 36 |" in year
    assert "June 2026" not in year
    assert "11 further measures do not say their year." in year


def test_measures_of_a_case_and_of_a_list_are_never_added_up(client):
    publish()
    said = texts(client.get(reverse("open"), {"lang": "en"}))
    assert "Measures in force: Went through a case 1,274" in said
    assert "Measures in force: Found in a list from before the system 15" in said
    listed = texts(client.get(reverse("open_measures"), {"lang": "en", "source": "list"}))
    assert "May 2023 | 15 |" in listed
    assert "1,274" not in listed


def test_every_query_that_is_shown_is_answered(client, settings):
    settings.OPEN_LIMIT_ANONYMOUS = rate("1000000/min")
    publish()
    shown = set()
    for address in [*addresses(), "/open/measures/?year=2025", "/open/tests/?area=07&year=2025"]:
        body = client.get(address).content.decode()
        shown |= {unescape(link) for link in re.findall(r'href="(/api/open/v1/[^"]*)"', body)}
    assert len(shown) > 30
    refused = {
        address: answer.status_code
        for address in sorted(shown)
        if (answer := client.get(address)).status_code != 200
    }
    assert refused == {}


def test_a_share_is_reckoned_only_where_both_numbers_are_shown(client):
    publish()
    said = texts(client.get(reverse("open_inaction"), {"lang": "en", "year": "2025"}))
    assert "| 60 | 66.7% | 12 | 40 | 8 |" in said
    assert "| hidden | hidden | hidden | hidden | hidden |" in said
    assert "| 0 | – | 0 | 0 | 0 |" in said
    assert said.index("66.7%") < said.index("| hidden |")


def test_each_chart_bears_its_day_and_the_query_that_gives_it(client):
    publish()
    body = client.get(reverse("open_tests"), {"lang": "en", "area": "07", "year": "2025"}).content.decode()
    months = ",".join(f"2025-{month:02d}" for month in range(1, 13))
    assert f'href="/api/open/v1/tests/?area=07&amp;month={months}"' in body
    assert f'href="/api/open/v1/tests.csv?area=07&amp;month={months}"' in body
    assert body.count("As of the release of") == 2


def test_links_keep_the_language_of_the_address(client):
    publish()
    for address in addresses():
        body = client.get(address, {"lang": "en"}).content.decode()
        links = [unescape(link) for link in re.findall(r'href="(/open/[^"#]*|\?[^"]*)', body)]
        assert all("lang=" in link for link in links), address
        assert any(link.endswith("lang=km") for link in links)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert '<html lang="en"' in client.get(reverse("open")).content.decode()


def test_a_unit_has_its_tree_and_its_years_and_one_that_is_not_there_has_a_page_that_says_so(client):
    publish()
    body = client.get(UNIT, {"lang": "en"}).content.decode()
    assert 'href="/open/units/GCNP/?lang=en"' in body
    assert 'href="/open/units/D-0701/?lang=en"' in body
    assert "unit=P-07" in body
    for code in ("NONE", "%00"):
        missing = client.get(f"/open/units/{code}/", {"lang": "en"})
        assert missing.status_code == 404
        assert missing.cookies == {}
        assert "Nothing stands at this address." in texts(missing)


@pytest.mark.parametrize("words", ["P-12", "p-12"])
def test_a_unit_is_found_by_its_name_in_either_script_or_by_its_code(client, words):
    publish()
    name = OpenUnit.objects.get(pk="P-12").name_km
    for text in (words, name):
        assert 'href="/open/units/P-12/"' in client.get(reverse("open_units"), {"q": text}).content.decode()
    assert "No unit has this name or code." in texts(
        client.get(reverse("open_units"), {"q": "%_", "lang": "en"})
    )


def test_every_change_is_reached_once_and_what_was_retracted_is_not_repeated(client):
    publish()
    address, seen = f"{reverse('open_changes')}?kind=added&collection=measures&lang=en", []
    while address:
        body = client.get(address).content.decode()
        seen += re.findall(r'<span class="code">(m\d+)</span>', body)
        following = re.search(r'href="(\?[^"]*)" rel="next"', body)
        address = unescape(f"{reverse('open_changes')}{following[1]}") if following else ""
    wanted = OpenChange.objects.filter(collection="measures").order_by("-seq").values_list("row", flat=True)
    assert seen == list(wanted)
    assert client.get(reverse("open_changes"), {"after": "made up"}).status_code == 302


@pytest.mark.parametrize("odd", ["", "0", "-1", "2025'", "٣", "999999999999", "<b>", "\x00"])
def test_what_nobody_can_mean_is_left_aside(client, odd):
    publish()
    for name in NAMES:
        asked = dict.fromkeys(("year", "area", "province", "sort", "q", "collection", "kind", "lang"), odd)
        answer = client.get(reverse(name), asked)
        assert answer.status_code == 200, name
        assert b"<b>" not in answer.content


def test_the_first_query_is_of_this_site(client):
    body = unescape(client.get(reverse("open_developers"), headers={"Host": "localhost"}).content.decode())
    assert "curl 'http://localhost/api/open/v1/units/?kind=PROVINCIAL_COMMISSARIAT'" in body
