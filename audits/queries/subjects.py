"""The records that audits are about: which there are, and of which officer and units each is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, router
from django.http import Http404

from audits.models import About
from audits.models.recusals import recused_officers, recused_units
from cases.models import Case, Complaint
from ledger.models import Audited, AuditedQuerySet
from officers.models import DrugTest

MODELS: dict[str, type[Audited]] = {About.CASE: Case, About.DRUG_TEST: DrugTest, About.COMPLAINT: Complaint}
#: Where each has its officer and its units.
_OFFICER: dict[str, str | None] = {
    About.CASE: "officer_id",
    About.DRUG_TEST: "officer_id",
    About.COMPLAINT: None,
}
_UNITS: dict[str, tuple[str, ...]] = {
    About.CASE: ("officer_unit_id", "unit_id"),
    About.DRUG_TEST: ("unit_id", "sheet__unit_id"),
    About.COMPLAINT: ("unit_id",),
}


@dataclass(frozen=True)
class Subject:
    """A record, with whom and what it concerns."""

    about: str
    row: Any
    officer_id: int | None
    unit_id: int
    by_unit_id: int | None


def visible(about: str, user: Any) -> AuditedQuerySet[Any]:
    """The records of a kind that an auditor sees and is not kept from."""
    model: Any = MODELS[about]
    rows = model.objects.visible_to(user)
    units = recused_units(user)
    for column in _UNITS[about]:
        rows = rows.exclude(**{f"{column}__in": units})
    if officer := _OFFICER[about]:
        rows = rows.exclude(**{f"{officer}__in": recused_officers(user)})
    return rows


def subject(about: str, row_id: int, user: Any) -> Subject:
    """:raises Http404: if there is no such record that he sees"""
    if about not in MODELS:
        raise Http404
    row = visible(about, user).filter(pk=row_id).first()
    if row is None:
        raise Http404
    return subject_of(about, row)


def subject_of(about: str, row: Any) -> Subject:
    if about == About.CASE:
        return Subject(about, row, row.officer_id, row.officer_unit_id, row.unit_id)
    if about == About.DRUG_TEST:
        return Subject(about, row, row.officer_id, row.unit_id, row.sheet.unit_id)
    return Subject(about, row, None, row.unit_id, None)


def subjects(about: str, row_ids: Collection[int]) -> dict[int, Subject]:
    """Records by their ids, whoever may see them: for what gives them to others than who asks."""
    rows: Any = MODELS[about]._default_manager
    if about == About.DRUG_TEST:
        rows = rows.select_related("sheet")
    return {row.pk: subject_of(about, row) for row in rows.filter(pk__in=row_ids)}


def free_of(user: Any, found: Sequence[Subject]) -> set[int]:
    """Ids of the records that an auditor may review. The database's own answer, by which it refuses the others."""
    if not found:
        return set()
    with connections[router.db_for_read(MODELS[found[0].about])].cursor() as cursor:
        cursor.execute(
            "SELECT id FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) "
            "AS one (about, id, officer, unit, by_unit) "
            "WHERE coalesce(audits_is_kept(%s, about, id, officer, ARRAY[unit, by_unit]), false) IS FALSE",
            [
                [one.about for one in found],
                [one.row.pk for one in found],
                [one.officer_id for one in found],
                [one.unit_id for one in found],
                [one.by_unit_id for one in found],
                user.pk,
            ],
        )
        return {pk for (pk,) in cursor.fetchall()}
