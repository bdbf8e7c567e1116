"""Nothing of the record that is not disclosed stands in any answer to the public, in whatever way it is asked."""

import gzip
import itertools
import json
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection, models
from django.urls import get_resolver

from audits.actions.publishing.measures import publish_measures
from audits.actions.publishing.references import publish_references
from audits.models import OpenChange, OpenMeasure
from audits.queries.disclosure import COLLECTIONS, SOURCES, Shown
from cases.models import Complaint
from ledger.actors import CLOCK
from ledger.guard import audited_tables
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.dismissals import Road
from tests.open_attack.listed import found_in_a_list, void
from tests.results import Way

pytestmark = pytest.mark.django_db(
    transaction=True, databases=["default", "auditor", "sequencer", "open_data"]
)

API = "/api/open/v1/"
CANARY = "កាណារីមាស"
#: Texts that are on the record and mean nothing: they would be found in any page.
WORDS = {
    "test",
    "clock",
    "true",
    "false",
    "system",
    "ministry",
    "units",
    "unit",
    "measure",
    "place",
    "prakas",
}
#: A moment of the day: dates alone are public.
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")


@pytest.fixture(autouse=True)
def _no_limit(settings):
    settings.OPEN_LIMIT_ANONYMOUS = (1_000_000, timedelta(minutes=1))


def record_something() -> None:
    """People, cases, complaints, tests and audits, with texts that nobody may find; and enough to be published."""
    road = Road()
    officer = road.officer(
        name_km=f"{CANARY} ប្រុស", name_latin="Canarius Goldfinch", service_number="774411990"
    )
    case = road.decided(road.opened(officer))
    Bench().issued(about="case", row_id=case.pk, unit_id=road.unit.pk)
    make.complaint(
        named=[road.unit],
        narrative=f"{CANARY}: behind the yellow house the canary sings.",
        happened="On the day of the canary",
    )
    way = Way(road.unit)
    way.sent(make.non_negative(way.administrator, specimen_number="SP-CANARY-1"))
    make.user(Role.AUDITOR, name_latin="Canary Auditor", name_km=CANARY, email="canary@example.org")
    rows = found_in_a_list(
        14, name_km=CANARY, remark=f"{CANARY} remark", source="The canary list", number="C-774411"
    )
    found_in_a_list(3, name_latin="Canary Hidden", province="03", rank="CANARY RANK")
    publish()
    void(rows[0])


def publish() -> None:
    publish_references(CLOCK)
    publish_measures(CLOCK)


def addresses() -> list[str]:
    """Each page and each way to ask, the wrong ones too."""
    found = [API, f"{API}dictionary/", f"{API}dictionary.csv", f"{API}openapi.json", f"{API}changes/"]
    found += [f"{API}changes.ndjson", f"{API}changes/?after=3&limit=5", f"{API}changes/?collection=measures"]
    found += [f"{API}{wrong}" for wrong in ("officers/", "measures", "measures/nobody/", "complaints/?x=1")]
    for name, collection in COLLECTIONS.items():
        found += [
            f"{API}{name}{end}" for end in ("/", ".csv", ".ndjson", "/?limit=1", "/?limit=0", "/?after=zzz")
        ]
        found += [f"{API}{name}/?fields={field.name}" for field in collection.fields]
        for field in collection.filters:
            for value in sorted(
                {str(v) for v in collection.model._base_manager.values_list(field.name, flat=True)}
            )[:1]:
                found += [
                    f"{API}{name}/?{field.name}={quote(value)}",
                    f"{API}{name}.csv?{field.name}={quote(value)}",
                ]
            found += [f"{API}{name}/?{field.name}=CANARY%27--", f"{API}{name}/?{field.name}="]
        # What is hidden is no way to ask, or to sort.
        found += [
            f"{API}{name}/?{word}=officer"
            for word in ("order", "sort", "officer", "service_number", "through")
        ]
        found += [
            f"{API}{name}/{quote(key)}/"
            for key in list(collection.model._base_manager.values_list("pk", flat=True))[:1]
        ]
    return found + pages()


def pages() -> list[str]:
    """Every public page that needs no more than an address, in both languages; and those of units."""
    routes = []
    for one in get_resolver().url_patterns:
        for route in getattr(one, "url_patterns", [one]):
            path = f"/{one.pattern}{route.pattern}" if route is not one else f"/{one.pattern}"
            if path.startswith("/open/"):
                routes.append(path)
    codes = COLLECTIONS["units"].model._base_manager.values_list("pk", flat=True)[:1]
    found = [path for path in routes if "<" not in path]
    found += [
        re.sub("<[^>]+>", quote(code), path) for path, code in itertools.product(routes, codes) if "<" in path
    ]
    return [f"{path}?lang={language}" for path in found for language in ("en", "km")]


def told(answer) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
    return f"{headers} {body.decode()}"


def secrets() -> set[str]:
    """Each text of the record that the disclosure layer does not call open, from every column of every table."""
    with connection.cursor() as cursor:
        found: set[str] = set()
        for table, model in audited_tables().items():
            for field in model._meta.concrete_fields:
                source = SOURCES.get(f"{table}.{field.column}")
                if field.is_relation or field.choices or (source and source.shown == Shown.OPEN):
                    continue
                if isinstance(field, models.CharField | models.TextField):
                    cursor.execute(
                        f'SELECT DISTINCT "{field.column}" FROM "{table}" WHERE length("{field.column}") > 5'
                    )
                    found |= {text for (text,) in cursor.fetchall()}
    return found


def public() -> set[str]:
    """Whatever stands in a public row is public, wherever else it may stand."""
    found = set()
    for collection in COLLECTIONS.values():
        for row in collection.model._base_manager.values():
            found |= {str(value) for value in row.values()}
    fields = {field.name for collection in COLLECTIONS.values() for field in collection.fields}
    return found | set(COLLECTIONS) | fields | set(OpenChange.objects.values_list("row", flat=True))


def test_no_answer_holds_a_text_of_the_record(client, subtests):
    record_something()
    publish()
    assert OpenMeasure.objects.count() >= 10
    assert OpenChange.objects.filter(kind="retracted").exists()
    hidden = {text for text in secrets() - public() if text.lower() not in WORDS}
    assert {f"{CANARY} ប្រុស", "774411990", "The canary list", "C-774411"} <= hidden
    assert any("yellow house" in text for text in hidden)
    asked = addresses()
    assert len(asked) > 150
    for address in asked:
        answer = client.get(address, headers={"Accept-Encoding": "gzip", "Accept-Language": "km"})
        assert answer.status_code < 500, address
        said = told(answer)
        with subtests.test(address):
            assert [text for text in hidden if text in said] == []
            assert "canary" not in said.lower().replace("canary'--", "").replace("canary%27--", "")
            assert not (address.startswith(API) and MOMENT.search(said))


def test_what_is_not_public_changes_no_answer_and_no_validator(client):
    record_something()
    publish()
    asked = [address for address in addresses() if "limit=1" not in address]

    def all_told() -> dict[str, str]:
        return {address: re.sub("'RateLimit.*?', '", "'", told(client.get(address))) for address in asked}

    before = all_told()
    record_more()
    after = all_told()
    for address in asked:
        assert without_limits(after[address]) == without_limits(before[address]), address
    for address in asked:
        tag = re.search(r"'ETag': '(\"[0-9a-f]+\")'", before[address])
        if tag and address.startswith(API):
            assert client.get(address, headers={"If-None-Match": tag[1]}).status_code == 304, address


def record_more() -> None:
    """Acts of every kind that nobody outside may notice; nothing of them is published yet."""
    road = Road()
    road.decided()
    make.complaint(named=[road.unit])
    make.test()
    found_in_a_list(4, kind="demotion")
    assert Complaint.objects.exists()


def without_limits(said: str) -> str:
    """Without what counts the asking, and without what is signed anew each time: a page's cursor, a form's token."""
    said = re.sub(r"'(X-)?RateLimit[^']*': '[^']*',? ?", "", said)
    signed = re.compile(r"after=Wy[^\"]+|value=\"[\w=-]{40,}\"")
    if signed.search(said):
        said = re.sub(r"'ETag': '[^']*'|'Content-Length': '[^']*'", "", signed.sub("", said))
    return said


def test_a_key_that_was_taken_back_is_answered_as_one_that_never_was(client):
    record_something()
    publish()
    gone = OpenChange.objects.filter(kind="retracted").first().row
    answers = [client.get(f"{API}measures/{key}/") for key in (gone, "f" * len(gone))]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    line = json.loads(client.get(f"{API}changes/?collection=measures&limit=1000").content)
    of_gone = [one for one in line["data"] if one["id"] == gone]
    assert [one["record"] for one in of_gone] == [None, None]
    assert "event_id" not in of_gone[0]
