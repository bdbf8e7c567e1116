"""Who claims a run, in words that let another process on the same machine see that the claimant is gone.

Without it the work of a killed worker would wait out the hard time limit.
"""

import os
from functools import cache
from pathlib import Path


@cache
def _machine() -> str:
    """This boot of this machine and its process namespace; empty where the system does not tell.

    A host name would not do: two containers may share one, and a process of the other looks dead from here.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return ""


def me() -> str:
    return f"{_machine()}/{os.getpid()}"


def is_dead(claimant: str) -> bool:
    """Whether the claimant is surely gone: False when in doubt, also when its process id was taken over."""
    machine, _, process = claimant.rpartition("/")
    if not machine or machine != _machine() or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return _is_unburied(process)


def _is_unburied(process: str) -> bool:
    """Whether a process has ended and only its entry is left, waiting for its parent to take notice."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state in ("Z", "X")
