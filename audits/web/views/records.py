"""A record as it stood at a moment, beside another."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.queries.past import TICK, Beside, Happened, Past
from audits.queries.records import called, record, title
from audits.queries.said import words_of
from audits.queries.subjects import MODELS
from audits.web.forms.records import Moments, moment_of
from audits.web.views.looking import looks
from foundation.web.templatetags.web import moment as in_words
from ledger import clock
from ledger.reading import note_read


def address(table: str, pk: int, at: datetime | None = None, beside: datetime | None = None) -> str:
    """The page of a record, with two moments or as the page chooses them."""
    named = {"at": at, "beside": beside}
    said = {name: moment.isoformat() for name, moment in named.items() if moment}
    return reverse("audit_record", args=[table, pk]) + (f"?{urlencode(said)}" if said else "")


def step(table: str, pk: int, recorded_at: datetime) -> str:
    """The page of a record just before an event beside just after it."""
    return address(table, pk, recorded_at - TICK, recorded_at)


@looks
def audit_record(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    user: Any = request.user
    row = record(table, pk, user)
    asked = {name: moment_of(request.GET.get(name, "")) for name in ("at", "beside")}
    note_read(
        user,
        "opened",
        table,
        pk,
        fields=["past"],
        **{name: moment.isoformat() if moment else "" for name, moment in asked.items()},
    )
    past = Past(row, user)
    old, new = asked["at"] or past.first or clock.now(), asked["beside"] or clock.now()
    swapped = old > new
    if swapped:
        old, new = new, old
    said = {name: moment.isoformat() if moment else "" for name, moment in asked.items()}
    form = Moments(
        {"at": said["beside"], "beside": said["at"]} if swapped else said, moments=list(_moments(past))
    )
    whole = past.beside(type(row), pk, old, new)
    parts = past.parts(old, new)
    context = {
        "title": title(row),
        "table": table,
        "old": old,
        "new": new,
        "is_now": new not in asked.values(),
        "form": form,
        "record": _shown(whole, called(type(row))),
        "parts": [
            {
                "words": part.words,
                "changed": [_shown(one, part.words) for one in part.rows if one.mark],
                "same": [_shown(one, part.words) for one in part.rows if not one.mark],
            }
            for part in parts
        ],
        "between": [_line(one, table, pk) for one in past.between(old, new)],
        "thread": _thread_of(row),
        "breadcrumbs": [(_("Audits"), reverse("audits")), (title(row), "")],
    }
    return render(request, "audits/record.html", context)


def _moments(past: Past) -> Iterator[tuple[str, str]]:
    """Each moment of the record's own events, with what was done last at it."""
    at = {event.recorded_at: words_of(event) for event in past.events}
    for moment, words in at.items():
        yield moment.isoformat(), f"{in_words(moment)} – {words}"


def _shown(row: Beside, words: Any) -> dict[str, Any]:
    """A row for the page: without columns that are empty at both moments."""
    nothing = {"", "–"}
    return {
        "words": f"{words} #{row.pk}",
        "url": address(row.model._meta.db_table, row.pk),
        "mark": row.mark,
        "old": row.old.kind,
        "new": row.new.kind,
        "cells": [cell for cell in row.cells if cell.is_changed or not {cell.old, cell.new} <= nothing],
    }


def _line(one: Happened, table: str, pk: int) -> dict[str, Any]:
    return {"event": one, "url": step(table, pk, one.recorded_at)}


def _thread_of(row: Any) -> str:
    for about, model in MODELS.items():
        if isinstance(row, model):
            return reverse("audit_thread", args=[about, row.pk])
    return ""
