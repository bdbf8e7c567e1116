"""The application with two others beside it, all in the same server: what the open data is compared with.

`/bare/` is no framework at all: the same rows as JSON straight from PostgreSQL. `/plain/` is what one writes without a
thought: a ModelSerializer with cursor pages; it is spared all middleware.
"""

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from rest_framework import generics, pagination, renderers, serializers

from audits.models import OpenMeasure
from audits.queries.disclosure import ALIAS, public
from config.wsgi import application as probity

LIMIT = 100
_COLUMNS = ", ".join(f'"{name}"' for name in OpenMeasure.columns)
# The key of the next page is asked for as well: without it there are no pages.
_PAGE = f"""
    SELECT string_agg(row_to_json(r)::text, ','), max(r.id) FROM (
      SELECT {_COLUMNS} FROM audits_openmeasure WHERE id > %s ORDER BY id LIMIT {LIMIT}) r
"""
_own = threading.local()


def _connection() -> "psycopg.Connection[Any]":
    if not hasattr(_own, "connection"):
        told = connections[ALIAS].settings_dict
        _own.connection = psycopg.connect(
            host=told["HOST"],
            port=told["PORT"] or None,
            user=told["USER"],
            password=told["PASSWORD"],
            dbname=told["NAME"],
            autocommit=True,
            prepare_threshold=0,
        )
    return _own.connection


def _bare(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    after = parse_qs(environ["QUERY_STRING"]).get("after", [""])[0]
    data, last = _connection().execute(_PAGE, [after]).fetchone()  # type: ignore[misc]
    body = f'{{"data":[{data}],"next":"{last}"}}'.encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


class _Out(serializers.ModelSerializer[OpenMeasure]):
    class Meta:
        model = OpenMeasure
        fields = OpenMeasure.columns


class _Pages(pagination.CursorPagination):
    page_size, ordering = LIMIT, "id"


class _Plain(generics.ListAPIView[OpenMeasure]):
    authentication_classes = permission_classes = throttle_classes = filter_backends = ()
    renderer_classes = (renderers.JSONRenderer,)
    serializer_class, pagination_class = _Out, _Pages

    def get_queryset(self) -> Any:
        return public(OpenMeasure)


_plain = _Plain.as_view()


def _serialized(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    response = _plain(WSGIRequest(environ)).render()
    start_response("200 OK", [*response.items(), ("Content-Length", str(len(response.content)))])
    return [response.content]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/bare/":
        return _bare(environ, start_response)
    if path == "/plain/":
        return _serialized(environ, start_response)
    return probity(environ, start_response)
