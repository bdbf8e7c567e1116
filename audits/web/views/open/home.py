from django.http import HttpRequest, HttpResponse

from audits.web.views.open.answering import public_page, show


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """What this is, and the main figures."""
    return show(request, "open/home.html")
