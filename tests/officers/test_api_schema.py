"""The description of the API: whole, valid, with examples that are of the form they show."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command

from tests.officers.calling import ROUTES, address_of

#: A parameter of a route, with its converter.
NAMED = re.compile(r"<\w+:(\w+)>")
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


def _name(parameter: re.Match[str]) -> str:
    return "{id}" if parameter[1] == "pk" else f"{{{parameter[1]}}}"


def doors() -> set[str]:
    """Method and address of each, from the routes themselves."""
    return {
        f"{method} {address_of(route)}"
        for route in ROUTES
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
