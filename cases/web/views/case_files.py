"""The scan of a paper in a case or of an order, given out to be saved."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cases.models import CaseFile
from cases.web.views.case_steps import seen
from cases.web.views.files import given_out
from officers.web.views.acting import SignedIn


@login_required
@require_safe
def file(request: SignedIn, pk: int, file: int) -> HttpResponse:
    """One that is cleared, for whom the case is; the look is noted before it leaves."""
    of_case = Q(paper__case=seen(request, pk)) | Q(order__lines__case=pk)
    rows = CaseFile.objects.visible_to(request.user).filter(of_case).distinct()
    return given_out(request, get_object_or_404(rows, pk=file), case=pk)
