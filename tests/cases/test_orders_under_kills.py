"""A process that verifies an order of ten is killed at one statement after another: nothing of it is there, or all."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cases.models import Case, CaseNotice, Measure, Order
from ledger.models import Event
from officers.models import Officer, RegisterEntry
from tests.dismissals import Road

pytestmark = pytest.mark.django_db(transaction=True)
#: Forks for each line it reads, "statement order user"; the fork verifies the order and dies before that statement.
#: The last two of them are the commit and what comes after it. Says how many there were, or 0 where it was killed.
WORKER = """
import os, signal, sys
import django; django.setup()
from django.db import connection
from cases.actions import orders
from cases.models import Order
from officers.models import User

def tick():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def count(execute, *said):
    tick()
    return execute(*said)

for line in sys.stdin:
    left, order, user = map(int, line.split())
    first = left
    if not (pid := os.fork()):
        order, user = Order.objects.get(pk=order), User.objects.get(pk=user)
        commit = connection._commit
        connection._commit = lambda: (tick(), commit(), tick())
        with connection.execute_wrapper(count):
            orders.verify(user, order.pk, number=order.number, signed_on=order.signed_on,
                          effective_on=order.effective_on)
        print(first - left, flush=True)
        os._exit(0)
    if os.waitpid(pid, 0)[1]:
        print(0, flush=True)
"""


@contextmanager
def worker() -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.communicate()


def there() -> tuple[object, ...]:
    """What there is of an order: its place, officers, cases, measures, entries, notices and events."""
    return (
        Order.objects.get().status,
        Officer.objects.filter(status="DISMISSED").count(),
        Case.objects.filter(status="IN_FORCE").count(),
        Measure.objects.count(),
        RegisterEntry.objects.count(),
        CaseNotice.objects.filter(kind="decision").count(),
        Event.objects.filter(verb="measure.taken").count(),
    )


def test_an_order_of_ten_is_there_as_a_whole_or_not_at_all():
    road = Road()
    order = road.ordered(*(road.decided() for _ in range(10)))
    nothing, all_of_it = ("REGISTERED", 0, 0, 0, 0, 0, 0), ("IN_FORCE", 10, 10, 10, 10, 10, 10)

    with worker() as process:

        def verify_until(statement: int) -> int:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{statement} {order.pk} {road.verifier.pk}\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        statement, now = 0, there()
        while now == nothing:
            statement += 1
            killed = verify_until(statement) == 0
            now = there()
            assert now in (nothing, all_of_it), statement
            assert killed
    assert statement > 100  # as many statements there were, and after the last the commit
