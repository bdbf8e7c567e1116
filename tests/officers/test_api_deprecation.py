"""What is to go is said in every answer and in the description, long before."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import path
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from foundation.api.deprecation import NOTICE, Deprecation
from officers.api import deprecated
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.serializers.others import UnitOut
from officers.api.urls import v1
from officers.models import Unit
from officers.queries.stamps import stamped
from tests import make

GOING = Deprecation(date(2026, 1, 1), date(2026, 9, 1), "Use `list_places`.")


class OldUnits(Door):
    """A door of this test's own: nothing of ours is deprecated for its sake."""

    queryset = Unit.objects.none()
    serializer_class = UnitOut
    keyset_order = ("sort_key", "id")

    def rows(self) -> Any:
        return stamped(Unit.objects.all())

    @operation("list_old_units", "List units", gives=UnitOut(many=True), shows={})
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation("read_old_unit", "Read a unit", gives=UnitOut, shows={})
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)


@pytest.fixture
def going(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(deprecated.DEPRECATED, "list_old_units", GOING)


def ask(**query: Any) -> Response:
    request = APIRequestFactory().get("/api/v1/old/", query, headers={"Accept-Language": "en"})
    force_authenticate(request, make.user())
    answer: Response = OldUnits.as_view({"get": "list"})(request)
    return answer


@pytest.mark.django_db
def test_each_answer_says_since_when_until_when_and_where_to_read_about_it(going: None) -> None:
    make.unit()
    for answer in (ask(limit=1), ask(colour="red")):
        assert answer["Deprecation"] == "@1767225600"
        assert answer["Sunset"] == "Tue, 01 Sep 2026 00:00:00 GMT"
        assert '</api/docs/>; rel="deprecation"; type="text/html"' in answer["Link"]
    assert 'rel="next"' in ask(limit=1)["Link"], "the pages are linked too"


@pytest.mark.django_db
def test_what_stays_says_nothing_of_it() -> None:
    answer = ask()
    assert not {"Deprecation", "Sunset", "Link"} & set(answer.headers)


def described() -> dict[str, Any]:
    patterns = [
        path("api/v1/old/", OldUnits.as_view({"get": "list"})),
        path("api/v1/old/<int:pk>/", OldUnits.as_view({"get": "retrieve"})),
    ]
    found: dict[str, Any] = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)
    return found


def test_the_description_marks_operations_and_fields(going: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(deprecated.DEPRECATED, "UnitOut.remark", GOING)
    schema = described()

    old, other = schema["paths"]["/api/v1/old/"]["get"], schema["paths"]["/api/v1/old/{id}/"]["get"]
    assert old["deprecated"] is True
    assert "To go on 2026-09-01. Use `list_places`." in old["description"]
    assert {"Deprecation", "Sunset"} <= set(old["responses"]["200"]["headers"])
    assert "deprecated" not in other
    fields = schema["components"]["schemas"]["UnitOut"]["properties"]
    assert [name for name, field in fields.items() if field.get("deprecated")] == ["remark"]


def test_what_is_not_there_cannot_be_deprecated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(deprecated.DEPRECATED, "list_dragons", GOING)
    with pytest.raises(LookupError, match="list_dragons"):
        described()


def test_nothing_goes_at_shorter_notice_than_the_policy_says() -> None:
    with pytest.raises(ValueError, match="180 days"):
        Deprecation(date(2026, 1, 1), date(2026, 1, 1) + NOTICE - timedelta(days=1), "")


def test_what_has_gone_is_no_longer_in_the_table() -> None:
    today = timezone.localdate()
    assert [name for name, going in deprecated.DEPRECATED.items() if going.sunset < today] == []


def test_every_door_has_a_name_by_which_it_could_be_deprecated() -> None:
    for route in v1:
        view = route.callback
        for action in view.actions.values():  # type: ignore[attr-defined]
            assert getattr(view.cls, action).operation_id  # type: ignore[attr-defined]
