from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "foundation.web"
    label = "web"
