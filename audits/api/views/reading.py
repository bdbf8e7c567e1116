"""Base of the doors to what is audited: looking, they read as the database's `auditor`; acting, as everybody."""

from typing import Any

from rest_framework.response import Response
from rest_framework.serializers import Serializer

from ledger.snapshot import reading
from officers.api.doors import Door
from officers.models.api_keys import Scope


class AuditDoor(Door):
    scope_to_read, scope_to_write = Scope.AUDITS_READ, Scope.AUDITS_WRITE

    def listed(self) -> Response:
        with reading():
            return super().listed()

    def opened(self, pk: int, out: type[Serializer] | None = None) -> Response:
        with reading():
            return super().opened(pk, out)

    def caller(self) -> Any:
        return self.request.user
