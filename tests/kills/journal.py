"""What the clients asked, and what they were told."""

import itertools
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Asked:
    """One request, however often it was sent. `mark` stands in what it writes, and nowhere else.

    `outcome` is `acknowledged`, `refused`, or `uncertain`: no answer came, and it was not sent again.
    """

    client: str
    what: str
    path: str
    body: bytes
    media_type: str
    key: str | None
    mark: str
    sent_at: float = field(default_factory=time.monotonic)
    outcome: str = "uncertain"
    status: int = 0
    answer: Any = None
    attempts: int = 0
    replayed: bool = False
    ended_at: float = 0.0


class Journal:
    """Shared by all clients. `records` has the last answer about each record, by address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.asked: list[Asked] = []
        self.records: dict[str, Any] = {}
        self.trouble: Counter[str] = Counter()
        self.faults: list[str] = []
        self.under_way = 0

    def begin(self, asked: Asked) -> None:
        with self._lock:
            self.asked.append(asked)
            self.under_way += 1

    def end(self, asked: Asked) -> None:
        with self._lock:
            asked.ended_at = time.monotonic()
            self.under_way -= 1

    def keep(self, address: str, answer: Any) -> None:
        with self._lock:
            self.records[address] = answer

    def count(self, trouble: str) -> None:
        with self._lock:
            self.trouble[trouble] += 1

    def fault(self, sentence: str) -> None:
        with self._lock:
            self.faults.append(sentence)

    def acknowledged(self, *what: str) -> list[Asked]:
        return [one for one in self.asked if one.outcome == "acknowledged" and (not what or one.what in what)]

    def longest_silence(self) -> float:
        """Seconds in which nobody was told anything, from the first request until now."""
        moments = sorted(one.ended_at for one in self.acknowledged())
        moments = [min(one.sent_at for one in self.asked), *moments, time.monotonic()]
        return max(after - before for before, after in itertools.pairwise(moments))
