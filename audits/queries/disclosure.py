"""The disclosure layer: what of the record becomes public, in which state, and how. Whatever is not named here is not.

`SOURCES` says it of the record, column by column: a column that it does not name is `NEVER`. `COLLECTIONS` says it of
what comes out: each field of each collection with its meaning; the data dictionary, the API's description and the
tests are made from it. `Rules` are the numbers that rule, from the setting `publication`.

Nobody decides for himself: doors read the disclosed tables as the role `open_data`, which can read nothing else, and
only `audits.actions.publishing` fills them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.models import open_data
from audits.models.open_data import (
    OpenCategory,
    OpenComplaints,
    OpenCorrection,
    OpenCoverage,
    OpenInaction,
    OpenMeasure,
    OpenPlace,
    OpenRelease,
    OpenSeries,
    OpenTests,
    OpenUnit,
)
from audits.models.open_data.corrections import Outcome, Subject
from audits.models.open_data.feed import Disclosed
from audits.models.open_data.measures import (
    GROUNDS,
    INSTRUMENTS,
    AppealState,
    GroundGroup,
    MeasureSource,
    RankGroup,
)
from audits.models.open_data.series import YES_NO
from audits.models.series import Series, StatStatus
from cases.models.deciding import MeasureKind
from cases.models.vocabulary import Category
from officers.models import Unit
from officers.queries.settings import rows_in_force
from officers.reckoning.publication import PUBLICATION

#: The connection over which doors read what is public: its role can read nothing else.
ALIAS = "open_data"


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


@dataclass(frozen=True)
class Field:
    """A public field: what it says, what values it takes, and whether a null means that it is hidden."""

    name: str
    meaning: Any
    type: str = "string"  # string, integer, number, date, month
    codes: Sequence[tuple[Any, Any]] = ()
    is_hidden_at_times: bool = False
    is_filter: bool = False


@dataclass(frozen=True)
class Collection:
    """Public rows of one kind."""

    model: type[Disclosed]
    title: Any
    about: Any
    fields: tuple[Field, ...]

    @property
    def name(self) -> str:
        return self.model.collection

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def filters(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.is_filter)


def _month(meaning: Any, *, hidden: bool = False) -> Field:
    return Field("month", meaning, "month", is_hidden_at_times=hidden, is_filter=True)


def _year(meaning: Any, *, hidden: bool = False) -> Field:
    return Field("year", meaning, "integer", is_hidden_at_times=hidden, is_filter=True)


def _cell(name: str, meaning: Any) -> Field:
    return Field(name, meaning, "integer", is_hidden_at_times=True)


_ID = Field("id", _("The row's key. It stays with the row."))
_PUBLISHED = Field("published_on", _("The day on which it was published."), "date")
_AREA = Field(
    "area",
    _("KH for the whole country, the code of a province, or 00 for central units."),
    is_filter=True,
)
_UNIT = Field("unit", _("The code of a unit, with all below it; KH for the whole country."), is_filter=True)
_LEVEL = Field("level", _("How far below the country: 0 the country itself."), "integer", is_filter=True)

COLLECTIONS: Mapping[str, Collection] = {
    one.name: one
    for one in (
        Collection(
            OpenMeasure,
            _("Measures in force"),
            _(
                "Dismissals and other measures in force, a row each, without names. A row shows only as much as enough "
                "others share; what is empty is withheld. A suspension stays here when it is over."
            ),
            (
                Field("id", _("Drawn at random when the measure is published; it stays with the measure.")),
                _year(_("Year from which it is effective."), hidden=True),
                _month(_("Month from which it is effective."), hidden=True),
                Field(
                    "province",
                    _("Code of the province of the officer's unit; 00 for central units, or not known."),
                    is_hidden_at_times=True,
                    is_filter=True,
                ),
                Field(
                    "rank_group",
                    _("Group of the rank before the measure."),
                    codes=RankGroup.choices,
                    is_hidden_at_times=True,
                    is_filter=True,
                ),
                Field(
                    "ground_group",
                    _("Whether a ground is about drugs."),
                    codes=GroundGroup.choices,
                    is_filter=True,
                ),
                Field(
                    "ground",
                    _("The first of its grounds, in the order of this list."),
                    codes=GROUNDS,
                    is_hidden_at_times=True,
                    is_filter=True,
                ),
                Field("measure", _("The measure."), codes=MeasureKind.choices, is_filter=True),
                Field(
                    "instrument",
                    _("The paper by which it was taken."),
                    codes=INSTRUMENTS,
                    is_hidden_at_times=True,
                    is_filter=True,
                ),
                Field(
                    "appeal_state",
                    _("Whether it may still be appealed; final once all that say the same are."),
                    codes=AppealState.choices,
                    is_filter=True,
                ),
                Field(
                    "source",
                    _("Whether it went through a case here or was found in an older list."),
                    codes=MeasureSource.choices,
                    is_filter=True,
                ),
                _PUBLISHED,
            ),
        ),
        Collection(
            OpenComplaints,
            _("Complaints received, and whether anybody acted"),
            _(
                "By month of receipt and by province of the unit that had them first. What is empty is hidden."
            ),
            (
                _ID,
                _month(_("Month of receipt.")),
                _AREA,
                _cell("received", _("Complaints received.")),
                _cell("in_time", _("Of these, acted on in time.")),
                _cell("late", _("Of these, acted on late, before the horizon.")),
                _cell("not_acted", _("Of these, not acted on before the horizon.")),
                _PUBLISHED,
            ),
        ),
        Collection(
            OpenInaction,
            _("Inaction by unit"),
            _("Complaints of a year by the unit that had them first. What is empty is hidden."),
            (
                _ID,
                _year(_("Year of receipt.")),
                _UNIT,
                _LEVEL,
                _cell("received", _("Complaints that came to the unit first.")),
                _cell("acted", _("Of these, acted on by it.")),
                _cell("moved_up", _("Of these, taken from it because it had not acted.")),
                _cell("other", _("Of these, neither: forwarded, closed without action, or open.")),
                _PUBLISHED,
            ),
        ),
        Collection(
            OpenCategory,
            _("What complaints are about"),
            _("Complaints of a year, nationwide, by category. What is empty is hidden."),
            (
                _ID,
                _year(_("Year of receipt.")),
                Field("category", _("What it is about."), codes=Category.choices, is_filter=True),
                _cell("received", _("Complaints received.")),
                _PUBLISHED,
            ),
        ),
        Collection(
            OpenTests,
            _("Drug tests"),
            _(
                "Tests taken by month and province; how they ended is said of the country alone. What is empty is "
                "hidden or not published."
            ),
            (
                _ID,
                _month(_("Month of the test.")),
                _AREA,
                _cell("tests", _("Tests taken.")),
                _cell("negative", _("Of these, negative at the screen.")),
                _cell("cleared", _("Of these, negative after confirmation.")),
                _cell(
                    "positive",
                    _("Of these, final positive: confirmed, reviewed, and the time to object over."),
                ),
                _cell("refusal", _("Refusals that were determined.")),
                _cell("other", _("Of these, cancelled or not ended by the horizon.")),
                _PUBLISHED,
            ),
        ),
        Collection(
            OpenCoverage,
            _("Coverage of testing"),
            _(
                "Officers of a unit at the end of a year, and whether they were tested in it. What is empty is hidden."
            ),
            (
                _ID,
                _year(_("The year.")),
                _UNIT,
                _LEVEL,
                _cell("strength", _("Officers serving at its end.")),
                _cell("tested", _("Of these, tested at least once.")),
                _cell("excused", _("Of these, not tested, with an excuse recorded.")),
                _cell("not_tested", _("Of these, not tested and not excused.")),
                _PUBLISHED,
            ),
        ),
        Collection(
            OpenUnit,
            _("Units"),
            _("The units of the police, also those that are no more."),
            (
                Field("id", _("Code of the unit. It stays.")),
                Field("kind", _("What kind of unit."), codes=Unit.Kind.choices, is_filter=True),
                Field("parent", _("Code of the unit above."), is_filter=True),
                Field("province", _("Code of its province; 00 for central units."), is_filter=True),
                Field("place", _("Code of its place in the list of places.")),
                Field("name_km", _("Name in Khmer.")),
                Field("name_en", _("Name in Latin letters.")),
                Field("exists_from", _("The day from which it exists."), "date"),
                Field("existed_until", _("Its last day."), "date"),
            ),
        ),
        Collection(
            OpenPlace,
            _("Places"),
            _("Provinces, districts and communes."),
            (
                Field("id", _("Code in the official list: 2, 4 or 6 digits.")),
                Field(
                    "kind",
                    _("Level of the place."),
                    codes=(
                        ("province", _("Province")),
                        ("district", _("District")),
                        ("commune", _("Commune")),
                    ),
                    is_filter=True,
                ),
                Field("parent", _("Code of the place around it."), is_filter=True),
                Field("name_km", _("Name in Khmer.")),
                Field("name_en", _("Name in Latin letters.")),
            ),
        ),
        Collection(
            OpenRelease,
            _("Releases"),
            _("What was published when, and the thresholds that ruled."),
            (
                _ID,
                Field("of", _("The collection."), is_filter=True),
                Field("period", _("Month or year that it is of.")),
                Field("rows", _("Rows that came out with it."), "integer"),
                Field("unit_threshold", _("Fewer people of a unit than this are hidden."), "integer"),
                Field("national_threshold", _("Fewer people nationwide than this are hidden."), "integer"),
                _PUBLISHED,
            ),
        ),
        Collection(
            OpenSeries,
            _("Official statistics"),
            _(
                "Numbers as their source released them, each release a row: what was corrected stays beside it."
            ),
            (
                Field("id", _("Series, period and number of the release.")),
                Field("series", _("Code of the series."), is_filter=True),
                Field("title_km", _("What is counted, in Khmer.")),
                Field("title_en", _("What is counted, in English.")),
                Field("definition_km", _("How it is counted, in Khmer.")),
                Field("definition_en", _("How it is counted, in English.")),
                Field("period", _("A year, a month or a single day."), is_filter=True),
                Field(
                    "value", _("The number; empty if it was retracted or the source gives none."), "integer"
                ),
                Field("unit", _("What is counted."), codes=Series.Unit.choices, is_filter=True),
                Field("status", _("What the source says of it."), codes=StatStatus.choices, is_filter=True),
                Field(
                    "released_on", _("The day on which its source released it; empty if not known."), "date"
                ),
                Field("source", _("Where it stands.")),
                Field("note", _("What must be said with it; of a retraction, why.")),
                Field(
                    "is_latest",
                    _("1 if no later release of the period followed, else 0."),
                    "integer",
                    YES_NO,
                    is_filter=True,
                ),
                Field(
                    "change_percent",
                    _("Change against the latest release of the period before, in percent to two decimals."),
                    "number",
                ),
            ),
        ),
        Collection(
            OpenCorrection,
            _("What the public said is wrong"),
            _(
                "A row for each request to correct something published, from the end of its month on, or once it is "
                "answered. It counts requests, not people. What is empty is not answered yet."
            ),
            (
                _ID,
                Field("about", _("What it is about."), codes=Subject.choices, is_filter=True),
                _month(_("Month of receipt.")),
                Field(
                    "state",
                    _("Whether it is open, late or answered."),
                    codes=OpenCorrection.State.choices,
                    is_filter=True,
                ),
                Field("answered_on", _("The day of the answer."), "date"),
                Field("outcome", _("What came of it."), codes=Outcome.choices, is_filter=True),
                Field("answer_km", _("The answer, in Khmer.")),
                Field("answer_en", _("The answer, in English.")),
            ),
        ),
    )
}


@dataclass(frozen=True)
class Rules:
    """The numbers that rule publication today."""

    unit_threshold: int
    national_threshold: int
    delay_months: int
    horizon_days: int
    in_time_days: int
    naming_from_rank: int
    naming_days: int


def rules_in_force() -> Rules:
    """From the setting `publication`; as proposed for what nobody has set."""
    values = {row["code"]: row["value"] for row in PUBLICATION}
    values |= {row["code"]: row["value"] for row in rows_in_force("publication")}
    return Rules(**values)


def public[Row: models.Model](model: type[Row]) -> models.QuerySet[Row]:
    """Rows of a disclosed table as the public's role reads them."""
    return model._base_manager.using(ALIAS)


def disclosed_models() -> list[type[models.Model]]:
    """Every table that `open_data` may read."""
    return [*(one.model for one in COLLECTIONS.values()), open_data.OpenChange, open_data.OpenNotice]
