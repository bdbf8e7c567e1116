"""`make kills ARGS="--kills 200 --seed 7"`: prints what was seen; exit status 1 if anything was found."""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.kills.trial import Size, Trial


def main(arguments: list[str]) -> int:
    usual = Size()
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=usual.kills)
    parser.add_argument("--seed", type=int, default=usual.seed, help="of the order of kills and of all work")
    parser.add_argument("--collectors", type=int, default=usual.collectors, help="clients that enter lines")
    parser.add_argument(
        "--importers", type=int, default=usual.importers, help="that upload files of each kind"
    )
    parser.add_argument("--officers", type=int, default=usual.officers)
    parser.add_argument("--rows", type=int, default=usual.rows, help="at most, in a roster")
    parser.add_argument(
        "--pause", type=float, default=usual.pause, help="seconds Valkey stands still; 0: never"
    )
    parser.add_argument("--keep", type=Path, help="keep the data in this folder, and what every process said")
    given = vars(parser.parse_args(arguments))
    keep = given.pop("keep")
    os.environ.pop("PROBITY_KEYS", None)  # another system's
    begun = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {text}", flush=True)

    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        data = keep or Path(folder) / "data"
        trial = Trial(data, Size(**given), say)
        try:
            report = trial.run()
        finally:
            if keep:
                (keep / "said.log").write_text("\n".join(trial.system.launched.said()))
    print(report)
    return 1 if report.findings else 0


sys.exit(main(sys.argv[1:]))
