"""How an operation is described: said once beside its view, with an example of what goes in and comes out."""

from collections.abc import Callable, Sequence
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

_DONE = {200: "Here it is.", 201: "Recorded. The same Idempotency-Key gets this answer again."}


def operation(
    name: str,
    summary: str,
    *,
    gives: Any,
    shows: Any,
    takes: Any = None,
    sends: Sequence[tuple[str, Any]] = (),
    sends_as: str = "application/json",
    status: int = 200,
    description: str = "",
    parameters: Sequence[OpenApiParameter] = (),
    lines: str = "",
) -> Callable[[Any], Any]:
    """Describe a view's method.

    :param name: the operation's id, by which clients in other languages name their functions
    :param gives: the serializer of the answer, and `shows` an example of it
    :param lines: what is said of the same answer as a stream of lines, where there is one
    :param takes: the serializer of the body, and `sends` examples of it, each with a title
    """
    examples = [
        OpenApiExample(title, value=value, request_only=True, media_type=sends_as) for title, value in sends
    ]
    examples.append(OpenApiExample("Answer", value=shows, response_only=True, status_codes=[str(status)]))
    answers: dict[Any, OpenApiResponse] = {status: OpenApiResponse(gives, _DONE[status])}
    if lines:
        answers = {
            (status, "application/json"): OpenApiResponse(gives, _DONE[status]),
            (status, "application/x-ndjson"): OpenApiResponse({"type": "string", "description": lines}),
        }
    described = extend_schema(
        operation_id=name,
        summary=summary,
        description=description,
        request=takes,
        responses=answers,
        examples=examples,
        parameters=list(parameters),
    )

    def named(method: Any) -> Any:
        method = described(method)
        method.operation_id = name
        return method

    return named
