"""The Celery app: `celery -A config.celery worker` does the work, `... beat` hints at it."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("probity")
app.config_from_object("django.conf:settings", namespace="CELERY")
