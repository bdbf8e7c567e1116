"""`make bench`: the figures, each beside what it is compared with in the same run."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks import acts, pages, world


def main() -> None:
    world.prepare()
    acts.report()
    pages.report()


main()
