import gc
import statistics
import time
from collections.abc import Callable


def interleaved(candidates: dict[str, Callable[[], object]], *, rounds: int, each: int) -> dict[str, float]:
    """Median milliseconds per call of each candidate.

    All take turns in every round, so that a machine that slows down slows all of them; garbage is collected
    between turns, not within.
    """
    samples: dict[str, list[float]] = {name: [] for name in candidates}
    for run in candidates.values():
        run()
    for _ in range(rounds):
        for name, run in candidates.items():
            gc.collect()
            gc.disable()
            for _ in range(each):
                started = time.perf_counter()
                run()
                samples[name].append((time.perf_counter() - started) * 1000)
            gc.enable()
    return {name: statistics.median(found) for name, found in samples.items()}
