"""A file of a complaint, given out to be saved: never to be opened by the browser as a page of ours."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cases.actions.files import content_of
from cases.models import ComplaintFile
from cases.models.files import KeptFile
from ledger.reading import note_read
from officers.web.views.acting import SignedIn


@login_required
@require_safe
def file(request: SignedIn, pk: int, file: int) -> HttpResponse:
    """One that is cleared, for who reads the report; the look is noted before it leaves."""
    row = get_object_or_404(ComplaintFile.objects.visible_to(request.user), complaint_id=pk, pk=file)
    return given_out(request, row, complaint=pk)


def given_out(request: SignedIn, row: KeptFile, **about: Any) -> HttpResponse:
    """The content of a file as something to save, after the look at it was noted."""
    content = content_of(row)
    note_read(request.user, "exported", row._meta.db_table, row.pk, fields=["content"], **about)
    return sent(content, row.media_type, row.name)


def sent(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Something to save, never to be opened by the browser as a page of ours."""
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )
