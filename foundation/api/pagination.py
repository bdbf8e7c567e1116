"""Lists of the API, in pages by key."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from foundation.web.keyset import BadCursor, Keyset, Page


class KeysetPagination(BasePagination):
    """The view says its order: `keyset_order = ("-created_at", "id")`, which ends with the primary key."""

    usual = 50
    most = 200

    _page: Page[Any]
    _url: str

    def paginate_queryset(  # type: ignore[override]  # a list in memory has no keys
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        params = request.query_params
        try:
            self._page = Keyset(
                queryset,
                order=view.keyset_order,  # type: ignore[union-attr]
                limit=self._limit(params),
                after=params.get("after"),
                before=params.get("before"),
            ).page()
        except BadCursor as error:
            field = "before" if params.get("before") else "after"
            raise ValidationError({field: [str(error)]}, code="cursor") from None
        self._url = request.build_absolute_uri()
        return self._page.rows

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        links = {
            "next": self._link("after", self._page.next),
            "previous": self._link("before", self._page.previous),
        }
        header = ", ".join(
            f'<{url}>; rel="{name}"'
            for name, url in (("next", links["next"]), ("prev", links["previous"]))
            if url
        )
        return Response({"results": data, **links}, headers={"Link": header} if header else None)

    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri", "example": None}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        cursor = {"type": "string", "pattern": r"^[A-Za-z0-9_:.-]+$"}
        limit = {"type": "integer", "minimum": 1, "maximum": self.most, "default": self.usual}
        return [
            {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
            for name, description, schema in (
                ("after", "Page marker out of `next`; not together with `before`.", cursor),
                ("before", "Page marker out of `previous`.", cursor),
                ("limit", "Rows in a page.", limit),
            )
        ]

    def _limit(self, params: Mapping[str, str]) -> int:
        text = params.get("limit", "")
        if not text:
            return self.usual
        if text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= self.most:
            return int(text)
        message = _("A page has from 1 to %(most)d rows.") % {"most": self.most}
        raise ValidationError({"limit": [message]}, code="limit")

    def _link(self, name: str, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        url = self._url
        for other in ("after", "before"):
            url = remove_query_param(url, other)
        return replace_query_param(url, name, cursor)
