"""A file of a complaint, given out to be saved: never to be opened by the browser as a page of ours."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cases.actions.files import content_of
from cases.models import ComplaintFile
from ledger.reading import note_read
from officers.web.views.acting import SignedIn

TABLE = ComplaintFile._meta.db_table


@login_required
@require_safe
def file(request: SignedIn, pk: int, file: int) -> HttpResponse:
    """One that is cleared, for who reads the report; the look is noted before it leaves."""
    row = get_object_or_404(ComplaintFile.objects.visible_to(request.user), complaint_id=pk, pk=file)
    content = content_of(row)
    note_read(request.user, "exported", TABLE, row.pk, fields=["content"], complaint=pk)
    return HttpResponse(
        content,
        content_type=row.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{row.name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )
