"""What of the record becomes public, column by column, in which state and as what. What is not here never does."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Shown(StrEnum):
    """How something of the record becomes public."""

    ROW = "row"  # in a row of its own, generalised until enough rows say the same
    COUNT = "count"  # in counts alone, small ones hidden with what would give them back
    NAME = "name"  # on the live page and endpoint, by the publication policy, for a time
    OPEN = "open"  # as it is: it says nothing of a person


@dataclass(frozen=True)
class Source:
    """How a column of the record becomes public: in which state of its record, and as what."""

    shown: Shown
    state: str
    as_what: str


_IN_FORCE = "in force, and not reversed"
_FINAL = "final, by the publication policy, until the time on display is over"
_RECEIVED = "its month is over by the delay and the horizon"
_ANSWERED = "its month is over, or it is answered"

#: Table and column -> how it becomes public. No reporter, no treatment, no date of a single test is here.
SOURCES: Mapping[str, Source] = {
    "cases_measure.kind": Source(Shown.ROW, _IN_FORCE, "measures.measure"),
    "cases_measure.grounds": Source(Shown.ROW, _IN_FORCE, "measures.ground, measures.ground_group"),
    "cases_measure.is_about_drugs": Source(Shown.ROW, _IN_FORCE, "measures.ground_group"),
    "cases_measure.effective_on": Source(Shown.ROW, _IN_FORCE, "measures.month, measures.year"),
    "cases_measure.rank": Source(Shown.ROW, _IN_FORCE, "measures.rank_group"),
    "cases_measure.unit_id": Source(Shown.ROW, _IN_FORCE, "measures.province"),
    "cases_order.instrument": Source(Shown.ROW, _IN_FORCE, "measures.instrument"),
    "cases_case.status": Source(Shown.ROW, _IN_FORCE, "measures.appeal_state"),
    "cases_earliermeasure.kind": Source(Shown.ROW, _IN_FORCE, "measures.measure"),
    "cases_earliermeasure.ground": Source(Shown.ROW, _IN_FORCE, "measures.ground, measures.ground_group"),
    "cases_earliermeasure.is_about_drugs": Source(Shown.ROW, _IN_FORCE, "measures.ground_group"),
    "cases_earliermeasure.effective_on": Source(Shown.ROW, _IN_FORCE, "measures.month, measures.year"),
    "cases_earliermeasure.rank": Source(Shown.ROW, _IN_FORCE, "measures.rank_group"),
    "cases_earliermeasure.province": Source(Shown.ROW, _IN_FORCE, "measures.province"),
    "cases_earliermeasure.instrument": Source(Shown.ROW, _IN_FORCE, "measures.instrument"),
    "cases_complaint.received_on": Source(
        Shown.COUNT, _RECEIVED, "complaints.month, inaction.year, categories.year"
    ),
    "cases_complaint.acted_on": Source(
        Shown.COUNT, _RECEIVED, "complaints.in_time, late, not_acted, inaction.acted"
    ),
    "cases_complaint.category": Source(Shown.COUNT, _RECEIVED, "categories.category"),
    "cases_handover.why": Source(Shown.COUNT, _RECEIVED, "inaction.moved_up, other"),
    "cases_handover.to_unit_id": Source(Shown.COUNT, _RECEIVED, "complaints.area, inaction.unit"),
    "officers_drugtest.tested_on": Source(Shown.COUNT, _RECEIVED, "tests.month, coverage.year, tested"),
    "officers_drugtest.status": Source(Shown.COUNT, _RECEIVED, "tests.tests to tests.other"),
    "officers_drugtest.unit_id": Source(Shown.COUNT, _RECEIVED, "tests.area"),
    "officers_drugtest.not_taken": Source(Shown.COUNT, _RECEIVED, "coverage.excused, not_tested"),
    "officers_posting.unit_id": Source(Shown.COUNT, _RECEIVED, "coverage.unit"),
    "officers_posting.held": Source(Shown.COUNT, _RECEIVED, "coverage.strength"),
    "officers_officer.name_km": Source(Shown.NAME, _FINAL, "notices.name_km"),
    "officers_officer.name_latin": Source(Shown.NAME, _FINAL, "notices.name_en"),
    "audits_correctionrequest.about": Source(Shown.OPEN, _ANSWERED, "corrections.about"),
    "audits_correctionrequest.received_on": Source(Shown.OPEN, _ANSWERED, "corrections.month"),
    "audits_correctionrequest.status": Source(Shown.OPEN, _ANSWERED, "corrections.state"),
    "audits_correctionrequest.answered_on": Source(Shown.OPEN, "answered", "corrections.answered_on"),
    "audits_correctionrequest.outcome": Source(Shown.OPEN, "answered", "corrections.outcome"),
    "audits_correctionrequest.answer_km": Source(Shown.OPEN, "answered", "corrections.answer_km"),
    "audits_correctionrequest.answer_en": Source(Shown.OPEN, "answered", "corrections.answer_en"),
    "officers_unit.code": Source(Shown.OPEN, "always", "units.id"),
    "officers_unit.kind": Source(Shown.OPEN, "always", "units.kind"),
    "officers_unit.parent_id": Source(Shown.OPEN, "always", "units.parent"),
    "officers_unit.admin_code": Source(Shown.OPEN, "always", "units.province, place"),
    "officers_unit.name_km": Source(Shown.OPEN, "always", "units.name_km"),
    "officers_unit.name_latin": Source(Shown.OPEN, "always", "units.name_en"),
    "officers_unit.valid_from": Source(Shown.OPEN, "always", "units.exists_from"),
    "officers_unit.valid_to": Source(Shown.OPEN, "always", "units.existed_until"),
}
