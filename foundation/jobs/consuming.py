"""A worker that goes on asking for work, whatever became of Redis under it."""

import os
import stat
from contextlib import suppress
from typing import Any

from celery import bootsteps
from celery.worker import state

#: Seconds between two looks; an acknowledgement takes a fraction of it.
BETWEEN_LOOKS = 5.0


def leave_the_workers_sockets() -> None:
    """In a process that a worker has just forked: let go of the sockets that the worker itself talks through.

    A child born while the worker is connected holds them too, so that a connection which the worker has closed goes
    on existing, and the kernel reports it as broken to the worker's loop for as long as the child lives, at full
    speed: one processor is lost until somebody starts the worker again. The numbers stay taken, by a file that
    is empty, since objects that still name them may close them later.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        for name in os.listdir("/dev/fd"):
            with suppress(OSError):  # the number of the listing itself is gone by now
                if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                    os.dup2(nothing, int(name), inheritable=False)
    finally:
        os.close(nothing)


class AskAgain(bootsteps.StartStopStep):
    """Connects anew where acknowledgements were lost.

    Celery writes one that does not reach Redis into its log and goes on, and kombu counts that message as in
    hand from then on. With as many of them as it may hold the worker would never ask for another, nor notice
    by asking that Redis went: all work would wait until somebody started it again. What was not acknowledged
    is only a hint, and is given out once more by and by.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:
        self._was_stuck = False
        self._timer = consumer.timer.call_repeatedly(BETWEEN_LOOKS, self._look, (consumer,))

    def stop(self, consumer: Any) -> None:
        self._timer.cancel()

    def _look(self, consumer: Any) -> None:
        """:raises ConnectionError: which Celery takes as the connection's end, and begins another"""
        stuck = not state.reserved_requests and not consumer.task_consumer.channel.qos.can_consume()
        if stuck and self._was_stuck:
            raise ConnectionError("acknowledgements were lost")
        self._was_stuck = stuck
