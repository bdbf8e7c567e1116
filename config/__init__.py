"""Wiring. The Celery app is made here, so that every process that sends a hint knows the queue."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
