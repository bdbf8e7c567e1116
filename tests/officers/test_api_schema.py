"""The description of the API: whole, true, and what it describes neither falls over nor answers otherwise."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from officers.actions import users
from officers.api.urls import v1
from officers.models import User
from officers.models.users import Role
from tests import make
from tests.officers.calling import by_key

#: Requests for each operation: enough to try each kind of bad value, few enough for a suite of minutes.
EXAMPLES = 12
#: Input of the right form may still be refused for the facts.
FACTS = [positive_data_acceptance]
METHODS = ("get", "post", "patch", "put", "delete")


@pytest.fixture(scope="session")
def description() -> dict[str, Any]:
    from drf_spectacular.generators import SchemaGenerator

    return SchemaGenerator().get_schema(request=None, public=True)


def operations(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in description["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method} {path}", item[method]


def test_the_description_is_valid_and_made_without_a_warning(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def test_every_operation_is_described_with_examples(description: dict[str, Any]) -> None:
    for name, operation in operations(description):
        assert operation.get("summary"), name
        done = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
        assert done["content"]["application/json"]["examples"], name
        if "requestBody" in operation:
            (body,) = operation["requestBody"]["content"].values()
            assert body["examples"], name
        assert operation["security"] == [{"key": []}, {"session": []}], name


def doors() -> set[str]:
    """Method and address of each, from the routes themselves."""
    return {
        f"{method} /api/v1/{str(route.pattern).replace('<int:pk>', '{id}').replace('<slug:kind>', '{kind}')}"
        for route in v1
        for method in route.callback.actions  # type: ignore[attr-defined]
        if method in METHODS
    }


def test_every_door_is_described(description: dict[str, Any]) -> None:
    assert doors() == {name for name, _operation in operations(description)}


def test_the_examples_are_of_the_form_they_show(description: dict[str, Any]) -> None:
    import jsonschema

    for name, operation in operations(description):
        bodies = list(operation["responses"].values())
        bodies.append(operation.get("requestBody", {}))
        for body in bodies:
            content = body.get("content", {}).get("application/json", {})
            for title, example in content.get("examples", {}).items():
                schema = {**content["schema"], "components": description["components"]}
                try:
                    jsonschema.validate(example["value"], schema)
                except jsonschema.ValidationError as error:
                    pytest.fail(f"{name}, “{title}”: {error.message} at {list(error.path)}")


def test_the_readable_page_and_the_description_are_open(client: Any, db: None) -> None:
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert b"swagger-ui-bundle" in page.content
    assert client.get("/api/schema/", headers={"Accept": "application/json"}).status_code == 200


@pytest.fixture
def api(db: None) -> Iterator[Any]:
    """The live application in this process, in the test's transaction: as in Django's own test client, a
    request does not close the connection.
    """
    from config.wsgi import application

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def someone(db: None) -> dict[str, Any]:
    """Someone who may do everything there is a door for, and records he may do it to."""
    user = make.user(Role.ADMINISTRATOR)
    users.grant(make.user(Role.SYSTEM_ADMINISTRATOR), user.pk, role=Role.REGISTRAR, unit_id=make.root().pk)
    sheet = make.sheet(user)
    tests = [make.non_negative(user, sheet) for _ in range(3)]
    caller = by_key(User.objects.get(pk=user.pk))
    return {
        "headers": {"Authorization": caller.client._credentials["HTTP_AUTHORIZATION"]},
        "ids": {
            "sheets": [sheet.pk, make.sheet(user).pk],
            "drug-tests": [test.pk for test in tests],
            "officers": [test.officer_id for test in tests],
            "units": [make.root().pk],
        },
    }


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("door", sorted(doors()))
def test_what_is_described_is_what_happens(
    door: str, mode: GenerationMode, api: Any, someone: dict[str, Any]
) -> None:
    """A random id nearly always leads nowhere, so half of them are of records that are there."""
    method, path = door.split()
    known = someone["ids"].get(path.removeprefix("/api/v1/").split("/")[0])

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(api[path][method].as_strategy(generation_mode=mode))
    def requests(case: Any) -> None:
        number = case.path_parameters.get("id")
        if known and isinstance(number, int) and number % 2:
            case.path_parameters["id"] = known[number // 2 % len(known)]
        case.call_and_validate(headers=someone["headers"], excluded_checks=FACTS)

    requests()
