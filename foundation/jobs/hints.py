"""A Celery message is only a hint: the work is in PostgreSQL, and the sweeper finds what no hint reached."""

import atexit
import logging
import os
import queue
import threading
import time
from typing import Any

from celery import Celery, current_app
from django.db import transaction

#: Hints waiting while Redis does not answer; further ones are dropped, and the sweeper finds their work.
WAITING = 1000

logger = logging.getLogger(__name__)


class _Sender:
    """Sends from a thread of its own, so that no request ever waits for Redis, also when it is paused."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._queue: queue.Queue[tuple[str, dict[str, Any], float]] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._failing = False

    def put(self, name: str, kwargs: dict[str, Any], expires: float) -> None:
        try:
            self._queue.put_nowait((name, kwargs, expires))
        except queue.Full:
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="hints", daemon=True)
                self._thread.start()

    def drain(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        with self._queue.all_tasks_done:
            while self._queue.unfinished_tasks:
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self._queue.all_tasks_done.wait(left)
        return True

    def _work(self) -> None:
        while True:
            name, kwargs, expires = self._queue.get()
            try:
                self._app.send_task(
                    name,
                    kwargs=kwargs,
                    expires=expires,
                    ignore_result=True,
                    retry=True,
                    retry_policy={"max_retries": 1, "interval_start": 0, "interval_max": 0},
                )
            except Exception as error:
                if not self._failing:
                    logger.warning(
                        "hints do not reach the queue; the sweeper will do",
                        extra={"error": type(error).__name__},
                    )
                self._failing = True
            else:
                self._failing = False
            finally:
                self._queue.task_done()


_sender = _Sender(current_app)


def _forget_parent() -> None:
    """A thread does not survive a fork, and its locks may be held for ever."""
    global _sender
    _sender = _Sender(current_app)


os.register_at_fork(after_in_child=_forget_parent)


def hint(task: str, *, expires: float = 60, **kwargs: Any) -> None:
    """Have a worker look at new work, once the transaction around this has committed.

    Never fails and never waits, whatever Redis does. The keywords go through Redis: ids, never names.

    :param task: the task's name, such as `officers.tasks.read_file`
    :param expires: seconds after which a worker drops the hint: by then the sweeper has sent another
    """
    transaction.on_commit(lambda: _sender.put(task, kwargs, expires), robust=True)


def drain(seconds: float) -> bool:
    """Wait until all hints of this process are sent or given up; False if some still wait."""
    return _sender.drain(seconds)


atexit.register(drain, 1.0)
