"""Jobs for workers that are killed, or lose Redis, in the middle of them."""

import os
import signal
from datetime import timedelta
from pathlib import Path

from foundation.jobs.timetable import job


@job(every=timedelta(days=1), late_after=timedelta(days=2))
def hang_once(**kwargs):
    """Where the test waits at a pipe, tell it and hang."""
    if pipe := os.environ.get("PROBITY_TEST_STARTED"):
        Path(pipe).write_text("started")
        signal.pause()


@job(every=timedelta(days=1), late_after=timedelta(days=2))
def wait(**kwargs):
    """Where the test waits at a pipe, tell it, and end when it says so at another."""
    if pipe := os.environ.get("PROBITY_TEST_STARTED"):
        Path(pipe).write_text("started")
        Path(os.environ["PROBITY_TEST_RELEASED"]).read_text()
