"""What the door knows about a request and the log wants to know. Empty on the anonymous path, on purpose."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
