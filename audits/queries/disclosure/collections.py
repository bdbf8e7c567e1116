"""What comes out: each collection, and each of its fields with its meaning."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

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
from audits.queries.disclosure.fields import Collection, Field
from cases.models.deciding import MeasureKind
from cases.models.vocabulary import Category
from officers.models import Unit


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
