"""Answers without pages: one JSON object a line, sent while it is read (`Accept: application/x-ndjson`)."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

MEDIA_TYPE = "application/x-ndjson"


class LinesRenderer(JSONRenderer):
    """Chosen by `Accept`; by itself it renders refusals alone, which are JSON as ever."""

    media_type = MEDIA_TYPE
    format = "ndjson"
    charset = None


def wants_lines(request: Request) -> bool:
    renderer = getattr(request, "accepted_renderer", None)
    return isinstance(renderer, LinesRenderer)


def lines(rows: Generator[Any], shown: Callable[[Any], Any]) -> StreamingHttpResponse:
    """A line for each row. Nothing of it is kept in memory longer than it takes to send.

    Rows are closed with the answer, so that what they hold open ends when the reader goes away.
    """
    renderer = JSONRenderer()

    def each() -> Iterator[bytes]:
        with closing(rows):
            for row in rows:
                yield renderer.render(shown(row)) + b"\n"

    return StreamingHttpResponse(each(), content_type=MEDIA_TYPE)
