from django.utils.functional import Promise


class Conflict(Exception):
    """Refused because the record is not (or no longer) in the state the request supposed: HTTP 409.

    Beside Django's `PermissionDenied`, `ValidationError` and `Http404` the only refusal an action may raise.
    """

    problem_status = 409
    problem_type = "conflict"

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
