"""Evidence packs: those that were made, and the making of one of a record, a review or a sample."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from audits.actions import packs
from audits.models import EvidencePack, Review, Sample
from audits.queries.subjects import visible
from audits.web.forms.packs import OfForm, PackForm
from audits.web.views.looking import looks
from foundation.web.keyset import BadCursor, Keyset
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.web.forms.refusals import show

PAGE = 25


@looks
def evidence_packs(request: HttpRequest) -> Any:
    """The packs made; with a record, a review or a sample named, the form that makes one. Made, it is the answer."""
    user: Any = request.user
    asked = OfForm(request.POST if request.method == "POST" else request.GET)
    if not asked.is_valid():
        raise Http404
    of = {name: value for name, value in asked.cleaned_data.items() if value}
    form, status = None, 200
    label, parts = _named(user, of)
    if request.method == "POST":
        form = PackForm(request.POST, parts=parts)
        if form.is_valid():
            try:
                return _given(packs.make(user, **_said(form.cleaned_data)))
            except ValidationError as refusal:
                show(form, refusal)
            except PermissionDenied as refusal:
                form.add_error(None, str(refusal))
                status = 403
            except Conflict as refusal:
                form.add_error(None, str(refusal))
                status = 409
    elif label:
        form = PackForm(initial=of, parts=parts)
    rows = EvidencePack.objects.visible_to(user).select_related("made_by")
    try:
        page = Keyset(
            rows,
            order=("-id",),
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("evidence_packs")
    note_read(user, "listed", "audits_evidencepack")
    return render(
        request,
        "audits/packs.html",
        {"form": form, "label": label, "page": page, "rows": page.rows},
        status=status,
    )


def _said(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "about": given["about"],
        "row_id": given["row"],
        "review_id": given["review"],
        "sample_id": given["sample"],
        "part": given.get("part", 1),
        "moment": given["moment"],
        "reason": given["reason"],
    }


def _named(user: Any, of: dict[str, Any]) -> tuple[str, int]:
    """What a pack is to be of, in words, and in how many parts; nothing where nothing is named.

    :raises Http404: for what he does not see
    """
    if "sample" in of:
        sample = Sample.objects.visible_to(user).select_related("audit").filter(pk=of["sample"]).first()
        if sample is None:
            raise Http404
        words = _("Sample %(number)s of %(audit)s") % {
            "number": sample.number,
            "audit": sample.audit.reference,
        }
        return words, max(1, packs.parts_of(sample.items.count()))
    if "review" in of:
        review = Review.objects.visible_to(user).filter(pk=of["review"]).first()
        if review is None:
            raise Http404
        of = {"about": review.about, "row": review.row_id}
    if "about" in of and "row" in of:
        row = visible(of["about"], user).filter(pk=of["row"]).first()
        if row is None:
            raise Http404
        return str(getattr(row, "reference", row)), 1
    return "", 1


def _given(made: packs.Made) -> HttpResponse:
    # The response closes the file, which lies nowhere under a name.
    response: Any = FileResponse(
        made.file, as_attachment=True, filename=f"{made.row.reference}.zip", content_type="application/zip"
    )
    response["Cache-Control"] = "no-store"
    return response
