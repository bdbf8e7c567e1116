"""The public's API: all of it, the same in every format, nothing twice, and nothing of whoever asks."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.utils.http import http_date

from audits.api.open.connections import over_a_connection
from audits.models import OpenChange, OpenMeasure
from audits.queries.dictionary import dictionary
from audits.queries.disclosure import COLLECTIONS
from ledger.acting import recording
from ledger.actors import CLOCK
from tests.audits.opened import API, filled, measure, published, walked

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "open_data"])


@pytest.fixture(autouse=True)
def unlimited(settings):
    settings.OPEN_LIMIT_ANONYMOUS = (10**6, timedelta(minutes=1))


def ask(path: str = "", **headers: str) -> Any:
    address = path if path.startswith("/") else API + path
    return Client(headers={"accept-language": "en"}).get(address, headers=headers)


def said(path: str) -> Any:
    response = ask(path)
    assert response.status_code == 200, response.content
    return response.json()


def text_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def test_every_row_is_reached_exactly_once_at_each_page_size_and_alike_in_every_format():
    rows = filled(130)
    keys = [row.id for row in rows]
    for limit in (1, 7, 65, 130, 1000):
        found = list(walked(said, f"measures/?limit={limit}"))
        assert [row["id"] for row in found] == keys, limit
    whole = list(walked(said, "measures/"))
    assert all(list(row) == list(OpenMeasure.columns) for row in whole)
    lines = text_of(ask("measures.ndjson")).splitlines()
    assert [json.loads(line) for line in lines] == whole
    table = list(csv.DictReader(io.StringIO(text_of(ask("measures.csv")))))
    assert table == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in whole
    ]
    one = said(f"measures/{keys[5]}/")
    assert one["data"] == whole[5]
    assert one["meta"]["seq"] == OpenChange.objects.filter(collection="measures").latest("seq").seq
    places = [json.loads(line) for line in text_of(ask("places.ndjson")).splitlines()]
    assert places == list(walked(said, "places/?limit=1"))
    named = list(csv.DictReader(io.StringIO(text_of(ask("places.csv")), newline="")))
    assert [row["name_en"] for row in named] == ['Said, "so"', "'=HYPERLINK(1)", "Banan\nover two lines"]


def test_filters_and_fields_choose_the_same_in_every_format():
    filled(130)
    for query, kept in (
        ("province=03", lambda row: row["province"] == "03"),
        (
            "province=03,04&year=2016,2017",
            lambda row: row["province"] in ("03", "04") and row["year"] in (2016, 2017),
        ),
        (
            "measure=dismissal&ground_group=not_drugs",
            lambda row: (row["measure"], row["ground_group"]) == ("dismissal", "not_drugs"),
        ),
        ("month=2016-03", lambda row: row["month"] == "2016-03"),
        ("province=nowhere", lambda row: False),
    ):
        expected = [row for row in walked(said, "measures/") if kept(row)]
        assert list(walked(said, f"measures/?limit=2&{query}")) == expected
        assert [
            json.loads(line) for line in text_of(ask(f"measures.ndjson?{query}")).splitlines()
        ] == expected
        assert len(text_of(ask(f"measures.csv?{query}")).splitlines()) == 1 + len(expected)
    part = said("measures/?fields=province,month&limit=3&province=03")
    assert [list(row) for row in part["data"]] == [["month", "province"]] * 3
    assert "fields=province,month" in part["next"]
    assert text_of(ask("measures.csv?fields=province,id")).startswith("id,province\n")
    assert [row["area"] for row in walked(said, "complaints/?limit=1")] == ["01", "02", "KH"]


def test_the_feed_says_what_was_added_corrected_and_taken_back_and_never_what_that_was():
    rows = filled(20)
    with transaction.atomic(), recording("open_data.retracted", actor=CLOCK, subject=OpenMeasure, rows=2):
        OpenMeasure.objects.filter(pk=rows[0].pk).update(month="2020-02")
        OpenMeasure.objects.filter(pk=rows[1].pk).delete()
    for limit in (1, 3, 1000):
        lines = list(walked(said, f"changes/?limit={limit}"))
        assert [line["seq"] for line in lines] == sorted(OpenChange.objects.values_list("seq", flat=True))
    assert lines == [json.loads(line) for line in text_of(ask("changes.ndjson")).splitlines()]
    assert set(lines[0]) == {"seq", "collection", "id", "kind", "revision", "on", "record", "superseded_by"}
    about = {row.pk: [line for line in lines if line["id"] == row.pk] for row in rows[:2]}
    corrected, gone = about[rows[0].pk], about[rows[1].pk]
    assert [(line["kind"], line["record"] is None) for line in corrected] == [
        ("added", True),
        ("corrected", False),
    ]
    assert [(line["kind"], line["record"]) for line in gone] == [("added", None), ("retracted", None)]
    assert ask(f"measures/{rows[1].pk}/").status_code == 404
    last = said("changes/")["meta"]["last_seq"]
    assert said(f"changes/?after={last}") | {"meta": None} == {"data": [], "next": None, "meta": None}
    of_places = list(walked(said, "changes/?collection=places&limit=2"))
    assert of_places == [line for line in lines if line["collection"] == "places"]
    copy = {
        line["id"]: line["record"] for line in lines if line["record"] and line["collection"] == "measures"
    }
    assert copy == {row["id"]: row for row in walked(said, "measures/")}


def test_what_has_not_changed_is_not_sent_again():
    rows = filled(20)
    first = ask("measures/?limit=3")
    tag, kept = first["ETag"], first.content
    assert ask("measures/?limit=3").content == kept  # from what was rendered before
    for header, status in (
        (tag, 304),
        (f"W/{tag}", 304),
        (f'"another", {tag}', 304),
        ("*", 304),
        ('"another"', 200),
        (tag.strip('"'), 200),
        ("", 200),
    ):
        assert ask("measures/?limit=3", **{"If-None-Match": header}).status_code == status, header
    assert not ask("measures/?limit=3", **{"If-None-Match": tag}).content
    assert ask("measures/?limit=4", **{"If-None-Match": tag}).status_code == 200, "another question"
    assert ask("measures/?limit=3", **{"If-None-Match": tag, "Accept-Encoding": "gzip"}).status_code == 200
    others = {
        ask(path)["ETag"]
        for path in ("measures/", "measures.csv", "measures.ndjson", f"measures/{rows[0].pk}/")
    }
    assert len(others | {tag}) == 5
    for path in ("", "dictionary/", "dictionary.csv", "openapi.json", "figures/", "changes/", "measures.csv"):
        assert ask(path, **{"If-None-Match": ask(path)["ETag"]}).status_code == 304, path
    published(measure(999))
    answer = ask("measures/?limit=3")
    assert answer["ETag"] != tag
    assert ask("places/", **{"If-None-Match": ask("places/")["ETag"]}).status_code == 304


@pytest.mark.bends_the_log
def test_a_day_vouches_for_nothing_before_it_is_over(superuser):
    filled(5)
    today = ask("measures/")
    assert ask("measures/", **{"If-Modified-Since": today["Last-Modified"]}).status_code == 200
    superuser.execute("""UPDATE audits_openchange SET "on" = '2024-03-05'""")
    over = datetime(2024, 3, 6, tzinfo=ZoneInfo("Asia/Phnom_Penh")).astimezone(UTC)
    for path in ("measures/", "measures.csv", "changes/"):
        assert ask(path)["Last-Modified"] == http_date(over.timestamp())
        for seconds, status in ((0, 304), (60, 304), (-1, 200)):
            since = http_date(over.timestamp() + seconds)
            assert ask(path, **{"If-Modified-Since": since}).status_code == status
        both = {"If-Modified-Since": http_date(over.timestamp()), "If-None-Match": '"another"'}
        assert ask(path, **both).status_code == 200, "If-None-Match alone decides"
    assert ask("measures/", **{"If-Modified-Since": "yesterday"}).status_code == 200


def test_compression_is_given_to_who_takes_it():
    filled(50)
    for path in ("measures/", "measures.csv", "measures.ndjson", "changes.ndjson", "dictionary.csv"):
        plain = ask(path)
        for header, is_packed in (
            ("gzip", True),
            ("br;q=1.0, gzip;q=0.2", True),
            ("*", True),
            ("gzip;q=0", False),
            ("identity, gzip;q=0.5", False),
            ("identity;q=0.5, gzip;q=1", True),
            ("br", False),
            ("gzip;q=none", False),
        ):
            answer = ask(path, **{"Accept-Encoding": header})
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert (answer.get("Content-Encoding") == "gzip") == is_packed, (path, header)
            assert answer["Content-Length"] == str(len(content))
            assert "Accept-Encoding" in answer["Vary"]
            if is_packed:
                assert answer["ETag"] != plain["ETag"]
                content = gzip.decompress(content)
            else:
                assert answer["ETag"] == plain["ETag"]
            if path == "measures.csv":
                assert len(content.splitlines()) == 51


def test_pages_of_others_may_ask_and_nobody_is_known():
    filled(5)
    client = Client(headers={"accept-language": "en", "origin": "https://example.org"})
    client.cookies["session"] = client.cookies["language"] = "km"
    for path in ("", "measures/", "measures.csv", "nowhere/", "measures/?x=1"):
        got, head = client.get(API + path), client.head(API + path)
        assert got["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in got["Access-Control-Expose-Headers"]
        assert not got.cookies
        assert "Cookie" not in got["Vary"]
        assert head.status_code == got.status_code
        assert not head.content
        assert head.get("ETag") == got.get("ETag")
        text_of(got)  # closes what was opened
    allowed = client.options(f"{API}measures/")
    assert allowed.status_code == 204
    assert "GET" in allowed["Access-Control-Allow-Methods"]
    assert "Authorization" in allowed["Access-Control-Allow-Headers"]
    for method in ("post", "put", "patch", "delete", "trace"):
        refused = getattr(client, method)(f"{API}measures/")
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert refused["Content-Type"] == "application/problem+json"
    assert "read" in refused.json()["detail"], "the language of the header, not of a cookie"


def test_nothing_is_asked_of_the_record_and_nothing_undisclosed_can_be_read(
    superuser, django_assert_num_queries
):
    filled(5)
    with django_assert_num_queries(0), django_assert_num_queries(0, using="open_data"):
        for path in (
            "",
            "measures/",
            "changes/",
            "dictionary/",
            "openapi.json",
            "measures.csv",
            "places/01/",
        ):
            text_of(ask(path))

    role = over_a_connection(lambda line: line.execute("SELECT current_user").fetchone()[0])
    tables = superuser.execute(
        "SELECT array_agg(oid::regclass::text) FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p', 'v', 'm') AND has_any_column_privilege(%s, oid, 'SELECT')",
        [role],
    ).fetchone()[0]
    assert role == "open_data"
    disclosed = {one.table for one in COLLECTIONS.values()} | {"audits_openchange", "audits_opennotice"}
    assert disclosed < set(tables)
    assert set(tables) - disclosed == {"audits_openkey"}, "of keys the columns that tell one that works"
    for one in dictionary()["collections"]:
        names = [field["name"] for field in one["fields"]]
        assert names == list(COLLECTIONS[one["name"]].model.columns)
        for row in said(f"{one['name']}/")["data"]:
            assert list(row) == names
        assert text_of(ask(f"{one['name']}.csv")).splitlines()[0] == ",".join(names)
    assert "through" not in text_of(ask("measures.ndjson")), "which batch it came out with is not public"


REFUSED = (
    ("nowhere/", 404),
    ("nowhere.csv", 404),
    ("measures", 404),
    ("measures.xlsx", 404),
    ("measures/abc", 404),
    ("measures/abc/", 404),
    ("measures/abc/def/", 404),
    ("measures/%00/", 404),
    ("measures/%ff/", 404),
    (f"measures/{'a' * 81}/", 404),
    ("../v1/measures/", 404),
    ("measures/?x=1", 400),
    ("measures/?through=2025-12-31", 400),
    ("measures/?id=abc", 400),
    ("measures/?order_by=id", 400),
    ("measures/?limit=0", 400),
    ("measures/?limit=1001", 400),
    ("measures/?limit=1e2", 400),
    ("measures/?limit=٣", 400),
    ("measures/?limit=1&limit=2", 400),
    ("measures/?year=2024.5", 400),
    ("measures/?year=99999999999999", 400),
    ("measures/?year=", 400),
    ("measures/?month=2024-13", 400),
    ("measures/?measure=exile", 400),
    ("measures/?fields=", 400),
    ("measures/?fields=through", 400),
    ("measures/?fields=*", 400),
    ("measures/?province=%00", 400),
    ("measures/?province=%ff", 400),
    (f"measures/?province={'1,' * 60}1", 400),
    (f"measures/?province={'1' * 5000}", 400),
    ("measures.csv?limit=1", 400),
    ("measures.csv?after=1", 400),
    ("changes/?after=-1", 400),
    ("changes/?after=9999999999999999999", 400),
    ("changes/?collection=officers", 400),
    ("figures/?as_of=yesterday", 400),
    ("notices/?after=%00", 400),
    ("measures/?api_key=1", 400),
    ("measures/?province=ok_12345678_secret", 400),
    ("?x=1", 400),
)


def test_what_is_refused_says_why_in_either_language_and_nothing_else():
    filled(2)
    for path, status in REFUSED:
        answers = [
            Client().get(API + path, headers={"accept-language": code}) for code in ("en", "km-KH, en;q=0.5")
        ]
        for answer in answers:
            assert answer.status_code == status, path
            assert answer["Content-Type"] == "application/problem+json"
            assert answer["Cache-Control"] == "no-store"
            assert set(answer.json()) <= {"type", "title", "status", "detail", "parameter", "parameters"}
            assert "SELECT" not in answer.json()["detail"]
            assert "audits_" not in answer.json()["detail"]
    assert "year, month, province" in ask("measures/?x=1").json()["detail"]


INJECTIONS = (
    "' OR '1'='1",
    "'; SELECT pg_sleep(9); --",
    "12') UNION SELECT digest FROM audits_openkey --",
    "\\",
    "%s",
    "$1",
    "{1,2}",
    '"',
    "1::int",
    "\u202e",
    "%(names)s",
)


def test_what_is_sent_is_never_part_of_a_statement():
    rows = filled(20)
    for one in COLLECTIONS.values():
        names = [*(field.name for field in one.filters), "fields", "limit", "after"]
        for text in INJECTIONS:
            for kind in ("/", ".csv", ".ndjson"):
                for name in names:
                    answer = Client().get(f"{API}{one.name}{kind}", {name: text})
                    assert answer.status_code in (200, 400), (one.name, name, text)
                    content = text_of(answer)
                    if answer.status_code == 200 and name != "after":
                        assert content.count("\n") <= 1, "nothing has that value"
            answer = Client().get(f"{API}{one.name}/{quote(text)}/")
            assert answer.status_code == 404
    several = Client().get(f"{API}measures/", {"province": '03,"},{",\\,04'})
    assert {row["province"] for row in several.json()["data"]} == {"03", "04"}
    assert len(rows) == OpenMeasure.objects.count()


def test_a_lost_connection_is_noticed_by_nobody(superuser):
    filled(20)
    paths = ("", "measures/", "measures.csv", "changes.ndjson", "places/01/", "figures/", "notices/")
    for path in paths * 2:
        text_of(ask(path))
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'open_data'"
        )
        assert ask(path).status_code == 200, path
    connections["open_data"].close()
    assert connection.vendor == "postgresql"
