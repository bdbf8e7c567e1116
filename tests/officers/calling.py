"""Callers of the API, as programs and browsers call it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from rest_framework.test import APIClient

from audits.api.urls import v1 as of_audits
from cases.api.urls import v1 as of_complaints
from ledger import clock
from officers.actions import api_keys
from officers.api.urls import v1 as of_officers
from officers.models import User
from officers.models.api_keys import Scope

V1 = "/api/v1/"
#: Every address below it, of all floors.
ROUTES = [*of_officers, *of_complaints, *of_audits]


def address_of(route: Any) -> str:
    """Of a door, as the description has it: `/api/v1/units/{id}/`."""
    return V1 + re.sub(r"<\w+:(\w+)>", r"{\1}", str(route.pattern)).replace("{pk}", "{id}")


class Prepared(NamedTuple):
    """A request that one door takes, and another one that must not be taken for it."""

    by: User
    path: str
    body: Callable[[], dict[str, Any]]
    other: dict[str, Any]
    form: str = "json"


class Caller:
    """Calls `/api/v1/` for a user: by session, or with `scopes` by a key that has them."""

    def __init__(self, user: User, scopes: list[str] | None = None, **client: Any) -> None:
        self.user = user
        self.client = APIClient(raise_request_exception=True, **client)
        self.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        if scopes is None:
            self.client.force_login(user)
        else:
            self.key, secret = api_keys.issue(
                user, label="Test", scopes=scopes, expires_at=clock.now() + timedelta(days=30)
            )
            self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        return self.client.get(V1 + path, query, headers=headers)

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        return self.client.post(V1 + path, body or {}, format="json", headers=headers)

    def patch(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
        return self.client.patch(V1 + path, body, format="json", headers=headers)


def by_key(user: User, *scopes: str) -> Caller:
    return Caller(user, scopes=list(scopes or Scope.values))


def header(unit_id: int, **given: Any) -> dict[str, Any]:
    today = clock.today()
    return {
        "unit": unit_id,
        "site": "Yard",
        "tested_on": today.isoformat(),
        "witness": "A Witness",
        "reason": "random",
        "kit_lot": "LOT-1",
        "kit_expires_on": (today + timedelta(days=90)).isoformat(),
        "drugs": ["methamphetamine", "mdma"],
        **given,
    }


def errors(response: Any) -> set[tuple[str, str]]:
    """Field and code of each error in a refusal."""
    return {(error["field"], error["code"]) for error in response.json()["errors"]}
