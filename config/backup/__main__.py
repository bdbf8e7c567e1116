"""The command line. What `make` was given (TO=, FROM=, KEYS=, KEEP=, ...) comes by the environment."""

import argparse
import os
import sys
from pathlib import Path

from config.backup.reaching import reached, reached_alone
from config.embedded.folder import Folder
from config.embedded.refusal import Refusal


def main(arguments: list[str]) -> int:
    os.umask(0o077)  # what is written here opens everything
    given = os.environ.get
    parser = argparse.ArgumentParser(prog="python -m config.backup")
    commands = parser.add_subparsers(dest="command", required=True)
    backup = commands.add_parser("backup", help="database, files and heads into a new folder")
    backup.add_argument("--to", default=given("TO"), help="the folder in which backups are kept")
    backup.add_argument("--keys", default=given("KEYS"), help="another folder, for the archive of the keys")
    backup.add_argument("--keep", default=given("KEEP"), help="remove the oldest backups beyond so many")
    restore = commands.add_parser("restore", help="a backup into an empty database")
    restore.add_argument("--from", dest="source", default=given("FROM"), help="a backup, or a folder of them")
    restore.add_argument("--keys", default=given("KEYS"), help="the archive of the keys, or a folder of them")
    restore.add_argument("--replace", action="store_true", default=given("REPLACE") == "1")
    restore.add_argument("--new-keys", action="store_true", default=given("NEW_KEYS") == "1")
    options = parser.parse_args(arguments)
    try:
        if options.command == "backup":
            _backup(options)
        else:
            return _restore(options)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _backup(options: argparse.Namespace) -> None:
    to, keys = _path(options.to), _path(options.keys)
    if to is None and keys is None:
        raise Refusal("Say where to: make backup TO=/path/to/backups [KEYS=/another/path] [KEEP=7]")
    if keys and to and (keys == to or to in keys.parents or keys in to.parents):
        raise Refusal(f"Keys are kept apart from the data they open: {keys} is not apart from {to}.")
    if options.keep is not None and not (options.keep.isdecimal() and int(options.keep)):
        raise Refusal(f"KEEP is {options.keep!r}: give the number of backups to keep, at least 1.")
    with reached(Folder.of_this_checkout()):
        from config.backup.making import make

        make(to, keys, keep=int(options.keep) if options.keep else None)


def _restore(options: argparse.Namespace) -> int:
    source = _path(options.source)
    if source is None:
        raise Refusal("Say from where: make restore FROM=/path/to/backup [KEYS=/path/to/keys] [REPLACE=1]")
    folder = Folder.of_this_checkout()
    folder.make()
    from config.backup import keys, manifest

    backup = manifest.find(source)
    found = manifest.read(backup)
    archive = keys.find(_path(options.keys)) if options.keys else None
    with reached_alone(
        folder,
        before=lambda: keys.settle(
            found, backup, archive, folder.keys, replace=options.replace, new=options.new_keys
        ),
    ):
        from config.backup.restoring import restore

        return restore(found, backup, replace=options.replace)


def _path(given: str | None) -> Path | None:
    return Path(given).expanduser().resolve() if given else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
