"""`/metrics`, for Prometheus. What PostgreSQL knows is asked at each scrape: right whichever process answers.

With more than one process behind one address set `PROMETHEUS_MULTIPROC_DIR`, as prometheus_client has it. No label
names a person; requests that are to leave no trace are not counted.
"""

import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from config.release import RELEASE

logger = logging.getLogger(__name__)

REQUESTS = Counter("probity_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "probity_request_seconds",
    "How long answers took",
    ["method", "route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(method, route).observe(seconds)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for whoever has the token; for everybody else there is nothing here.

    :raises Http404: without the token, or where none was set
    """
    token = _token()
    if not token or not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        raise Http404
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    facts = CollectorRegistry()
    facts.register(Facts())
    return HttpResponse(encode(registry) + encode(facts), content_type=content_type)


def _token() -> str:
    """From the environment, or from a file among the keys."""
    path = settings.KEYS_DIR / "metrics_token"
    return settings.METRICS_TOKEN or (path.read_text().strip() if path.is_file() else "")


class Facts(Collector):
    """What is so at this moment. What cannot be found out is left out, and counted."""

    def collect(self) -> Iterator[Metric]:
        yield _gauge("probity_release_info", "The release that answers", {(RELEASE,): 1}, "release")
        missing: dict[tuple[str], float] = {}
        for look in (_jobs, _alarms, _log, _imports, _queue, _disks, _pool):
            name = look.__name__.strip("_")
            try:
                yield from list(look())
                missing[(name,)] = 0
            except Exception as error:
                logger.warning("figures are missing", extra={"check": name, "error": type(error).__name__})
                missing[(name,)] = 1
        yield _gauge("probity_facts_missing", "Whether facts could not be found out", missing, "facts")


def _gauge(name: str, words: str, values: Mapping[Any, float], *labels: str) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, words, labels=labels)
    for key, value in values.items():
        gauge.add_metric([str(part) for part in key], value)
    return gauge


def _jobs() -> Iterable[Metric]:
    from foundation.jobs.models import database_now
    from foundation.jobs.overview import overview

    now, states = database_now(), overview()

    def each(read: Callable[..., float]) -> dict[tuple[str, ...], float]:
        return {(state.name,): read(state) for state in states}

    def age(moment: datetime) -> float:
        return (now - moment).total_seconds()

    ages = {(state.name,): age(state.last_success) for state in states if state.last_success}
    yield _gauge("probity_job_success_age_seconds", "Since a job last succeeded", ages, "job")
    yield _gauge("probity_job_late", "Whether a job is late", each(lambda job: job.is_late), "job")
    yield _gauge(
        "probity_job_failing", "Whether its last run failed", each(lambda job: job.is_failing), "job"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT name, succeeded, (SELECT count(*) FROM jobs_jobrun r WHERE r.task = name
              AND r.succeeded = s.succeeded AND r.finished_at > now() - interval '1 day')
            FROM unnest(%s::text[]) AS name, (VALUES (true), (false)) AS s (succeeded)
            """,
            [[state.name for state in states]],
        )
        runs = {(name, "success" if well else "failure"): number for name, well, number in cursor.fetchall()}
        yield _gauge("probity_job_runs_last_day", "Periods a job ended in, in a day", runs, "job", "outcome")
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp() - max(finished_at)) FROM jobs_jobrun WHERE task = 'backup'"
        )
        (backup,) = cursor.fetchone()
        if backup is not None:
            yield _gauge("probity_backup_age_seconds", "Since the last backup", {(): float(backup)})


def _alarms() -> Iterable[Metric]:
    from foundation.jobs.alarms import conditions
    from foundation.jobs.models import Alarm

    sounding = set(Alarm.objects.sounding().values_list("name", flat=True))
    values = {(one.name,): float(one.name in sounding) for one in conditions()}
    yield _gauge("probity_alarm", "Whether an alarm sounds", values, "alarm")


def _log() -> Iterable[Metric]:
    from ledger.sealing import head, unsealed

    waiting, oldest = unsealed()
    yield _gauge("probity_events_sealed", "Events in the sealed order", {(): head().position})
    yield _gauge("probity_events_unsealed", "Events that wait for their place in it", {(): waiting})
    yield _gauge("probity_events_unsealed_seconds", "How long the oldest waits", {(): oldest.total_seconds()})


def _imports() -> Iterable[Metric]:
    from officers.queries.imports import waiting_imports

    waiting, oldest = waiting_imports()
    yield _gauge("probity_imports_waiting", "Files that wait for a worker", {(): waiting})
    yield _gauge("probity_imports_waiting_seconds", "How long the oldest waits", {(): oldest.total_seconds()})


def _queue() -> Iterable[Metric]:
    from foundation.jobs.health import queue_length

    yield _gauge("probity_queue_length", "Hints that wait for a worker", {(): queue_length()})


def _disks() -> Iterable[Metric]:
    from foundation.jobs.tasks import disks

    usage = {(name,): shutil.disk_usage(path) for name, path in disks().items()}
    free = {name: float(one.free) for name, one in usage.items()}
    total = {name: float(one.total) for name, one in usage.items()}
    yield _gauge("probity_disk_free_bytes", "Free on the disk of a folder", free, "folder")
    yield _gauge("probity_disk_bytes", "Size of the disk of a folder", total, "folder")


def _pool() -> Iterable[Metric]:
    """Of the process that answers."""
    pool = connections["default"].pool  # type: ignore[attr-defined]
    values = {(name,): float(value) for name, value in pool.get_stats().items()}
    yield _gauge("probity_database_pool", "psycopg's figures of the pool of this process", values, "figure")
