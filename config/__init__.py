"""Wiring: settings, addresses, Celery, the embedded servers. Nobody imports it."""
