"""Samples: a population is frozen, a second person enters the number from outside, the seed draws."""

from collections.abc import Sequence
from datetime import date
from secrets import token_hex
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audits.actions.writing import check_fields, locked_audit, needs, next_number
from audits.lifecycles import advance
from audits.models import About, Audit, Population, Sample, SampleItem
from audits.models.samples import LARGEST_POPULATION
from audits.queries import populations, risks
from audits.reckoning import sampling
from ledger import clock
from ledger.acting import act, draw_ids, record, record_all
from ledger.conflict import Conflict
from officers.actions.sealing import seal, unseal
from officers.models import SettingVersion

S = Sample.Status
K = Sample.Kind


@act
def freeze(
    actor: Any,
    audit_id: int,
    *,
    about: str,
    strata: Sequence[str],
    size: int,
    number_source: str,
    number_on: date,
    first: date | None = None,
    last: date | None = None,
    version: int | None = None,
) -> Sample:
    """Freeze the population of a random sample, before anything is known that could draw it.

    :param first: the first day of the population, the audit's if left out; `last` likewise
    :param number_source: where the number from outside will come from, such as a lottery of a day to come
    :raises ValidationError: by field; for a population of nobody, or of more than two hundred thousand
    """
    if number_on <= clock.today():
        raise ValidationError(
            {"number_on": _("The number from outside must not be known yet: give a day to come.")}
        )
    nonce = token_hex(32)
    row = _new(actor, audit_id, version, about=about, first=first, last=last, size=size, kind=K.RANDOM)
    for name in strata:
        if name not in populations.strata_of(about):
            raise ValidationError({"strata": _("These records cannot be divided by this.")})
    row.strata = list(dict.fromkeys(strata))
    row.number_source = needs(number_source, "number_source", _("Say where the number will come from."))
    row.number_on = number_on
    row.nonce_digest, row.nonce_sealed = sampling.digest_of(nonce), seal(nonce)
    lines = _lines(row)
    check_fields(row)
    row.pk = draw_ids(Sample, 1)[0]
    return record(
        row, "sample.frozen", actor=actor, also=[Population(sample_id=row.pk, lines=lines)], digest=row.digest
    )


@act
def draw(actor: Any, sample_id: int, *, outside: str, version: int | None = None) -> Sample:
    """Draw, by the number from outside as a second person read it. It gives one sample, and none can choose it.

    :raises Conflict: before the day the number comes, or when the audit is over
    """
    row = _locked(actor, sample_id, version)
    advance(row, "draw", by=actor)
    if row.audit.status != Audit.Status.RUNNING:
        raise Conflict(_("This audit is not running."))
    if clock.today() < (row.number_on or clock.today()):
        raise Conflict(_("The number from outside comes on %(day)s.") % {"day": row.number_on})
    outside = " ".join(outside.split())
    if not outside or len(outside) > 200:
        raise ValidationError({"outside": _("Enter the number, in at most 200 characters.")})
    row.outside, row.nonce = outside, unseal(row.nonce_sealed)
    row.seed = sampling.seed_of(row.digest, row.nonce, outside)
    row.drawn_by, row.drawn_at = actor, clock.now()
    record(row, "sample.drawn", actor=actor, seed=row.seed, outside=outside)
    drawn = sampling.draw(sampling.members_in(row.list.lines), row.seed, row.size)
    items = [
        SampleItem(sample=row, number=number, row_id=one.row_id, stratum=one.stratum, key=one.key)
        for number, one in enumerate(drawn, 1)
    ]
    record_all(items, "sample.filled", actor=actor, subject=row, cause=row.last_event.id)
    return row


@act
def direct(
    actor: Any,
    audit_id: int,
    *,
    about: str,
    codes: Sequence[str],
    size: int,
    first: date | None = None,
    last: date | None = None,
    version: int | None = None,
) -> Sample:
    """Take the records that risk rules point at, those first at which most weight points. No figure rests on it.

    :param codes: of the rules, as the setting in force has them
    """
    row = _new(actor, audit_id, version, about=about, first=first, last=last, size=size, kind=K.DIRECTED)
    row.rules = SettingVersion.objects.in_force(SettingVersion.Kind.RISKS, clock.today())
    if row.rules is None:
        raise ValidationError(_("No risk rules are set."))
    chosen = [rule for rule in row.rules.content["risks"] if rule["code"] in codes and rule["about"] == about]
    if len(chosen) != len(set(codes)) or not chosen:
        raise ValidationError({"codes": _("Choose rules for these records.")})
    row.frame["codes"] = [rule["code"] for rule in chosen]
    lines = _lines(row)
    hits = risks.hits(about, [pk for pk, _ in sampling.members_in(lines)], chosen)
    if not hits:
        raise ValidationError({"codes": _("These rules point at no record of the population.")})
    row.status, row.drawn_by, row.drawn_at = S.DRAWN, actor, clock.now()
    check_fields(row)
    row.pk = draw_ids(Sample, 1)[0]
    record(
        row,
        "sample.directed",
        actor=actor,
        also=[Population(sample_id=row.pk, lines=lines)],
        digest=row.digest,
    )
    items = [
        SampleItem(sample=row, number=number, row_id=pk, hits=found)
        for number, (pk, found) in enumerate(hits[: row.size], 1)
    ]
    record_all(items, "sample.filled", actor=actor, subject=row, cause=row.last_event.id)
    return row


@act
def void(actor: Any, sample_id: int, *, reason: str, version: int | None = None) -> Sample:
    """Void a sample, for a reason that stays. It is not deleted: who draws again and again is seen."""
    row = _locked(actor, sample_id, version)
    advance(row, "void", by=actor)
    if row.audit.status != Audit.Status.RUNNING:
        raise Conflict(_("This audit is not running."))
    row.why_void = needs(reason, "reason", _("Say why."))
    return record(row, "sample.voided", actor=actor, reason=row.why_void)


def _new(
    actor: Any,
    audit_id: int,
    version: int | None,
    *,
    about: str,
    first: date | None,
    last: date | None,
    size: int,
    kind: str,
) -> Sample:
    audit = locked_audit(actor, audit_id, version)
    advance(audit, "freeze", by=actor)
    if about not in About.values:
        raise ValidationError({"about": _("Choose one.")})
    days = (first or audit.period_from, last or audit.period_to)
    if days[1] < days[0]:
        raise ValidationError({"last": _("The last day is before the first.")})
    return Sample(
        audit=audit,
        number=next_number(audit.samples),
        about=about,
        kind=kind,
        frame={"first": days[0].isoformat(), "last": days[1].isoformat()},
        size=size,
        frozen_by=actor,
        frozen_at=clock.now(),
    )


def _lines(row: Sample) -> str:
    """The frozen list; its number and digest are put on the sample."""
    first, last = (date.fromisoformat(row.frame[name]) for name in ("first", "last"))
    found = populations.members(row.about, row.audit.unit, first=first, last=last, strata=row.strata)
    if not found:
        raise ValidationError({"about": _("There is no such record in these days.")})
    if len(found) > LARGEST_POPULATION:
        raise ValidationError(
            {
                "about": _("These are %(count)s records, and a population holds at most %(limit)s.")
                % {"count": len(found), "limit": LARGEST_POPULATION}
            }
        )
    lines = sampling.lines_of(found)
    row.population, row.digest = len(found), sampling.digest_of(lines)
    return lines


def _locked(actor: Any, sample_id: int, version: int | None) -> Sample:
    seen = Sample.objects.visible_to(actor).filter(pk=sample_id)
    rows = Sample.objects.select_related("audit__unit")
    return rows.filter(pk__in=seen).lock(sample_id, version=version)
