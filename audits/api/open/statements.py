"""The statements: JSON and CSV as PostgreSQL makes them. Names come from the code, values are bound."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from audits.api.open.asking import Asked
from audits.queries.disclosure import COLLECTIONS, Collection, Field

#: A field's type in an array that it is compared with.
_ARRAYS = {"integer": "int[]", "number": "numeric[]", "date": "date[]", "boolean": "boolean[]"}
_CHANGE = 'seq, collection, "row" AS id, kind, revision, "on", record, superseded_by'
#: CSV that quotes nothing: a line of JSON has neither of these, nor a line break.
_LINES = r"(FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')"
#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA = r"'^[=+\-@\t\r]'"

#: Between, where `=` would mean the same: with `=` the planner may walk the whole feed backwards for a collection that
#: seldom changes, since then the order by collection says nothing to it.
_LAST = (
    'SELECT seq, "on"::text AS on FROM audits_openchange WHERE collection BETWEEN {0} AND {0} '
    "ORDER BY collection, seq DESC LIMIT 1"
)
_LAST_OF_ALL = 'SELECT seq, "on"::text AS on FROM audits_openchange ORDER BY seq DESC LIMIT 1'
#: Number and day of the last change; nulls before the first.
_STATE = "SELECT state.seq, state.on FROM (SELECT) one LEFT JOIN ({}) state ON true"
LAST_OF_ALL = _STATE.format(_LAST_OF_ALL)
LAST_OF_EACH = (
    "SELECT json_object_agg(c, CASE WHEN s.seq IS NOT NULL THEN json_build_object('seq', s.seq, 'on', s.on) END)::text "
    f"FROM unnest($1::text[]) c LEFT JOIN LATERAL ({_LAST.format('c')}) s ON true"
)


def last_of(name: str) -> str:
    return _STATE.format(_LAST.format(_literal(name)))


def page(name: str, asked: Asked) -> tuple[str, tuple[Any, ...]]:
    """One row: JSON of the rows, the key after which the next page begins or null, number and day of the last change.

    All in one snapshot, so that an ETag and the rows it stands for agree.
    """
    several = tuple((field, len(values) > 1) for field, values in asked.filters)
    statement = _page(name, asked.fields, several, asked.limit, asked.after is not None)
    after = [] if asked.after is None else [asked.after]
    return statement, (*after, *(_bound(values) for _field, values in asked.filters))


@lru_cache(512)
def _page(
    name: str,
    fields: tuple[str, ...],
    several: tuple[tuple[str, bool], ...],
    limit: int,
    is_after: bool,
) -> str:
    collection = COLLECTIONS[name]
    kept = _conditions(collection, several, first=1 + is_after)
    first = " AND ".join(["id > $1"] * is_after + kept) or "true"
    rest = " AND ".join(["id > page.last", *kept])
    return (
        "WITH page AS MATERIALIZED (SELECT string_agg(row_to_json(r)::text, ',') AS data, count(*) AS n, "
        f"max(s.key) AS last FROM (SELECT id AS key, {_names(fields)} FROM {collection.table} "
        f"WHERE {first} ORDER BY id LIMIT {limit:d}) s, LATERAL (SELECT {_names(fields, 's.')}) r) "
        f"SELECT data, CASE WHEN n = {limit:d} AND (SELECT 1 FROM {collection.table} WHERE {rest} ORDER BY id LIMIT 1) "
        "IS NOT NULL THEN last END, seq, state.on FROM page LEFT JOIN "
        f"({_LAST.format(_literal(name))}) state ON true"
    )


def row(name: str, key: str) -> tuple[str, tuple[Any, ...]]:
    """One row: JSON of the row with this key or null, number and day of the last change of its collection."""
    collection = COLLECTIONS[name]
    names = _names([one.name for one in collection.fields])
    return (
        f"SELECT (SELECT row_to_json(r)::text FROM (SELECT {names} FROM {collection.table} WHERE id = $1) r), "
        f"state.seq, state.on FROM (SELECT) one LEFT JOIN ({_LAST.format(_literal(name))}) state ON true",
        (key,),
    )


def changes(asked: Asked) -> tuple[str, tuple[Any, ...]]:
    """As `page`, of lines of the feed; the last change is that of all collections."""
    where = " AND collection = ANY($2::text[])" if asked.filters else ""
    return (
        "WITH page AS MATERIALIZED (SELECT string_agg(row_to_json(r)::text, ',') AS data, count(*) AS n, "
        f"max(r.seq) AS last FROM (SELECT {_CHANGE} FROM audits_openchange WHERE seq > $1{where} "
        f"ORDER BY seq LIMIT {asked.limit:d}) r) "
        f"SELECT data, CASE WHEN n = {asked.limit:d} AND (SELECT 1 FROM audits_openchange WHERE seq > page.last{where} "
        "ORDER BY seq LIMIT 1) IS NOT NULL THEN last::text END, seq, state.on "
        f"FROM page LEFT JOIN ({_LAST_OF_ALL}) state ON true",
        (asked.after, *_wanted(asked)),
    )


def all_changes(asked: Asked) -> tuple[str, tuple[Any, ...]]:
    where = " AND collection = ANY(%s::text[])" if asked.filters else ""
    of = f"SELECT {_CHANGE} FROM audits_openchange WHERE seq > %s{where} ORDER BY seq"
    return f"COPY (SELECT row_to_json(r) FROM ({of}) r) TO STDOUT {_LINES}", (asked.after, *_wanted(asked))


def all_rows(name: str, asked: Asked, kind: str) -> tuple[str, tuple[Any, ...]]:
    """All rows, for COPY, which binds nothing: psycopg writes the values into it as literals."""
    collection = COLLECTIONS[name]
    several = tuple((field, len(values) > 1) for field, values in asked.filters)
    where = " AND ".join(_conditions(collection, several, first=None)) or "true"
    values = tuple(_bound(values) for _field, values in asked.filters)
    if kind == "csv":
        chosen = [one for one in collection.fields if one.name in asked.fields]
        cells = ", ".join(_cell(one) for one in chosen)
        of = f"SELECT {cells} FROM {collection.table} WHERE {where} ORDER BY {collection.table}.id"
        return f"COPY ({of}) TO STDOUT (FORMAT csv, HEADER)", values
    of = f"SELECT {_names(asked.fields)} FROM {collection.table} WHERE {where} ORDER BY {collection.table}.id"
    return f"COPY (SELECT row_to_json(r) FROM ({of}) r) TO STDOUT {_LINES}", values


def _cell(one: Field) -> str:
    name = _quoted(one.name)
    if one.type == "boolean":
        return f"{name}::text AS {name}"  # as in JSON; COPY would write t and f
    if one.type != "string" or one.codes or one.is_filter or one.name == "id":
        return name
    return f"CASE WHEN {name} ~ {_FORMULA} THEN '''' || {name} ELSE {name} END AS {name}"


def _conditions(
    collection: Collection, several: Sequence[tuple[str, bool]], *, first: int | None
) -> list[str]:
    """:param first: the number of the first bound value; None where psycopg writes them in"""
    types = {one.name: one.type for one in collection.fields}
    kept = []
    for place, (name, is_any) in enumerate(several):
        bound = "%s" if first is None else f"${first + place}"
        value = f"ANY({bound}::{_ARRAYS.get(types[name], 'text[]')})" if is_any else bound
        kept.append(f"{_quoted(name)} = {value}")
    return kept


def _wanted(asked: Asked) -> list[Any]:
    return [list(values) for _name, values in asked.filters]


def _bound(values: tuple[Any, ...]) -> Any:
    return values[0] if len(values) == 1 else list(values)


def _names(names: Sequence[str], before: str = "") -> str:
    return ", ".join(f"{before}{_quoted(name)}" for name in names)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _literal(name: str) -> str:
    return f"'{name}'"
