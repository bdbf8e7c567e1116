"""`make bench`: the figures, each beside what it is compared with in the same run.

`make bench ARGS=imports` is only the files of the size of the reported campaign, `make bench ARGS=complaints` a million
reports, `make bench ARGS=timing` whether time tells what is hidden, and `make bench ARGS=restore` the drill at full
size: a million tests backed up, wiped, restored and verified.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks import acts, complaints, importing, pages, restoring, timing, world


def main() -> None:
    world.prepare()
    if sys.argv[1:] == ["restore"]:
        restoring.report()
        return
    if sys.argv[1:] == ["imports"]:
        importing.report()
        return
    if sys.argv[1:] == ["complaints"]:
        complaints.report()
        return
    if sys.argv[1:] == ["timing"]:
        timing.report()
        return
    acts.report()
    pages.report()
    importing.report()
    complaints.report()
    timing.report()


main()
