"""Fifty reports at once, while the worker that enters them is killed. Valkey has no part in it: nothing is hinted."""

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from cases.actions import intake
from cases.actions.intake import Report
from cases.models import Complaint, IntakeItem
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = (
    "import django; django.setup()\nfrom cases.actions import intake\nwhile True: intake.enter_waiting()\n"
)


def worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER], env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    )


def test_nothing_is_lost_or_doubled_when_workers_die_in_the_middle():
    make.Province()

    def send(number: int) -> str:
        try:
            report = Report(category="drug_dealing", narrative=f"No. {number}", place_code="070101")
            return intake.drop(report, token=f"form {number}")
        finally:
            connections.close_all()

    deaths, reached = 0, 0
    with ThreadPoolExecutor(50) as pool:
        sent = [pool.submit(send, number) for number in range(50)]
        while deaths < 3:
            running = worker()
            limit = time.monotonic() + 60
            try:
                # Killed as soon as it has entered something more; the last time it may have nothing left.
                while Complaint.objects.count() == reached < 50:
                    assert time.monotonic() < limit
                    time.sleep(0.002)  # between two looks; the loop ends by what it sees
            finally:
                running.send_signal(signal.SIGKILL)
                running.wait()
            deaths, reached = deaths + 1, Complaint.objects.count()
        receipts = {one.result() for one in sent}

    intake.enter_waiting()

    told = sorted(
        int(re.sub(r"\D", "", text)) for text in Complaint.objects.values_list("narrative", flat=True)
    )
    assert told == list(range(50))
    assert len(receipts) == 50
    assert not IntakeItem.objects.exists()
