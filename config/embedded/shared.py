"""Servers that several runs at once share: the first to come starts them, the last to go stops them."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from config.embedded import servers
from config.embedded.folder import Folder, locked


@contextlib.contextmanager
def shared(folder: Folder) -> Iterator[None]:
    """Both servers of `folder` run while this lasts."""
    folder.make()
    with open(folder.root / "users.lock", "a+") as users:
        with locked(folder.root / "start.lock"):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not servers.are_up(folder):
                servers.stop_detached(folder)
                servers.start_detached(folder)
        try:
            yield
        finally:
            with locked(folder.root / "start.lock"):
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while another run holds it
                    servers.stop_detached(folder)


def take_slot(folder: Path, count: int) -> int:
    """A number below `count` that no other living process has; kept until this process ends.

    :raises RuntimeError: if all are taken
    """
    folder.mkdir(parents=True, exist_ok=True)
    for slot in range(count):
        handle = os.open(folder / str(slot), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            continue
        return slot
    raise RuntimeError(f"all {count} slots in {folder} are taken")
