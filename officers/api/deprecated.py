"""What of the API is to go: the table that feeds headers and description. `docs/api.md` has the policy."""

from typing import Any

from foundation.api.deprecation import Deprecation

#: By operation (`list_sheets`) or by field of the description (`Sheet.witness`). An operation says so in its
#: answers too. Whoever adds a line adds it to the changelog.
DEPRECATED: dict[str, Deprecation] = {}


def deprecation_of(operation: Any) -> Deprecation | None:
    """Of a view's method that was described by `documented.operation`."""
    return DEPRECATED.get(getattr(operation, "operation_id", ""))


def mark(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Postprocessing hook of the description.

    :raises LookupError: if the table names what is not there
    """
    named = {
        operation["operationId"]: operation
        for item in result["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and "operationId" in operation
    }
    for component, schema in result.get("components", {}).get("schemas", {}).items():
        named |= {f"{component}.{name}": field for name, field in schema.get("properties", {}).items()}
    for name, deprecation in DEPRECATED.items():
        if name not in named:
            raise LookupError(f"{name} is to go, but is not in the description.")
        marked = named[name]
        until = f"To go on {deprecation.sunset}. {deprecation.instead}"
        marked["deprecated"] = True
        marked["description"] = " ".join(part for part in (marked.get("description"), until) if part)
    return result
