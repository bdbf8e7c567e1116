"""SIGKILL for one process after the other, most often while it has work in hand."""

import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable

import psutil

from tests.kills.journal import Journal
from tests.kills.system import ROLES, System, wait_until

LONGEST_AWAY = 180  # seconds in which the keeper has to have it back
LONGEST_WAIT = 20  # seconds for a moment that suits, before any moment will do
#: Seconds into the work, at most: some of a worker's must come to its end between two deaths.
DEEPEST, DEEPEST_OF_WORKER = 0.1, 2.0
LONGEST_GAP = 1.5  # seconds between two kills
IN_HAND = "SELECT claimant FROM jobs_jobrun WHERE finished_at IS NULL"
PENDING = "SELECT 1 FROM ledger_pending LIMIT 1"


class Killer:
    """Every role comes up equally often, in an order of the seed's."""

    def __init__(self, system: System, journal: Journal, seed: int, say: Callable[[str], None]) -> None:
        self.system = system
        self.journal = journal
        self.say = say
        self.random = random.Random(seed)
        self.killed: Counter[str] = Counter()
        self._down: set[str] = set()
        self._moments: dict[str, Callable[[], bool]] = {
            "worker": self._has_work_in_hand,
            "worker child": self._has_work_in_hand,
            "sealer": lambda: bool(system.rows(PENDING)),
        }

    def run(self, kills: int) -> None:
        while self.killed.total() < kills:
            bag = list(ROLES)
            self.random.shuffle(bag)
            for role in bag[: kills - self.killed.total()]:
                self.kill(role)
            self.say(f"{self.killed.total()} kills, {len(self.journal.acknowledged())} answers")
        for role in list(self._down):
            self._await(role)

    def kill(self, role: str) -> None:
        self._await(role)
        moment = self._moments.get(role, lambda: self.journal.under_way > 0)
        wait_until(moment, LONGEST_WAIT)
        deepest = DEEPEST_OF_WORKER if role.startswith("worker") else DEEPEST
        time.sleep(self.random.uniform(0, deepest))  # anywhere in the work, not always at its beginning
        while True:
            processes = self.system.processes(role)
            if processes:
                victim = self.random.choice(processes)
                with contextlib.suppress(psutil.NoSuchProcess):
                    victim.kill()
                    break
            if not wait_until(lambda: self.system.processes(role), LONGEST_AWAY):
                self.journal.fault(f"there is no {role}")
                return
        self.killed[role] += 1
        self._down.add(role)
        time.sleep(self.random.uniform(0, LONGEST_GAP))  # two may be down at once, not all

    def _has_work_in_hand(self) -> bool:
        """Whether a worker that lives is at something at this moment."""
        alive = {str(child.pid) for child in self.system.processes("worker child")}
        return any(claimant.rpartition("/")[2] in alive for (claimant,) in self.system.rows(IN_HAND) or [])

    def _await(self, role: str) -> None:
        """Until the role is back from the last time."""
        if role in self._down and not wait_until(lambda: self.system.is_ready(role), LONGEST_AWAY):
            self.journal.fault(f"{role} did not come back in {LONGEST_AWAY} seconds")
        self._down.discard(role)
