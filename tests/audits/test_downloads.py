"""The downloads in the programs that people have: pandas, DuckDB and Datasette, as docs/downloads.md says."""

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas
import pytest
from datasette.app import Datasette
from django.db import transaction

from audits.actions.publishing.measures import publish_measures
from audits.actions.publishing.references import publish_references
from audits.models import OpenCoverage, OpenMeasure, OpenPlace, OpenUnit
from audits.queries.disclosure import COLLECTIONS
from ledger.actors import CLOCK
from tests import make
from tests.audits.acting_at_random import put
from tests.audits.test_mirror import run
from tests.audits.test_publishing_measures import found_in_a_list
from tests.serving import serving

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "open_data"])

PUBLIC = (OpenMeasure, OpenPlace, OpenUnit, OpenCoverage)


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """A folder with the downloads, the dictionary, and a copy by `tools/mirror.py`."""
    make.unit(name_km='ប៉ុស្តិ៍ "ទី៨", ភ្នំពេញ', name_latin="Post 8")
    publish_references(CLOCK)
    with transaction.atomic():
        found_in_a_list(12, province="08")
        found_in_a_list(10, province="")
        found_in_a_list(4, province="25", kind="demotion", effective_on=date(2024, 5, 1))
        found_in_a_list(9, province="01", kind="demotion", rank="CPT")
    publish_measures(CLOCK)
    about = {"year": 2024, "level": 1, "published_on": date(2026, 1, 1)}
    put(
        OpenCoverage,
        {
            "2024.P-08": about | {"unit": "P-08", "strength": 120, "tested": 100},
            "2024.C-01": about | {"unit": "C-01", "strength": None, "tested": None},
        },
    )
    with serving() as server:
        for model in PUBLIC:
            for kind in ("csv", "ndjson"):
                answer = server.ask("GET", f"/api/open/v1/{model.collection}.{kind}")
                assert answer.status == 200
                (tmp_path / f"{model.collection}.{kind}").write_bytes(answer.content)
        (tmp_path / "dictionary.json").write_bytes(server.ask("GET", "/api/open/v1/dictionary/").content)
        assert run(f"{server.address}/api/open/v1/", tmp_path / "copy.sqlite").returncode == 0
    return tmp_path


def rows_of(model: Any) -> list[dict[str, Any]]:
    """As they are, a day as JSON has it."""
    return [
        {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
        for row in model.objects.order_by("id").values(*model.columns)
    ]


def test_pandas_reads_lines_of_json_and_csv_by_the_dictionary(downloads):
    dictionary = json.loads((downloads / "dictionary.json").read_text())
    for model in PUBLIC:
        name = model.collection
        (fields,) = (one["fields"] for one in dictionary["collections"] if one["name"] == name)
        types = {field["name"]: {"integer": "Int64"}.get(field["type"], "string") for field in fields}

        lines = pandas.read_json(downloads / f"{name}.ndjson", lines=True, dtype_backend="numpy_nullable")
        table = pandas.read_csv(downloads / f"{name}.csv", dtype=types)

        for frame in (lines, table):
            found = frame.astype(object).where(frame.notna(), None).to_dict("records")
            assert sorted(found, key=lambda row: row["id"]) == rows_of(model), name
            assert {
                column: str(kind) for column, kind in frame.dtypes.items() if frame[column].notna().any()
            } == {column: kind for column, kind in types.items() if frame[column].notna().any()}


def test_duckdb_reads_both_as_they_are(downloads):
    for model in PUBLIC:
        name = model.collection
        for reading in (
            f"read_ndjson('{downloads}/{name}.ndjson')",
            f"read_csv_auto('{downloads}/{name}.csv')",
        ):
            with duckdb.connect() as base:
                shown = base.sql(f"SELECT * FROM {reading} ORDER BY id")
                types = dict(zip(shown.columns, map(str, shown.types), strict=True))
                found = [dict(zip(shown.columns, row, strict=True)) for row in shown.fetchall()]
            plain = [
                {key: value.isoformat() if isinstance(value, date) else value for key, value in row.items()}
                for row in found
            ]
            assert plain == rows_of(model), reading
            for field in COLLECTIONS[name].fields:
                if any(row[field.name] is not None for row in found):
                    wanted = {"integer": "BIGINT", "date": "DATE"}.get(field.type, "VARCHAR")
                    assert types[field.name] == wanted, (reading, field.name)


def test_datasette_shows_the_copy_as_it_is(downloads):
    async def read() -> dict[str, Any]:
        shown = Datasette([str(downloads / "copy.sqlite")], settings={"max_returned_rows": 5000})
        found = {}
        for model in PUBLIC:
            path = f"/copy/{model.collection}.json?_shape=array&_size=5000&_sort=id"
            answer = await shown.client.get(path)
            assert answer.status_code == 200, answer.text
            found[model.collection] = answer.json()
        page = await shown.client.get("/copy/units?_search=x")
        assert page.status_code == 200
        return found

    found = asyncio.run(read())
    for model in PUBLIC:
        assert found[model.collection] == rows_of(model)
