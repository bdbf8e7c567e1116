"""The description of the API, for programs and for people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def docs(request: HttpRequest) -> HttpResponse:
    """The readable page, from parts served here."""
    return render(request, "officers/api/docs.html")
