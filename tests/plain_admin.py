"""A plain Django admin of the sheet with its lines as an inline: what the sheet on screen is measured against.

Nobody made it slow: the columns are those of the paper, in its order; everything else is left to the server;
every row is there from the start; an officer is found by his number in the admin's own search box. Only the
saving is left out, since the database refuses a write that no act declares: `taken` gets the lines instead.

`django.contrib.admin` is no installed app of ours, so `with_the_admin` names its templates, tags and files.
"""

from copy import deepcopy
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from officers.models import DrugTest, Officer, Sheet

ROWS = 12
HERE = Path(admin.__file__).parent
TAGS = ("admin_filters", "admin_list", "admin_modify", "admin_urls", "log")
taken: list[dict[str, Any]] = []


def with_the_admin() -> dict[str, Any]:
    """The settings under which the plain admin stands beside our own pages."""
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], HERE / "templates"]
    templates[0]["OPTIONS"]["libraries"] = {tag: f"django.contrib.admin.templatetags.{tag}" for tag in TAGS}
    return {
        "ROOT_URLCONF": "tests.plain_admin",
        "TEMPLATES": templates,
        "STATICFILES_DIRS": [*settings.STATICFILES_DIRS, HERE / "static"],
    }


class Anybody:
    """Permissions are not what is measured."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    has_change_permission = has_delete_permission = has_view_permission


class Lines(Anybody, admin.TabularInline):
    model = DrugTest
    fields = ("officer", "specimen_number", "non_negative_for", "not_taken", "excuse", "remark")
    autocomplete_fields = ("officer",)
    extra = ROWS


class Sheets(Anybody, admin.ModelAdmin):
    fields = ("site",)
    inlines = [Lines]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if request.method != "POST":
            return super().add_view(request, form_url, extra_context)
        formset = self.get_inline_instances(request)[0].get_formset(request)(request.POST, prefix="tests")
        formset.is_valid()  # what a line of the paper does not say makes it invalid as a row; not measured
        taken.extend(form.cleaned_data for form in formset if form.has_changed())
        return HttpResponse("taken")


class Officers(admin.ModelAdmin):
    """To be found only: no signs beside the box for adding or changing an officer, which would cost keys."""

    search_fields = ("service_number",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    has_add_permission = has_change_permission = has_delete_permission = lambda self, request, obj=None: False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return "autocomplete" in request.path


class Site(admin.AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return True

    def i18n_javascript(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponse("", content_type="text/javascript")

    def get_log_entries(self, request: HttpRequest) -> list[Any]:
        return []


site = Site("plain")
site.register(Sheet, Sheets)
site.register(Officer, Officers)

urlpatterns = [path("plain/", site.urls), path("", include("config.urls"))]
