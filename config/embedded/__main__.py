"""The command line: run, services, around."""

import argparse
import os
import subprocess
import sys

from config.embedded.folder import CHECKOUT, Folder
from config.embedded.launch import run, serve_servers
from config.embedded.refusal import Refusal
from config.embedded.shared import shared


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.embedded")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="servers, web, worker, beat and sealer, until Ctrl-C")
    commands.add_parser("services", help="the two servers alone, until Ctrl-C; prints their addresses")
    around = commands.add_parser("around", help="a command with servers of its own")
    around.add_argument("name", help="a folder below the data folder")
    around.add_argument("words", nargs="+", metavar="command")
    test = commands.add_parser("test", help="pytest, with the servers of the tests")
    test.add_argument("words", nargs="*", metavar="argument of pytest")
    options = parser.parse_args(arguments)
    try:
        if options.command == "run":
            run(Folder.of_this_checkout())
        elif options.command == "services":
            serve_servers(Folder.of_this_checkout())
        elif options.command == "around":
            return run_around(Folder(Folder.of_this_checkout().root / options.name), options.words)
        else:
            return run_pytest(options.words)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def run_pytest(words: list[str]) -> int:
    """Run pytest. tests/conftest.py starts the servers, so that a bare pytest works as well.

    It does so before the settings are read: their name must not be in the environment yet.
    """
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return subprocess.call([sys.executable, "-m", "pytest", *words], cwd=CHECKOUT, env=environment)


def run_around(folder: Folder, words: list[str]) -> int:
    """Run a command with servers of `folder` in its environment, the database up to date."""
    with shared(folder):
        environment = {**os.environ, **folder.addresses(), "PROBITY_DATA": str(folder.root)}
        environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
        migrate = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
        status = subprocess.call(migrate, cwd=CHECKOUT, env=environment)
        return status or subprocess.call(words, cwd=CHECKOUT, env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
