"""The OpenAPI description: what every operation may be sent and may answer is said here once."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from foundation.api.problems import MEDIA_TYPE

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
    "409": "The record is not, or no longer, as the request supposes.",
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
        if self.method == "POST":
            parameters.append(_IDEMPOTENCY_KEY)
        if self.method in ("POST", "PUT", "PATCH", "DELETE") and "{" in self.path:
            parameters.append(_IF_MATCH)
        return parameters

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction=direction)
        if direction == "response":
            writes = {} if self.method in ("GET", "HEAD") else PROBLEMS_OF_WRITES
            for status, description in (PROBLEMS | writes).items():
                responses.setdefault(status, _answer(description))
            responses.setdefault("default", _answer("Any other refusal or failure."))
        return responses


def add_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Postprocessing hook: what the answers above refer to."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _PROBLEM
    return result


def _answer(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
