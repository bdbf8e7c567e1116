"""The Celery app: `celery -A config.celery worker` does the work, `... beat` hints at it."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("probity")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["consumer"].add("foundation.jobs.consuming:AskAgain")


@setup_logging.connect
def leave_logging_alone(**kwargs: Any) -> None:
    """It is as the settings have it (config.logs); with nobody here, Celery would set up its own."""


@worker_process_init.connect
def let_go_of_the_workers_sockets(**kwargs: Any) -> None:
    from foundation.jobs.consuming import leave_the_workers_sockets

    leave_the_workers_sockets()


@worker_init.connect
def refuse_to_work_as_owner(**kwargs: Any) -> None:
    """As the web server does; a worker has no other place to ask.

    :raises SystemExit: if its role could switch the ledger off; Celery only logs what a receiver raises otherwise
    """
    from django.core.exceptions import ImproperlyConfigured

    from ledger.guard import refuse_owner

    try:
        refuse_owner()
    except ImproperlyConfigured as refusal:
        raise SystemExit(str(refusal)) from refusal
