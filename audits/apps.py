from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "audits"

    def ready(self) -> None:
        from audits.queries import open_check  # noqa: F401 - each verification looks there too
