"""Names of officers whose dismissal is final: shown by the publication policy, for a time, and gone without a trace."""

import secrets
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from audits import rules
from audits.actions.publishing.writing import alone
from audits.actions.writing import needs
from audits.lifecycles import advance
from audits.models import OpenNotice, OutcomeNotice
from audits.queries.disclosure import rules_in_force
from audits.queries.naming import is_named
from cases.models import Case, Measure
from cases.models.deciding import MeasureKind
from cases.models.grounds import GroundKind
from ledger import clock
from ledger.acting import act, recording
from ledger.conflict import Conflict
from officers.models import SettingVersion
from officers.queries.settings import rows_in_force

N = OutcomeNotice.Status


@act
def publish_names(actor: Any) -> dict[str, int]:
    """Show whom the policy names and whose dismissal has become final, and take down what is over or stands no more."""
    alone(actor)
    down = take_names_down(actor)["down"]
    rules_now = rules_in_force()
    shown = 0
    if rules_now.naming_from_rank:
        until = clock.today() + timedelta(days=rules_now.naming_days)
        for measure in _final().filter(outcome_notice__isnull=True).order_by("pk"):
            if is_named(measure, clock.today()):
                _show(actor, measure, until)
                shown += 1
    return {"shown": shown, "down": down}


@act
def take_names_down(actor: Any) -> dict[str, int]:
    """Take down each name whose time is over, whose dismissal is not final any more, or whom the policy names no more.

    It is not shown again, also if an appeal that came late is lost.
    """
    alone(actor)
    down = 0
    shown = OutcomeNotice.objects.shown().select_related("measure__case").order_by("pk")
    for notice in shown.select_for_update(of=("self",)):
        if _stands(notice.measure) and is_named(notice.measure, clock.today()):
            if clock.today() <= (notice.shown_until or clock.today()):
                continue
            advance(notice, "end", by=actor)
            gone = OpenNotice.Gone.OVER
        else:
            advance(notice, "retract", by=actor)
            gone = OpenNotice.Gone.RETRACTED
        notice.gone_on = clock.today()
        _keep(notice, "outcome_notice.taken_down", actor, _emptied(notice, gone))
        down += 1
    return {"down": down}


@act
def withhold(actor: Any, case_id: int, *, reason: str, version: int | None = None) -> OutcomeNotice:
    """Keep an officer's name from the public: before it is shown, or at once while it is.

    :param version: of the case
    :raises Conflict: for a case with no dismissal in force, or a name that is gone already
    """
    case = Case.objects.visible_to(actor).select_related("unit").lock(case_id, version=version)
    if not rules.withholds(actor, case):
        raise PermissionDenied(_("You may not do this."))
    measure = case.measures.filter(kind=MeasureKind.DISMISSAL, reversed_on__isnull=True).first()
    if measure is None:
        raise Conflict(_("There is no dismissal in force in this case."))
    why = needs(reason, "reason", _("Say why."))
    about = {"withheld_by": actor, "why_withheld": why, "gone_on": clock.today()}
    notice = OutcomeNotice.objects.select_for_update().filter(measure=measure).first()
    if notice is None:
        notice = OutcomeNotice(key=_key(), measure=measure, status=N.WITHHELD, **about)
        return _keep(notice, "outcome_notice.withheld", actor, [], reason=why)
    advance(notice, "withhold", by=actor)
    for name, value in about.items():
        setattr(notice, name, value)
    emptied = _emptied(notice, OpenNotice.Gone.RETRACTED)
    return _keep(notice, "outcome_notice.withheld", actor, emptied, reason=why)


def _final() -> Any:
    return Measure.objects.filter(
        kind=MeasureKind.DISMISSAL, reversed_on__isnull=True, case__status=Case.Status.FINAL
    ).select_related("case", "officer")


def _stands(measure: Measure) -> bool:
    return measure.reversed_on is None and measure.case.status == Case.Status.FINAL


def _show(actor: Any, measure: Measure, until: Any) -> None:
    today = clock.today()
    notice = OutcomeNotice(key=_key(), measure=measure, status=N.SHOWN, shown_from=today, shown_until=until)
    rank = next((row for row in rows_in_force(SettingVersion.Kind.RANKS) if row["code"] == measure.rank), {})
    grounds = [ground for ground in GroundKind.values if ground in measure.grounds]
    shown = OpenNotice(
        id=notice.key,
        name_km=measure.officer.name_km,
        name_en=measure.officer.name_latin,
        rank=measure.rank,
        rank_km=rank.get("name_km", measure.rank),
        rank_en=rank.get("name_en", measure.rank),
        month=f"{measure.effective_on:%Y-%m}",
        measure=measure.kind,
        ground=grounds[0],
        shown_from=today,
        shown_until=until,
    )
    _keep(notice, "outcome_notice.shown", actor, [shown])


def _keep(
    notice: OutcomeNotice, verb: str, actor: Any, rows: list[OpenNotice], *, reason: str = ""
) -> OutcomeNotice:
    """Save a notice with what the public sees of it. The event says that there is a name, and never which."""
    with recording(verb, actor=actor, subject=notice, reason=reason) as event:
        notice.pk = event.subject_id
        notice.save()
        for row in rows:
            row.save()
    return notice


def _emptied(notice: OutcomeNotice, gone: str) -> list[OpenNotice]:
    rows = list(OpenNotice.objects.select_for_update().filter(pk=notice.key))
    for row in rows:
        row.take_down(gone, notice.gone_on)
    return rows


def _key() -> str:
    """Drawn at random: it leads neither to the case nor to the row without a name."""
    return secrets.token_hex(8)
