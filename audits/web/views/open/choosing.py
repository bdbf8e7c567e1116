"""What a reader chooses on a public page: in its address, and only of what there is."""

from collections.abc import Iterable

from django.http import HttpRequest


def chosen_year(request: HttpRequest, years: Iterable[int]) -> int | None:
    """The year asked for; None if it is none of these."""
    asked = request.GET.get("year", "")
    return next((year for year in years if str(year) == asked), None)


def chosen(request: HttpRequest, name: str, of: Iterable[str]) -> str:
    """The code asked for; empty if it is none of these."""
    asked = request.GET.get(name, "")
    return asked if asked in set(of) else ""
