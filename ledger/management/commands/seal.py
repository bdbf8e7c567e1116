import argparse
import logging
import signal
import threading

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connections

from foundation.jobs.runs import heartbeat
from ledger.sealing import head, seal
from ledger.tasks import SEALER

PAUSE_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Seal committed events. With --loop keep doing it until told to stop."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true")

    def handle(self, *args: object, **options: object) -> None:
        if not options["loop"]:
            self.stdout.write(f"{seal()} sealed. Head {head('sequencer')}")
            return
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        while not stop.is_set():
            try:
                seal()
                heartbeat(SEALER)
            except (OperationalError, InterfaceError) as error:
                # The server is restarting: the events wait in the database, nothing is lost.
                logger.warning("sealing waits for the database", extra={"error": type(error).__name__})
                connections["sequencer"].close()
                connections["default"].close()
            close_old_connections()
            stop.wait(PAUSE_SECONDS)
