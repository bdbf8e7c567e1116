"""What every view of the API has in common: it translates, calls one action, and translates back."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from foundation.api.headers import idempotency_key
from foundation.limits.counting import Allowance, Limit
from ledger.answering import Answering, answering, fingerprint
from ledger.reading import note_read
from officers.api.authentication import InScope, KeyAuthentication
from officers.models import ApiKey
from officers.models.api_keys import Scope

PER_KEY = Limit("api-key", 600, timedelta(minutes=1))
PER_ACCOUNT = Limit("api-account", 1200, timedelta(minutes=1))

SAFE = ("GET", "HEAD", "OPTIONS")


class Door(GenericViewSet):
    """Base of the views.

    `rows` is every row with what the answer needs; each read filters it by `visible_to`. `sensitive` are the
    fields of a person that an answer shows: with them the look is noted.
    """

    authentication_classes = [KeyAuthentication, SessionAuthentication]
    permission_classes = [IsAuthenticated, InScope]
    metadata_class = None
    scope_to_read: Scope | None = None
    scope_to_write: Scope | None = None
    sensitive: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    reads_whole_body = True
    _allowance: Allowance | None = None

    def rows(self) -> QuerySet[Any]:
        """What this door leads to, before it is asked who looks. A door without records has none."""
        raise LookupError(f"{type(self).__name__} leads to no records")

    def visible(self) -> QuerySet[Any]:
        return self.rows().visible_to(self.request.user)  # type: ignore[attr-defined]

    def scope_of(self, method: str | None) -> Scope | None:
        """The scope a key needs for a method."""
        return self.scope_to_read if method in SAFE else self.scope_to_write

    @property
    def may_write(self) -> bool:
        """Whether the caller's key, if any, would let a write through: `verbs` promises no more than that."""
        key = self.request.auth
        return not isinstance(key, ApiKey) or self.scope_to_write in key.scopes

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        # Read before rest_framework's parser empties the stream: the fingerprint is over the bytes as sent.
        if self.reads_whole_body:
            request.body  # noqa: B018
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self._speak()
        super().initial(request, *args, **kwargs)
        self._speak(request.user.language)  # type: ignore[union-attr]
        if isinstance(request.auth, ApiKey):
            self._allowance = PER_KEY.take(request.auth.prefix)
        of_account = PER_ACCOUNT.take(str(request.user.pk))
        if self._allowance is None or of_account.remaining < self._allowance.remaining:
            self._allowance = of_account
        self._refuse_unknown_parameters()

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self._allowance is not None:
            response["RateLimit-Limit"] = str(self._allowance.limit)
            response["RateLimit-Remaining"] = str(self._allowance.remaining)
            response["RateLimit-Reset"] = str(self._allowance.reset)
        if response.status_code < 300 and isinstance(response.data, dict) and "version" in response.data:
            response["ETag"] = f'"{response.data["version"]}"'
        response["Cache-Control"] = "no-store"
        return response

    # Reads.

    def listed(self) -> Response:
        """A page of what the caller may see, filtered as he asks."""
        query = self.request.query_params
        rows = self.paginate_queryset(self.filter_queryset(self.visible()))
        if self.sensitive:
            note_read(
                self.request.user,
                "searched" if query.get("q") else "listed",
                self.table,
                fields=self.sensitive,
                query=dict(query.items()),
            )
        return self.get_paginated_response(self.shown(rows or [], many=True))

    def opened(self, pk: int, out: type[Serializer] | None = None) -> Response:
        """:raises Http404: if there is none that the caller may see"""
        row = self.visible().filter(pk=pk).first()
        if row is None:
            raise Http404
        if self.sensitive:
            note_read(self.request.user, "opened", self.table, row.pk, fields=self.sensitive)
        return Response(self.shown(row, out=out))

    @property
    def table(self) -> str:
        return self.rows().model._meta.db_table

    def shown(self, rows: Any, *, many: bool = False, out: type[Serializer] | None = None) -> Any:
        """A row, or several, in the form of the answer."""
        serializer = (out or self.get_serializer_class())(
            rows, many=many, context=self.get_serializer_context()
        )
        return [dict(row) for row in serializer.data] if many else dict(serializer.data)

    # Writes.

    def given(self, serializer_class: type[Serializer]) -> dict[str, Any]:
        """The body, checked for its form. The version is read by `foundation.api.headers.version_of`.

        :raises ValidationError: by field
        """
        serializer = serializer_class(
            data=self.request.data,
            context=self.get_serializer_context(),
            partial=self.request.method == "PATCH",
        )
        serializer.is_valid(raise_exception=True)
        return {name: value for name, value in serializer.validated_data.items() if name != "version"}

    def answer(
        self,
        run: Callable[[], Any],
        status: int = 200,
        *,
        out: type[Serializer] | None = None,
        render: Callable[[Any], Any] | None = None,
    ) -> Response:
        """Call one action and show its row, once for each Idempotency-Key.

        The row is read anew, so that an answer to a write looks like the answer to a read after it.
        """

        def rendered(result: Any) -> tuple[int, Any]:
            if render is not None:
                return status, render(result)
            return status, self.shown(self.rows().get(pk=result.pk), out=out)

        key = idempotency_key(self.request)
        if key is None:
            code, body = rendered(run())
            return Response(body, code)
        account: Any = self.request.user
        request = Answering(account.pk, key, self._fingerprint(), rendered)
        with answering(request):
            run()
        replayed = {"Idempotency-Replayed": "true"} if request.replayed else None
        return Response(request.body, request.status, headers=replayed)

    def _fingerprint(self) -> bytes:
        request = self.request._request
        return fingerprint(
            (request.method or "").encode(),
            request.get_full_path().encode(),
            request.headers.get("If-Match", "").encode(),
            request.body,
        )

    def _speak(self, otherwise: str = "") -> None:
        """Answer in the language of the request; failing that, of the user."""
        request = self.request._request
        asked = "Accept-Language" in request.headers or settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        translation.activate(
            translation.get_language_from_request(request) if asked or not otherwise else otherwise
        )

    def _refuse_unknown_parameters(self) -> None:
        """A misspelt filter must not silently list everything."""
        query = self.request.query_params
        errors = {
            name[:100]: [ErrorDetail(_("There is no such parameter."), code="unknown")]
            for name in query
            if name not in self._known_parameters()
        }
        errors |= {
            name[:100]: [ErrorDetail(_("This parameter stands here twice."), code="twice")]
            for name in query
            if len(query.getlist(name)) > 1 and name not in errors
        }
        errors |= {
            name: [ErrorDetail(_("Give this parameter a value or leave it out."), code="blank")]
            for name, value in query.items()
            if not value and name not in errors
        }
        if errors:
            raise ValidationError(errors)

    def _known_parameters(self) -> Iterable[str]:
        if self.paginator is None or self.action != "list":
            return self.parameters
        filters = getattr(self, "filterset_class", None)
        return ("after", "before", "limit", *(filters.base_filters if filters else ()))
