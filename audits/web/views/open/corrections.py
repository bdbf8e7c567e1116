from django.http import Http404, HttpRequest, HttpResponse

from audits.models import OpenCorrection
from audits.queries.corrections import public_counts
from audits.queries.disclosure import public
from audits.web.views.open.answering import public_page, show
from foundation.web.keyset import BadCursor, Keyset

PAGE = 25


@public_page
def corrections(request: HttpRequest) -> HttpResponse:
    """What the public said is wrong: how much of it is open and late, and each answer, the newest first."""
    answered = public(OpenCorrection).filter(state=OpenCorrection.State.ANSWERED)
    after, before = request.GET.get("after"), request.GET.get("before")
    try:
        page = Keyset(answered, order=("-answered_on", "id"), limit=PAGE, after=after, before=before).page()
    except BadCursor:
        raise Http404 from None
    return show(request, "open/corrections.html", page=page, rows=page.rows, counts=public_counts())
