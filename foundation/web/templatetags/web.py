"""The pages' parts: `{% load web %}`. Each tag and filter says how it is called; the markup is in
`templates/components/`.

Values:   {{ 12345|number }}  {{ born_on|day }}  {{ born_on|short_day }}  {{ event.recorded_at|moment }}
          {{ test.collected_at|claimed:event.recorded_at }}  {{ "2026"|native_digits }}  {{ any|written }}
          {{ 1234567|bytes }}
Small:    {% tag "Reported" "green" %}  {% alert "Saved." "success" %}  {% empty "No sheets yet." %}
Acts:     {% button "Save" %}  {% button "Open" href=url variant="secondary" %}
          {% post_button url "Void" variant="warning" version=test.version %}
Lists:    {% table caption="Sheets" %}<thead>…</thead><tbody>…</tbody>{% endtable %}  {% pages page %}
          {% summary_list rows %}  {% timeline items %}  {% filters form %}  {% progress 3 10 "Rows read" %}
Forms:    {% error_summary form %}  {{ form }}  {{ form.name.as_field_group }}
Files:    {% asset "probity.js" %}
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.forms import BaseForm
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import numberformat, timezone
from django.utils.formats import get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from foundation.khmer import format_date, to_khmer_digits
from foundation.web.panels import chosen, without_place

register = template.Library()

CLAIM_NEEDS_A_FLAG = timedelta(hours=24)
COLOURS = {"grey", "blue", "teal", "green", "yellow", "orange", "red", "purple"}


@lru_cache(maxsize=1)
def _manifest() -> dict[str, str]:
    found = finders.find("manifest.json")
    if not isinstance(found, str):
        raise RuntimeError("The assets are not built: run `.venv/bin/python assets/build.py`.")
    with open(found) as file:
        names: dict[str, str] = json.load(file)
    return names


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file: `{% asset "en.css" %}`.

    :raises KeyError: if the build made no such file
    """
    return static(_manifest()[name])


@register.filter
def number(value: Any) -> str:
    """`{{ 12345|number }}`: Latin digits, grouped as the language groups them. Not a number: as it is."""
    if not isinstance(value, (int, float, Decimal)) or isinstance(value, bool):
        return str(value)
    # Django's Khmer format has the separators and leaves the grouping out.
    return numberformat.format(
        value,
        get_format("DECIMAL_SEPARATOR"),
        grouping=3,
        thousand_sep=get_format("THOUSAND_SEPARATOR"),
        force_grouping=True,
        use_l10n=True,
    )


@register.filter
def native_digits(value: Any) -> str:
    """`{{ sheet.number|native_digits }}`: Khmer digits on a Khmer page, unchanged on an English one."""
    return to_khmer_digits(str(value)) if get_language() == "km" else str(value)


@register.filter(name="bytes")
def size(value: int) -> str:
    """`{{ file.size|bytes }}`: 1.2 MB, or 14 KB for less than one; of 1,000,000 and 1,000 bytes."""
    if value < 1_000_000:
        return gettext("%(size)s KB") % {"size": native_digits(max(1, round(value / 1000)))}
    return gettext("%(size)s MB") % {"size": native_digits(f"{value / 1_000_000:.1f}")}


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: date | None) -> str:
    """`{{ d|day }}`: 22 November 2026, ទី២២ ខែវិច្ឆិកា ឆ្នាំ២០២៦. A moment counts by the day in Phnom Penh."""
    if value is None or value == "":
        return ""
    value = _local(value)
    return format_date(value.date() if isinstance(value, datetime) else value, get_language() or "km")


@register.filter
def short_day(value: date | None) -> str:
    """`{{ d|short_day }}`: 22/11/2026, for tables."""
    return native_digits(f"{_local(value):%d/%m/%Y}") if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """`{{ at|moment }}`: 22 November 2026, 14:05; ទី២២ ខែវិច្ឆិកា ឆ្នាំ២០២៦ ម៉ោង ១៤:០៥. Time of Phnom Penh."""
    if not value:
        return ""
    clock = native_digits(f"{_local(value):%H:%M}")
    return gettext("%(day)s, %(time)s") % {"day": day(value), "time": clock}


@register.filter
def hour(value: datetime | None) -> str:
    """`{{ at|hour }}`: 22/11/2026, 14:00–15:00: what is kept to the hour is not said more exactly."""
    if not value:
        return ""
    span = native_digits(f"{_local(value):%H:00}–{_local(value) + timedelta(hours=1):%H:00}")
    return gettext("%(day)s, %(time)s") % {"day": short_day(value), "time": span}


@register.filter
def written(value: Any) -> Any:
    """`{{ value|written }}`: whatever it is, as the language writes it; nothing is a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return number(value) if isinstance(value, Decimal) else value


def _time(value: datetime) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), moment(value))


@register.filter
def claimed(value: datetime | None, recorded_at: datetime | None) -> SafeString | str:
    """`{{ test.collected_at|claimed:event.recorded_at }}`: the claimed time, with a flag if it lies more than
    24 hours from its recording.
    """
    if not value:
        return ""
    if recorded_at is None or abs(recorded_at - value) <= CLAIM_NEEDS_A_FLAG:
        return _time(value)
    return format_html(
        '{} <strong class="govuk-tag govuk-tag--orange">{}</strong> <span class="claim">{}</span>',
        _time(value),
        gettext("Claimed"),
        gettext("recorded %(moment)s") % {"moment": moment(recorded_at)},
    )


@register.simple_tag
def tag(text: str, colour: str = "grey") -> SafeString:
    """`{% tag "Reported" "green" %}`: a status. The word must say it all; the colour only helps.

    :raises ValueError: if there is no such colour
    """
    if colour not in COLOURS:
        raise ValueError(f"no colour {colour}: {', '.join(sorted(COLOURS))}")
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, text)


@register.inclusion_tag("components/alert.html")
def alert(text: str, variant: str = "information") -> dict[str, Any]:
    """`{% alert "Saved." "success" %}`: variants are information, success, warning, error."""
    titles = {
        "information": gettext("Information"),
        "success": gettext("Success"),
        "warning": gettext("Warning"),
        "error": gettext("Error"),
    }
    variant = {"info": "information", "debug": "information", "danger": "error"}.get(variant, variant)
    variant = variant if variant in titles else "information"
    return {"text": text, "variant": variant, "title": titles[variant]}


@register.inclusion_tag("components/empty.html")
def empty(text: str, href: str = "", label: str = "") -> dict[str, Any]:
    """`{% empty "No sheets yet." href=url label="Start a sheet" %}`: a list with nothing in it."""
    return {"text": text, "href": href, "label": label}


@register.inclusion_tag("components/button.html")
def button(label: str, href: str = "", variant: str = "", name: str = "", value: str = "") -> dict[str, Any]:
    """`{% button "Save" %}` in a form, `{% button "Open" href=url %}` as a link; variants are secondary,
    warning, inverse.
    """
    return {"label": label, "href": href, "variant": variant, "name": name, "value": value}


@register.inclusion_tag("components/post_button.html", takes_context=True)
def post_button(
    context: RequestContext, url: str, label: str, variant: str = "", **hidden: Any
) -> dict[str, Any]:
    """`{% post_button url "Void" variant="warning" version=test.version %}`: one button that writes, as a
    form of its own; further arguments become its hidden fields.
    """
    fields = {name: value for name, value in hidden.items() if value is not None}
    return {
        "url": url,
        "label": label,
        "variant": variant,
        "fields": fields,
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_block_tag
def table(content: str, caption: str, *, hidden: bool = False, numbered: str = "") -> SafeString:
    """`{% table caption="Sheets" %}<thead>…</thead><tbody>…</tbody>{% endtable %}`: scrolls sideways within
    itself on a phone. `hidden=True` keeps the caption for screen readers only, where a heading says the same.
    Cells need no classes; give numbers `class="number"`.
    """
    return format_html(
        '<div class="table-frame" role="region" tabindex="0" aria-label="{}"><table class="govuk-table">'
        '<caption class="govuk-table__caption govuk-table__caption--m{}">{}</caption>{}</table></div>',
        caption,
        " govuk-visually-hidden" if hidden else "",
        caption,
        content,
    )


@register.inclusion_tag("components/pages.html", takes_context=True)
def pages(context: RequestContext, page: Any, label: str = "") -> dict[str, Any]:
    """`{% pages page %}`: `page.previous` and `page.next` are cursors for `?before=` and `?after=`."""

    def link(name: str, cursor: str | None) -> str:
        if not cursor:
            return ""
        query = without_place(context["request"].GET)
        query[name] = cursor
        return f"?{query.urlencode()}"

    return {"previous": link("before", page.previous), "next": link("after", page.next), "label": label}


@register.inclusion_tag("components/filters.html", takes_context=True)
def filters(context: RequestContext, form: BaseForm) -> dict[str, Any]:
    """`{% filters form %}`: a panel around a form over `request.GET`, with what is chosen on top."""
    request = context["request"]
    form.mark_optional = False  # type: ignore[attr-defined]
    return {"form": form, "chosen": list(chosen(form, request.GET)), "path": request.path}


@register.inclusion_tag("components/timeline.html")
def timeline(items: Iterable[Mapping[str, Any]], level: int = 2) -> dict[str, Any]:
    """`{% timeline items %}`: each item has `title` and `at`, and may have `by`, `recorded_at` (flags a
    claim), `text`, `rows` (pairs of label and value) and `url`.
    """
    return {"items": items, "level": level}


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Iterable[Any]) -> dict[str, Any]:
    """`{% summary_list rows %}`: rows are `(label, value)` or `(label, value, url, "Change")`. Days, moments,
    numbers, yes and no, and nothing are written as the language writes them.
    """
    names = ("label", "value", "url", "act")
    return {"rows": [dict(zip(names, (row[0], written(row[1]), *row[2:]), strict=False)) for row in rows]}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str) -> dict[str, Any]:
    """`{% progress 3 10 "Rows read" %}`: how far a piece of work is; a total of 0 is one not known yet."""
    return {"done": done, "total": total, "label": label}


@register.simple_tag
def error_summary(*forms: Any) -> SafeString:
    """`{% error_summary form %}`: what is wrong, on top of the page, each line a link to its field. A form
    that stands in one does not print another of its own.
    """
    lines: list[tuple[str, str]] = []
    for form in forms:
        if not form or getattr(form, "summarised", False):
            continue
        form.summarised = True
        lines += [("", str(error)) for error in form.non_field_errors()]
        for field in form:
            link = "" if field.is_hidden else field.summary_id
            # A label that asks is the heading of its page, and its error an answer to it.
            named = link and not str(field.label).endswith("?")
            lines += [(link, f"{field.label}: {error}" if named else str(error)) for error in field.errors]
    if not lines:
        return mark_safe("")
    rendered = render_to_string("components/error_summary.html", {"lines": lines})
    return mark_safe(rendered)  # noqa: S308 - a template escaped it
