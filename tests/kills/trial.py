"""One run from the first process to the last finding."""

import contextlib
import os
import random
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.kills.checks import Checks, at_rest
from tests.kills.client import Client
from tests.kills.journal import Journal
from tests.kills.killer import LONGEST_AWAY, Killer
from tests.kills.system import ROLES, System, wait_until
from tests.kills.work import Collector, Importer, RosterImporter, SheetImporter, header

UNTIL_REST = 900  # seconds: a job that failed is tried again after a pause that grows
VALKEY_GRACE = 120  # seconds in which all work is done once Valkey is back


@dataclass
class Size:
    """How much of it: `importers` of each kind of file; Valkey stands still for `pause` seconds after the kills."""

    kills: int = 200
    seed: int = 7
    collectors: int = 5
    importers: int = 3
    officers: int = 600
    rows: int = 2500
    pause: float = 60


@dataclass
class Report:
    figures: dict[str, object] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{name + ':':<34}{value}" for name, value in self.figures.items()]
        lines.append(f"{'findings:':<34}{len(self.findings)}")
        return "\n".join(lines + [f"  - {finding}" for finding in self.findings])


class Trial:
    def __init__(self, data: Path, size: Size, say: Callable[[str], None]) -> None:
        self.size = size
        self.say = say
        self.begun = time.monotonic()
        self.report = Report()
        self.journal = Journal()
        self.system = System(data, officers=size.officers, clients=1 + size.collectors + size.importers)
        self.random = random.Random(size.seed)
        self.clients: dict[str, Client] = {}
        self.workers: list[Collector | Importer] = []
        self._people()
        self.killer = Killer(self.system, self.journal, size.seed, say)

    def _people(self) -> None:
        world = self.system.world
        officers = world["officers"][: min(200, len(world["officers"]))]
        visiting, *others = world["administrators"]
        self.visitor = SheetImporter(self._client("visitor", visiting), visiting["unit"], officers)
        for n, one in enumerate(others[: self.size.collectors], 1):
            self.workers.append(Collector(self._client(f"collector{n}", one), one["unit"], officers))
        for n, one in enumerate(others[self.size.collectors :], 1):
            self.workers.append(SheetImporter(self._client(f"importer{n}", one), one["unit"], officers))
        one = world["registrar"]
        for n in range(1, self.size.importers + 1):
            client = self._client(f"registrar{n}", one)
            numbers = range(n * 1_000_000, (n + 1) * 1_000_000)
            self.workers.append(
                RosterImporter(client, one["unit"], world["rank"], numbers, most=self.size.rows)
            )

    def _client(self, name: str, one: dict[str, Any]) -> Client:
        random_ = random.Random(self.random.getrandbits(64))
        self.clients[name] = Client(name, self.system.port, one["key"], self.journal, random_)
        return self.clients[name]

    @property
    def importers(self) -> list[Importer]:
        return [*(one for one in self.workers if isinstance(one, Importer)), self.visitor]

    def run(self) -> Report:
        with self.system.running():
            self.say(f"running on port {self.system.port} after {time.monotonic() - self.begun:.0f} s")
            self._work()
            self._look()
            if self.system.launched.process.poll() is not None:
                self._found("the launcher has ended")
            elif (status := self.system.launched.interrupt()) != 0:
                self._found(f"the launcher ended with status {status}")
        if left := self.system.left_over():
            self._found(f"processes were left behind: {left}")
        self._tell()
        return self.report

    def _found(self, *sentences: str) -> None:
        self.report.findings += sentences

    def _work(self) -> None:
        ((self.since,),) = self.system.rows("SELECT coalesce(max(id), 0) FROM ledger_event") or [(0,)]
        threads = [
            threading.Thread(target=self._guarded, args=[one.run], daemon=True) for one in self.workers
        ]
        for thread, one in zip(threads, self.workers, strict=True):
            thread.name = one.client.name
        for thread in threads:
            thread.start()
        self.system.start_twins()
        begun = time.monotonic()
        self.killer.run(self.size.kills)
        self.report.figures["seconds of killing"] = round(time.monotonic() - begun)
        self.say(f"{self.killer.killed.total()} kills in {time.monotonic() - begun:.0f} s")
        self.report.figures["longest without any answer, s"] = round(self.journal.longest_silence(), 1)
        self._lose_an_answer()
        if self.size.pause:
            self._trouble_valkey()
        self.system.end_twins()  # what is left must be done by those that were killed
        for client in self.clients.values():
            client.stop.set()
        end = time.monotonic() + UNTIL_REST
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()))
            if thread.is_alive():
                self._found(f"{thread.name} still waits for its answer or its file")
        for importer in self.importers:
            importer.given_up = True
        begun = time.monotonic()
        self._found(*at_rest(self.system, max(60.0, end - time.monotonic()), self.say))
        self.report.figures["seconds until all was at rest"] = round(time.monotonic() - begun)

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:
            self.journal.fault(f"a client broke: {traceback.format_exc()}")

    def _trouble_valkey(self) -> None:
        """Flushed, standing still, come back empty: requests go on, and their work is done soon after its return."""
        for trouble in (self._flushed, self._standing_still, self._come_back_empty):
            name = trouble.__name__.strip("_").replace("_", " ")
            wait_until(self.system.valkey_answers, VALKEY_GRACE)
            before, begun = len(self.journal.acknowledged()), time.monotonic()
            visit = threading.Thread(target=self._guarded, args=[self.visitor.one_file], daemon=True)
            trouble(visit)
            returned = time.monotonic()
            visit.join(VALKEY_GRACE)
            if visit.is_alive():
                self._found(f"a file still waits {VALKEY_GRACE} s after Valkey was {name}")
            told = (
                f"{len(self.journal.acknowledged()) - before} answers in {returned - begun:.0f} s, "
                f"a file done {time.monotonic() - returned:.1f} s after"
            )
            self.report.figures[f"Valkey {name}"] = told
            self.say(f"Valkey {name}: {told}")

    def _flushed(self, visit: threading.Thread) -> None:
        self.system.valkey().flushall()
        visit.start()

    def _standing_still(self, visit: threading.Thread) -> None:
        (valkey,) = self.system.processes("valkey")
        valkey.send_signal(signal.SIGSTOP)
        uploads = len(self.journal.acknowledged("upload"))
        visit.start()
        time.sleep(self.size.pause)  # the trouble itself
        if len(self.journal.acknowledged("upload")) == uploads:
            self._found("no upload was answered while Valkey stood still")
        valkey.send_signal(signal.SIGCONT)

    def _come_back_empty(self, visit: threading.Thread) -> None:
        (valkey,) = self.system.processes("valkey")
        valkey.kill()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.system.data / "valkey" / "dump.rdb")
        visit.start()
        wait_until(lambda: self.system.is_ready("valkey"), VALKEY_GRACE)

    def _lose_an_answer(self) -> None:
        """The web server dies between commit and answer; the client sends it again and is told what was done."""
        client, mark = self.visitor.client, self.visitor.client.mark("unheard")
        asked = client.prepared("open", "sheets/", header(mark, self.visitor.unit), mark=mark)
        done = "SELECT 1 FROM officers_sheet WHERE site = %s"
        wait_until(lambda: self.system.is_ready("web"), LONGEST_AWAY)
        connection = client.send_unheard(asked)
        if not wait_until(lambda: self.system.rows(done, mark), LONGEST_AWAY):
            self._found("a request that nobody waits for was not carried out")
        for role in ("web child", "web"):
            for process in self.system.processes(role):
                process.kill()
        connection.close()
        client.ask(asked)
        if not asked.replayed:
            self._found(f"a request whose answer was lost was not answered from memory: {asked.answer}")

    def _look(self) -> None:
        for importer in self.importers:
            importer.client.stop.clear()
        checks = Checks(self.system, self.journal, self.importers, self.clients, self.since)
        self._found(*checks.findings())
        repeated = "SELECT count(*) FROM jobs_jobrun WHERE attempts > 1 AND task NOT IN ('beat', 'sealer')"
        ((self.report.figures["work begun more than once"],),) = self.system.rows(repeated) or [("?",)]
        for role in ROLES:
            if not self.system.is_ready(role):
                self._found(f"there is no {role} at the end")

    def _tell(self) -> None:
        acknowledged = self.journal.acknowledged()
        files = [file for importer in self.importers for file in importer.files]
        slowest = max(acknowledged, key=lambda one: one.ended_at - one.sent_at)
        self.report.figures = {
            "seed": self.size.seed,
            "kills": self.killer.killed.total(),
            **{f"  of {role}": count for role, count in sorted(self.killer.killed.items())},
            **self.report.figures,
            "requests acknowledged": len(acknowledged),
            "  sent again": sum(one.attempts > 1 for one in acknowledged),
            "  answered from memory": sum(one.replayed for one in acknowledged),
            "  without a key, never answered": sum(one.outcome == "uncertain" for one in self.journal.asked),
            "  trouble met": dict(self.journal.trouble),
            "longest wait of one request, s": f"{slowest.ended_at - slowest.sent_at:.1f} ({slowest.what})",
            "imports": len(files),
            **{
                f"  {status or 'no end'}": sum(file.status == status for file in files)
                for status in sorted({file.status for file in files})
            },
            "rows in them": sum(len(file.marks) for file in files),
            "seconds in all": round(time.monotonic() - self.begun),
        }
