"""A process that verifies an order of ten is killed between statements: nothing of it is there, or all."""

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
#: Killed before each of these in turn: a prime, so that with each officer of the order it is somewhere else.
EVERY = 29
#: Forks for each line it reads, "statement order user". The fork verifies the order and dies before that statement; if
#: there are fewer, before the commit; for statement 0 after it. Says which it was.
WORKER = """
import os, signal, sys
import django; django.setup()
from django.db import connection
from cases.actions import orders
from cases.models import Order
from officers.models import User

def die(where):
    print(where, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

def count(execute, *said):
    global left
    left -= 1
    if left == 0:
        die("statement")
    return execute(*said)

def commit():
    if first:
        die("commit")
    committing()
    die("after")

for line in sys.stdin:
    left, order, user = map(int, line.split())
    first = left
    if not os.fork():
        order, user = Order.objects.get(pk=order), User.objects.get(pk=user)
        committing, connection._commit = connection._commit, commit
        with connection.execute_wrapper(count):
            orders.verify(user, order.pk, number=order.number, signed_on=order.signed_on,
                          effective_on=order.effective_on)
        os._exit(1)
    os.wait()
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

        def verify_until(statement: int) -> str:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{statement} {order.pk} {road.verifier.pk}\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        statement = 1
        while (died := verify_until(statement)) == "statement":
            assert there() == nothing, statement
            statement += EVERY
        assert died == "commit"
        assert there() == nothing
        assert statement > 10 * EVERY
        assert verify_until(0) == "after"
    assert there() == all_of_it
