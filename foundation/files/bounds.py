"""Runs a program with so much memory and time and no more: `python bounds.py PROGRAM MEGABYTES SECONDS [ARGUMENT ...]`.

Nothing of Probity is imported, so that it starts at once.
"""

import runpy
import sys
from contextlib import suppress


def main() -> None:
    program, megabytes, seconds, *arguments = sys.argv[1:]
    # Not every system can: then the limits on the file itself are all there is.
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (int(megabytes) << 20, int(megabytes) << 20))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    sys.argv = [program, *arguments]
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
