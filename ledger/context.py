"""What the door knows about a request and the log wants to know. Empty on the anonymous path, on purpose."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps

request_id: ContextVar[str] = ContextVar("request_id", default="")
#: Whether the request under way is to leave no trace: no id, no line in a log, no count in a figure.
traceless: ContextVar[bool] = ContextVar("traceless", default=False)


def leaves_no_trace[**P, R](view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view whose visitors must stay unknown, such as the one who reports a wrong. Outermost of its decorators.

    `config.middleware` gives its requests no id and tells nobody that there was one.
    """

    @wraps(view)
    def marked(*args: P.args, **kwargs: P.kwargs) -> R:
        return view(*args, **kwargs)

    marked.leaves_no_trace = True  # type: ignore[attr-defined]
    return marked
