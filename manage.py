#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it leads to the embedded servers of this checkout."""

import os
import sys

from config.embedded.folder import Folder
from config.embedded.refusal import Refusal


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")):
        try:
            os.environ.update(Folder.of_this_checkout().known_addresses())
        except Refusal as refusal:
            sys.exit(str(refusal))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
