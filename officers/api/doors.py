"""What every view of the API has in common: it translates, calls one action, and translates back."""

import hmac
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from foundation.api.headers import idempotency_key, limits_told, refuse_unmeasured_body
from foundation.limits.addresses import client_network
from foundation.limits.counting import Allowance, Limit, Limited
from ledger.answering import Answering, answering, fingerprint
from ledger.reading import note_read
from officers.api.authentication import InScope, KeyAuthentication, secret_of
from officers.api.deprecated import deprecation_of
from officers.models import ApiKey
from officers.models.api_keys import Scope

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
    #: Then their fingerprint is keyed: who has read the database alone cannot try out what they held.
    bodies_hold_secrets = False
    _allowances: tuple[Allowance, ...] = ()

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

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self._speak()
        refuse_unmeasured_body(request)
        if self.reads_whole_body:
            # Before rest_framework's parser empties the stream: the fingerprint is over the bytes as sent.
            request._request.body  # noqa: B018
        self._count(request)
        self._speak(getattr(request.user, "language", ""))
        super().initial(request, *args, **kwargs)
        if self.action is None:
            return  # this method leads nowhere, whatever else was sent
        if request.method not in SAFE:
            idempotency_key(request)
        self._refuse_unknown_parameters()

    def _count(self, request: Request) -> None:
        """Count this request, whatever becomes of it: by key and by account, or by network for who is nobody.

        The key's count is taken by what was shown and before the database is asked. So one key too often
        costs the database nothing, and who knows only the public part of a key cannot use up its count.

        :raises Limited: for one too many
        """
        secret = secret_of(request)
        if secret is not None:
            self._take(Limit("api-key", *settings.API_LIMIT_PER_KEY), sha256(secret.encode()).hexdigest())
        try:
            user = request.user
        except APIException:
            self._take_for_network(request)
            raise
        if user.is_authenticated:
            self._take(Limit("api-account", *settings.API_LIMIT_PER_ACCOUNT), str(user.pk))
        else:
            self._take_for_network(request)

    def _take_for_network(self, request: Request) -> None:
        limit = Limit("api-network", *settings.API_LIMIT_OF_STRANGERS)
        self._take(limit, client_network(request._request))

    def _take(self, limit: Limit, subject: str) -> None:
        try:
            left = limit.take(subject)
        except Limited as refusal:
            self._allowances += (refusal.exhausted,)
            raise
        if left is not None:
            self._allowances += (left,)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in limits_told(self._allowances).items():
            response[name] = value
        if deprecation := deprecation_of(getattr(self, self.action or "", None)):
            links = [link for link in (response.get("Link"), deprecation.link()) if link]
            response["Deprecation"], response["Sunset"] = deprecation.since_told(), deprecation.sunset_told()
            response["Link"] = ", ".join(links)
        body = getattr(response, "data", None)  # what is streamed has none
        if response.status_code < 300 and isinstance(body, dict) and "version" in body:
            response["ETag"] = f'"{body["version"]}"'
        response["Cache-Control"] = "no-store"
        return response

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """What may be done here, in `Allow`."""
        return Response(status=204)

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
        address: Callable[[Any], str] | None = None,
        again: Callable[[], Any] | None = None,
    ) -> Response:
        """Call one action and show its row, once for each Idempotency-Key.

        The row is read anew, so that an answer to a write looks like the answer to a read after it.

        :param address: of what was made, from the body that shows it; below this door's own, if left out, and
            none for what has no id
        :param again: makes the body of an answer that holds a secret once more; nothing of such a body is kept
        """

        def rendered(result: Any) -> tuple[int, Any]:
            if render is not None:
                return status, render(result)
            return status, self.shown(self.rows().get(pk=result.pk), out=out)

        headers = {}
        key = idempotency_key(self.request)
        if key is None:
            code, body = rendered(run())
        else:
            account: Any = self.request.user
            request = Answering(account.pk, key, self.fingerprint(), rendered, withheld=again is not None)
            with answering(request):
                run()
            code, body = request.status, request.body
            if request.replayed:
                headers["Idempotency-Replayed"] = "true"
                if again is not None:
                    body = again()
        if code == 201 and (address or "id" in body):
            path = address(body) if address else f"{self.request.path}{body['id']}/"
            headers["Location"] = self.request.build_absolute_uri(path)
        return Response(body, code, headers=headers)

    def fingerprint(self) -> bytes:
        """Of this request, byte for byte: by it one sent again under the same key is known."""
        request = self.request._request
        made = fingerprint(
            (request.method or "").encode(),
            request.get_full_path().encode(),
            request.headers.get("If-Match", "").encode(),
            request.body,
        )
        return hmac.digest(settings.PEPPER, b"body " + made, sha256) if self.bodies_hold_secrets else made

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


class TakesForm(Door):
    """A door that takes a file, as `multipart/form-data`."""

    parser_classes = [MultiPartParser]
    reads_whole_body = False

    def fingerprint(self) -> bytes:
        """Of what was sent, not of its bytes: two senders part the same form otherwise."""
        parts = [f"{self.request.method} {self.request.get_full_path()}".encode()]
        data: Any = self.request.data
        for name, value in sorted(data.items()):
            if hasattr(value, "chunks"):
                digest = sha256()
                for piece in value.chunks():
                    digest.update(piece)
                parts += [name.encode(), str(value.name).encode(), digest.digest()]
            else:
                parts += [name.encode(), str(value).encode()]
        return fingerprint(*parts)
