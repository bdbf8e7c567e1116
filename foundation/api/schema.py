"""The OpenAPI description: what every operation may be sent and may answer is said here once."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from foundation.api.problems import MEDIA_TYPE
from foundation.api.serializers import StrictSerializer

#: Answers of every operation; `default` stands for the rest.
PROBLEMS = {
    "400": "The input is not right; `errors` says what.",
    "401": "Nobody is signed in.",
    "403": "Your role may not do this.",
    "404": "There is nothing here that you may see.",
    "406": "This is sent as JSON only.",
    "429": "Too many; `Retry-After` says when to come back.",
}
PROBLEMS_OF_WRITES = {
    "409": "The record is not, or no longer, as the request supposes; or a twin of the request is under way.",
    "411": "The body came without its length.",
    "413": "The request is too large.",
    "415": "The body is not of a type that is read here.",
    "422": "The Idempotency-Key was used for another request.",
}

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:probity:problem:conflict"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people, in the language of the request."},
        "number": {"type": "string", "description": "Of a fault written down here, to be named to us."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string", "description": "Dotted; empty when it is about the whole."},
                    "line": {"type": "integer", "description": "Place in the list or file, from 1."},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}

_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"},
    OpenApiParameter.HEADER,
    description="The same key and body get the first answer again, for 24 hours.",
)
_IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": r'^("?[1-9][0-9]{0,9}"?|\*)$'},
    OpenApiParameter.HEADER,
    description="The version you saw; 409 if it is no longer that one.",
)


class Schema(AutoSchema):
    def get_override_parameters(self) -> list[Any]:
        parameters = [*super().get_override_parameters()]
        if self.method in ("POST", "PATCH"):
            parameters.append(_IDEMPOTENCY_KEY)
        if self.method in ("POST", "PUT", "PATCH", "DELETE") and "{" in self.path:
            parameters.append(_IF_MATCH)
        return parameters

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        schema = super()._map_basic_serializer(serializer, direction)
        if direction == "request" and isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
            if serializer.either:
                schema["oneOf"] = [{"required": [name]} for name in serializer.either]
        return schema

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction=direction)
        if direction == "response":
            writes = {} if self.method in ("GET", "HEAD") else PROBLEMS_OF_WRITES
            for status in (*PROBLEMS, *writes, "default"):
                responses.setdefault(status, {"$ref": f"#/components/responses/{status}"})
        return responses


_HEADERS: dict[str, tuple[str, dict[str, Any]]] = {
    "RateLimit": (
        "What is left (`r`) and for how many seconds (`t`), of each limit this request was counted under: "
        "draft-ietf-httpapi-ratelimit-headers.",
        {"type": "string", "examples": ['"api-key";r=599;t=60, "api-account";r=1199;t=60']},
    ),
    "RateLimit-Policy": (
        "How many (`q`) in how many seconds (`w`).",
        {"type": "string", "examples": ['"api-key";q=600;w=60, "api-account";q=1200;w=60']},
    ),
    "RateLimit-Limit": ("Of the limit nearest its end.", {"type": "integer"}),
    "RateLimit-Remaining": ("Likewise: how many are left.", {"type": "integer"}),
    "RateLimit-Reset": ("Likewise: seconds until the count starts anew.", {"type": "integer"}),
    "Retry-After": ("Seconds.", {"type": "integer", "minimum": 1}),
    "WWW-Authenticate": ("How to sign in.", {"type": "string"}),
    "Location": ("The address of what was made.", {"type": "string", "format": "uri"}),
    "ETag": ("The record's version, for `If-Match`.", {"type": "string", "pattern": '^"[1-9][0-9]*"$'}),
    "Idempotency-Replayed": ("Present if this answer was given before.", {"type": "string", "const": "true"}),
    "Link": ("The pages around this one (RFC 8288).", {"type": "string"}),
    "Deprecation": ("Since when it is to go (RFC 9745).", {"type": "string", "pattern": "^@[0-9]+$"}),
    "Sunset": ("From when it may be gone (RFC 8594).", {"type": "string"}),
}
_LIMITS = tuple(name for name in _HEADERS if name.startswith("RateLimit"))
_OF_REFUSALS = {
    "401": ("WWW-Authenticate",),
    "409": ("Retry-After",),
    "429": ("Retry-After",),
    "default": ("Retry-After",),
}


def add_answers(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Postprocessing hook: what every operation may answer, and the headers of answers."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["headers"] = {
        name: {"description": description, "schema": schema}
        for name, (description, schema) in _HEADERS.items()
    }
    refusals = PROBLEMS | PROBLEMS_OF_WRITES | {"default": "Any other refusal or failure."}
    components["responses"] = {
        status: {
            "description": description,
            "headers": _refer(*_LIMITS, *_OF_REFUSALS.get(status, ())),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, description in refusals.items()
    }
    for item in result["paths"].values():
        for method, operation in item.items():
            for status, answer in operation.get("responses", {}).items():
                if status.startswith("2"):
                    answer["headers"] = _refer(*_LIMITS, *_headers_of(method, operation, status, answer))
    _link(result["paths"], components["schemas"])
    return result


def _link(paths: dict[str, Any], schemas: dict[str, Any]) -> None:
    """From what makes a record to what may be done with it; what hands none out by its id leads nowhere."""
    for path, item in paths.items():
        made = item.get("post", {}).get("responses", {}).get("201")
        steps = {
            operation["operationId"]: {
                "operationId": operation["operationId"],
                "parameters": {"id": "$response.body#/id"},
            }
            for below, its in paths.items()
            if below.startswith(f"{path}{{id}}/")
            for operation in its.values()
        }
        if made and steps and _has_id(made, schemas):
            made["links"] = steps


def _has_id(answer: dict[str, Any], schemas: dict[str, Any]) -> bool:
    content = next(iter(answer["content"].values()))  # lines, where there are any, come after it
    name = content["schema"].get("$ref", "").rpartition("/")[2]
    return "id" in schemas.get(name, {}).get("properties", {})


def _headers_of(method: str, operation: dict[str, Any], status: str, answer: dict[str, Any]) -> Iterator[str]:
    """Beside those of limits, on what was done."""
    content = next(iter(answer["content"].values()))  # lines, where there are any, come after it
    yield "Link" if content["schema"].get("$ref", "").endswith("List") else "ETag"
    if method in ("post", "patch"):
        yield "Idempotency-Replayed"
    if status == "201":
        yield "Location"
    if operation.get("deprecated"):
        yield from ("Deprecation", "Sunset", "Link")


def _refer(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
