"""`make bench`: the figures, each beside what it is compared with in the same run.

With `ARGS=` one part alone: `imports` files of the size of the reported campaign, `complaints` a million reports,
`timing` whether time tells what is hidden, `census` a census from the screens to the final results, `restore` the
drill at full size: a million tests backed up, wiped, restored and verified, `verify` the verification of a million
events with three million images, `open` the open data beside a bare handler, a plain serializer and COPY.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks import (
    acts,
    census,
    complaints,
    importing,
    open_data,
    pages,
    restoring,
    timing,
    verifying,
    world,
)


def main() -> None:
    world.prepare()
    if sys.argv[1:] == ["restore"]:
        restoring.report()
        return
    if sys.argv[1:] == ["verify"]:
        verifying.report()
        return
    if sys.argv[1:] == ["imports"]:
        importing.report()
        return
    if sys.argv[1:] == ["complaints"]:
        complaints.report()
        return
    if sys.argv[1:] == ["census"]:
        census.report()
        return
    if sys.argv[1:] == ["timing"]:
        timing.report()
        return
    if sys.argv[1:] == ["open"]:
        open_data.report()
        return
    acts.report()
    pages.report()
    importing.report()
    complaints.report()
    timing.report()
    open_data.report()


main()
