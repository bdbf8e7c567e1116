"""An order on paper: as it was entered, or to be signed; as a page to print and as a PDF, in Khmer or in English."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.models import Case, Decision, Order
from cases.models.deciding import HEIGHT
from cases.models.grounds import GroundKind
from cases.models.orders import SEES_ORDERS
from cases.queries.orders import awaiting, decisions_of, grounds_of, lines_of
from cases.web.forms.orders import MOST, ChooseDraft
from cases.web.views.case_list import TABLE as CASES
from cases.web.views.case_told import measure_in_words
from cases.web.views.files import sent
from cases.web.views.orders import TABLE, case_choices, seen
from foundation.files.typeset import typeset
from foundation.web.templatetags.web import day, moment, native_digits
from ledger import clock
from ledger.reading import note_read
from officers.models import Unit, User
from officers.models.settings import Instrument
from officers.queries.settings import named, rank_names
from officers.web.views.acting import SignedIn

SOURCE = Path(settings.BASE_DIR) / "templates" / "cases" / "order" / "paper.typ"


@login_required
@require_safe
def paper(request: SignedIn, pk: int) -> HttpResponse:
    """An order as it was entered."""
    row = seen(request, pk)
    form = _form_of(request)
    note_read(request.user, "exported", TABLE, row.pk, fields=["order", "lines"], form=form)
    with translation.override(_language(request)):
        return _given(request, _of_order(row, request.user), f"order-{row.pk}")


@login_required
@require_safe
def draft(request: SignedIn) -> HttpResponse:
    """What is to be signed for decided cases: one chooses them first."""
    user = request.user
    if not user.has_role(*SEES_ORDERS):
        raise Http404
    cases = list(awaiting(user)[:MOST])
    decisions = decisions_of(cases)
    form = ChooseDraft(request.GET if "case" in request.GET else None, choices=case_choices(cases, decisions))
    if not form.is_valid():
        return render(request, "cases/order/choose.html", {"form": form, "cases": cases})
    chosen = [case for case in cases if case.pk in form.cleaned_data["case"]]
    note_read(
        user,
        "exported",
        CASES,
        fields=["decision"],
        cases=[case.pk for case in chosen],
        form=_form_of(request),
    )
    with translation.override(_language(request)):
        return _given(request, _for_signature(chosen, decisions, user), "order-for-signature")


def _language(request: SignedIn) -> str:
    asked = request.GET.get("in", "")
    return asked if asked in dict(settings.LANGUAGES) else get_language() or "km"


def _form_of(request: SignedIn) -> str:
    return "pdf" if request.GET.get("as") == "pdf" else "print"


def _given(request: SignedIn, content: dict[str, Any], name: str) -> HttpResponse:
    if _form_of(request) == "pdf":
        return sent(typeset(SOURCE, content), "application/pdf", f"{name}-{content['lang']}.pdf")
    query = request.GET.copy()
    query["as"], query["in"] = "pdf", content["lang"]
    return render(request, "cases/order/paper.html", {"paper": content, "pdf": query.urlencode()})


def _of_order(row: Order, user: User) -> dict[str, Any]:
    lines = lines_of(row)
    cases = [line.case for line in lines]
    registered = _("Printed from Probity, as registered by %(name)s on %(day)s") % {
        "name": row.registered_by.name,
        "day": day(row.registered_at),
    }
    verified = _("not verified yet")
    if row.verified_by:
        verified = _("verified by %(name)s on %(day)s") % {
            "name": row.verified_by.name,
            "day": day(row.verified_at),
        }
    if row.status == Order.Status.REJECTED:
        verified = _("rejected: it has no effect")
    number = native_digits(row.number)
    return _common(user) | {
        "title": f"{row.get_instrument_display()} {number}",
        "mark": _("COPY"),
        "instrument": str(row.get_instrument_display()),
        "number": _("No. %(number)s") % {"number": number},
        "facts": [
            [_("Signed on"), day(row.signed_on)],
            [_("Effective from"), day(row.effective_on)],
            [_("Signed by"), row.signed_by],
        ],
        "rows": _rows(cases, {line.case_id: line.decision for line in lines}, _grounds(cases, row)),
        "closing": [],
        "signatory": "",
        "note": _("%(registered)s, %(verified)s. This is not the signed original.")
        % {"registered": registered, "verified": verified},
    }


def _for_signature(cases: Sequence[Case], decisions: dict[int, Decision], user: User) -> dict[str, Any]:
    instrument = max((decisions[case.pk].instrument for case in cases), key=lambda one: HEIGHT[one])
    blank = "................................"
    return _common(user) | {
        "title": _("%(instrument)s, for signature") % {"instrument": Instrument(instrument).label},
        "mark": _("FOR SIGNATURE"),
        "instrument": str(Instrument(instrument).label),
        "number": _("No. %(number)s") % {"number": blank},
        "facts": [[_("Effective from"), blank]],
        "rows": _rows(cases, decisions, _grounds(cases)),
        "closing": [
            _("Done at %(place)s on %(day)s") % {"place": "....................", "day": blank},
            _("Signature and seal"),
        ],
        "signatory": blank,
        "note": _(
            "Prepared by Probity from what was decided. It has no effect before it is signed, entered and verified."
        ),
    }


def _common(user: User) -> dict[str, Any]:
    language = get_language() or "km"
    root = Unit.objects.filter(parent=None).order_by("pk").first()
    return {
        "lang": language,
        "kingdom": _("KINGDOM OF CAMBODIA"),
        "motto": _("Nation Religion King"),
        "ministry": root.name if root else "",
        "subject": _("on disciplinary measures against officers of the National Police"),
        "heads": [
            _("No."),
            _("Officer"),
            _("Rank"),
            _("Unit"),
            _("Measure"),
            _("Grounds"),
            _("Articles"),
        ],
        "page": _("Page"),
        "digits": [native_digits(digit) for digit in range(10)],
        "printed": _("Printed by %(name)s, %(moment)s. Every print is recorded.")
        % {"name": user.name, "moment": moment(clock.now())},
    }


def _grounds(cases: Sequence[Case], order: Order | None = None) -> dict[int, str]:
    """By case: the grounds as they stood when the order came into force; before, as they stand."""
    kinds = {pk: [one.kind for one in rows] for pk, rows in grounds_of(cases).items()}
    if order is not None:
        kinds |= {row.case_id: row.grounds for row in order.measures.all()}
    return {pk: ", ".join(str(GroundKind(kind).label) for kind in found) for pk, found in kinds.items()}


def _rows(
    cases: Sequence[Case], decisions: dict[int, Decision], grounds: dict[int, str]
) -> list[list[list[str]]]:
    """Each officer a row, each cell some lines."""
    ranks = rank_names()
    rows = []
    for number, case in enumerate(cases, 1):
        decision, officer = decisions[case.pk], case.officer
        measure = [measure_in_words(decision, ranks)]
        if decision.to_rank:
            measure.append(_("from %(rank)s") % {"rank": ranks.get(case.rank, case.rank)})
        rows.append(
            [
                [native_digits(number)],
                [
                    *dict.fromkeys(filter(None, (officer.name, officer.name_km, officer.name_latin))),
                    native_digits(officer.service_number),
                ],
                [ranks.get(case.rank, case.rank)],
                [case.officer_unit.name],
                measure,
                [grounds.get(case.pk, "") or "–"],
                [f"{row['code']} {named(row)}" for row in decision.proposal.articles],
            ]
        )
    return rows
