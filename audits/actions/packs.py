"""Evidence packs: made in a file of their own, recorded, and only then given out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from audits.actions.writing import needs
from audits.models import EvidencePack, Review, Sample
from audits.queries import pack_rows, packs
from audits.queries.subjects import subject_of, visible
from ledger import clock
from ledger.acting import act, draw_ids, record
from ledger.conflict import Conflict
from ledger.models import Event
from ledger.reading import note_read
from ledger.snapshot import reading
from officers.models.users import Role


@dataclass
class Made:
    """A pack that was recorded, and the file that nobody has yet."""

    row: EvidencePack
    file: IO[bytes]


@dataclass(frozen=True)
class _Wanted:
    """What a pack is to be of: the records, the row as it will be recorded, and what else belongs into it."""

    records: list[Any]
    row: EvidencePack
    more: Callable[[pack_rows.Rows], None]
    facts: dict[str, Any]


@act
def make(
    actor: Any,
    *,
    reason: str,
    about: str = "",
    row_id: int | None = None,
    review_id: int | None = None,
    sample_id: int | None = None,
    part: int = 1,
    moment: datetime | None = None,
) -> Made:
    """Make the pack of a record, of the record of a completed review, or of a part of a sample.

    What the actor is kept from is left out of a sample's, and it says how much. Each record in it is noted as read.

    :param moment: as the records stood then; now, if left out, and for a review when it was completed
    :raises Http404: if there is no such record that he sees
    :raises ValidationError: without a reason; for a moment to come, or before a record was there; if it is too large
    :raises Conflict: while an event of it is not sealed
    """
    if not actor.has_role(Role.AUDITOR):
        raise PermissionDenied(_("You may not do this."))
    reason = needs(reason, "reason", _("Say why."))
    if moment is not None and moment > clock.now():
        raise ValidationError({"moment": _("This moment is still to come.")})
    with reading():
        wanted = _wanted(actor, about, row_id, review_id, sample_id, part)
        if wanted.row.review_id and moment is None:
            moment = _completed_at(wanted.row)
        file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - who gives it out closes it
        try:
            rows = pack_rows.rows_of(wanted.row.about, wanted.records, actor)
            wanted.more(rows)
            row, made_at = wanted.row, clock.now()
            row.pk = draw_ids(EvidencePack, 1)[0]
            made = packs.build(
                file,
                rows,
                moment=moment,
                made_at=made_at,
                pack=row.reference,
                made_by=actor.username,
                reason=reason,
                **wanted.facts,
            )
        except BaseException:
            file.close()
            raise
    row.moment, row.reason, row.made_by, row.made_at = moment, reason, actor, made_at
    row.records, row.size = len(wanted.records), made.size
    row.head, row.manifest_sha256 = str(made.head), made.manifest_sha256
    record(
        row,
        "pack.made",
        actor=actor,
        reason=reason,
        of=row.label,
        records=[one["id"] for one in rows.records],
        moment=(moment or made_at).isoformat(),
        head=row.head,
        manifest=row.manifest_sha256,
        size=row.size,
    )
    for one in rows.records:
        note_read(
            actor, "exported", one["table"], one["id"], fields=["all"], reason=reason, pack=row.reference
        )
    file.seek(0)
    return Made(row, file)


def _wanted(
    actor: Any, about: str, row_id: int | None, review_id: int | None, sample_id: int | None, part: int
) -> _Wanted:
    if sample_id is not None:
        return _of_sample(actor, sample_id, part)
    review = None
    if review_id is not None:
        review = Review.objects.visible_to(actor).filter(pk=review_id).first()
        if review is None:
            raise Http404
        if review.status != Review.Status.COMPLETED:
            raise Conflict(_("This review is not completed."))
        about, row_id = review.about, review.row_id
    _check_kind(about)
    found = visible(about, actor).filter(pk=row_id).first()
    if found is None:
        raise Http404
    of = subject_of(about, found)
    row = EvidencePack(
        about=about,
        row_id=row_id,
        officer_id=of.officer_id,
        unit_id=of.unit_id,
        review=review,
        label=str(getattr(found, "reference", found)),
    )
    return _Wanted(
        [found], row, lambda rows: pack_rows.add_review(rows, review) if review else None, {"left_out": 0}
    )


def _of_sample(actor: Any, sample_id: int, part: int) -> _Wanted:
    sample = Sample.objects.visible_to(actor).select_related("audit").filter(pk=sample_id).first()
    if sample is None:
        raise Http404
    _check_kind(sample.about)
    items = list(sample.items.order_by("number").values_list("row_id", flat=True))
    if not items:
        raise Conflict(_("This sample is not drawn, or is void."))
    if not 1 <= part <= parts_of(len(items)):
        raise ValidationError(
            {"part": _("The sample has %(parts)s parts.") % {"parts": parts_of(len(items))}}
        )
    chosen = items[(part - 1) * packs.MOST_RECORDS : part * packs.MOST_RECORDS]
    there = visible(sample.about, actor).in_bulk(chosen)
    records = [there[pk] for pk in chosen if pk in there]
    if not records:
        raise ValidationError({"part": _("You are kept from every record of this part.")})
    row = EvidencePack(
        about=sample.about,
        sample=sample,
        part=part,
        unit_id=sample.audit.unit_id,
        label=_("Sample %(number)s of %(audit)s, part %(part)s of %(parts)s")
        % {
            "number": sample.number,
            "audit": sample.audit.reference,
            "part": part,
            "parts": parts_of(len(items)),
        },
    )
    facts = {
        "sample": {
            "id": sample.pk,
            "seed": sample.seed,
            "digest": sample.digest,
            "part": part,
            "parts": parts_of(len(items)),
        },
        "left_out": len(chosen) - len(records),
    }
    return _Wanted(records, row, lambda rows: pack_rows.add_sample(rows, sample), facts)


def parts_of(number: int) -> int:
    """In how many packs a sample of so many records is given."""
    return -(-number // packs.MOST_RECORDS)


def _check_kind(about: str) -> None:
    if not pack_rows.has_packs(about):
        raise ValidationError(
            _("No pack is made of complaints: what they hold can lead to whoever reported.")
        )


def _completed_at(row: EvidencePack) -> datetime:
    done = Event.objects.filter(
        verb="review.completed", subject_table="audits_review", subject_id=row.review_id
    )
    return done.order_by("-pk").values_list("recorded_at", flat=True)[0]
