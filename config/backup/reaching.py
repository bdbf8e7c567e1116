"""Reaching the servers a backup is of: those of the environment, the embedded ones as they run, or started for it."""

import contextlib
import os
from collections.abc import Callable, Iterator

from config.embedded import servers
from config.embedded.folder import Folder
from config.embedded.launch import real_servers
from config.embedded.refusal import Refusal


@contextlib.contextmanager
def reached(folder: Folder) -> Iterator[None]:
    """Django is set up and leads to the servers; the system may be running meanwhile.

    :raises Refusal: if there are none yet
    """
    with contextlib.ExitStack() as stack:
        if not real_servers():
            if not (folder.root / "postgres").exists():
                raise Refusal(
                    f"There is nothing to back up in {folder.root}: no database was made there yet."
                )
            if not servers.are_up(folder):
                stack.enter_context(folder.held())
                stack.enter_context(_started(folder))
            _lead_to(folder)
        _set_up()
        yield


@contextlib.contextmanager
def reached_alone(folder: Folder, *, before: Callable[[], None]) -> Iterator[None]:
    """The same for a restore: nothing else of this folder runs. `before` comes before anything is started.

    :raises Refusal: if Probity is running on the folder
    """
    with folder.held(), contextlib.ExitStack() as stack:
        before()
        if not real_servers():
            stack.enter_context(_started(folder))
            _lead_to(folder)
        _set_up()
        yield


@contextlib.contextmanager
def _started(folder: Folder) -> Iterator[None]:
    try:
        servers.stop_detached(folder)  # what a killed launcher left
        servers.start_detached(folder)
        yield
    finally:
        servers.stop_detached(folder)


def _lead_to(folder: Folder) -> None:
    os.environ.update(folder.addresses(), PROBITY_DATA=str(folder.root))


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
