"""Reading ahead: while the database takes in one chunk of a file, the next is read."""

import contextvars
import queue
import threading
from collections.abc import Iterable, Iterator


class _End:
    """The last thing a reader says, with the error that ended it."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def ahead[T](source: Iterable[T]) -> Iterator[T]:
    """The same, read by a thread of its own that is one item ahead. It must not ask the database.

    What the source raises comes out here; whoever stops early stops the reader too.
    """
    waiting: queue.Queue[T | _End] = queue.Queue(maxsize=1)
    stopped = threading.Event()

    def put(item: T | _End) -> bool:
        while not stopped.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def read() -> None:
        try:
            for item in source:
                if not put(item):
                    return
        except BaseException as error:
            put(_End(error))
        else:
            put(_End())

    reader = threading.Thread(target=contextvars.copy_context().run, args=[read], daemon=True)
    reader.start()
    try:
        while True:
            item = waiting.get()
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        stopped.set()
        reader.join()
