"""Programs that parse what strangers sent: each a process of its own, bounded, that knows nothing of ours."""

import subprocess
import sys
from pathlib import Path

_BOUNDS = Path(__file__).with_name("bounds.py")


def start(program: str, *arguments: str, memory: int, seconds: int) -> subprocess.Popen[bytes]:
    """Start a program of this folder.

    :param memory: in MiB; what asks for more ends
    :param seconds: of a processor; what takes longer is killed
    """
    return subprocess.Popen(
        [
            sys.executable,
            "-I",
            _BOUNDS,
            _BOUNDS.with_name(program),
            str(memory),
            str(seconds),
            *arguments,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},  # ours names databases and their passwords
    )
