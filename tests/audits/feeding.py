"""A server of open data that does as it is told: what `tools/mirror.py` meets beside the real one."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

UNITS = {"id": "string", "name_km": "string", "place": "string", "rows": "integer"}


class Feed:
    """Rows, the lines about them, and what to answer before anything else."""

    def __init__(self) -> None:
        self.fields: dict[str, dict[str, str]] = {"units": dict(UNITS)}
        self.rows: dict[str, dict[str, dict[str, Any]]] = {"units": {}}
        self.lines: list[dict[str, Any]] = []
        #: (status, headers, body) of answers to come, before the true ones.
        self.first: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        #: What `next` says of where the server is.
        self.says_it_is = ""

    def put(self, collection: str, key: str, **values: Any) -> None:
        record = dict.fromkeys(self.fields[collection]) | {"id": key} | values
        self._line(collection, key, "corrected" if key in self.rows[collection] else "added", record)
        self.rows[collection][key] = record

    def retract(self, collection: str, key: str) -> None:
        self._line(collection, key, "retracted", None)
        del self.rows[collection][key]

    def _line(self, collection: str, key: str, kind: str, record: dict[str, Any] | None) -> None:
        seq, revision = len(self.lines) * 3 + 1, 1  # a rollback leaves numbers out
        for line in self.lines:
            if (line["collection"], line["id"], line["superseded_by"]) == (collection, key, None):
                line.update(record=None, superseded_by=seq)
                revision = line["revision"] + 1
        self.lines.append(
            {
                "seq": seq,
                "collection": collection,
                "id": key,
                "kind": kind,
                "revision": revision,
                "on": "2026-01-05",
                "record": record,
                "superseded_by": None,
            }
        )

    def answer(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        limit = int(query.get("limit", 100))
        name = path.rstrip("/").rsplit("/", 1)[-1]
        if name == "dictionary":
            return dictionary(self.fields)
        if name == "changes":
            after = int(query.get("after", 0))
            data = [line for line in self.lines if line["seq"] > after]
            last = self.lines[-1]["seq"] if self.lines else 0
            return self._page(path, data, limit, "seq", "after") | {"last_seq": last}
        rows = sorted(self.rows[name].values(), key=lambda row: row["id"])
        data = [row for row in rows if row["id"] > query.get("cursor", "")]
        return self._page(path, data, limit, "id", "cursor")

    def _page(self, path: str, data: list[Any], limit: int, key: str, word: str) -> dict[str, Any]:
        more = len(data) > limit
        following = urlencode({word: data[limit - 1][key], "limit": limit}) if more else ""
        return {"data": data[:limit], "next": f"{self.says_it_is}{path}?{following}" if more else None}


def dictionary(fields: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The data dictionary as the API has it, of these fields."""
    return {
        "collections": [
            {"name": name, "fields": [{"name": field, "type": type_} for field, type_ in columns.items()]}
            for name, columns in fields.items()
        ]
    }


@contextmanager
def feeding(feed: Feed) -> Iterator[str]:
    """The address of a server that answers from it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            feed.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            if feed.first:
                status, headers, body = feed.first.pop(0)
            else:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                body = gzip.compress(json.dumps(feed.answer(parts.path, query)).encode())
                status, headers = 200, {"Content-Encoding": "gzip"}
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/open/v1/"
    finally:
        server.shutdown()
        server.server_close()
