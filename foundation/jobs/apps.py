from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "foundation.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Read every floor's timetable: the staff home shows jobs in a process that never runs one."""
        autodiscover_modules("tasks")
