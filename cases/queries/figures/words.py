"""Each figure: its code, its words, and how it is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.deciding import MeasureKind

M = MeasureKind
_OTHER = (M.TRANSFER, M.WARNING, M.ADVICE)


@dataclass(frozen=True)
class Figure:
    """One figure of measures: those of some kinds, about drugs or not, on a ground or on any."""

    code: str
    label: Any
    definition: Any
    kinds: tuple[str, ...]
    drugs: bool | None = None
    ground: str = ""
    is_part: bool = False

    def counts(self, kind: str, is_about_drugs: bool, grounds: Sequence[str]) -> bool:
        return (
            kind in self.kinds
            and self.drugs in (None, is_about_drugs)
            and (not self.ground or self.ground in grounds)
        )

    def condition(self, *, is_earlier: bool) -> Q:
        """The same for the rows of one of the two tables."""
        fits = Q(kind__in=self.kinds)
        if self.drugs is not None:
            fits &= Q(is_about_drugs=self.drugs)
        if self.ground:
            fits &= Q(ground=self.ground) if is_earlier else Q(grounds__contains=[self.ground])
        return fits


_DRUGS = _(
    "Of these, those that rest on a drug ground: a confirmed positive, a refusal, or drug involvement shown."
)

FIGURES: dict[str, Figure] = {
    one.code: one
    for one in (
        Figure(
            "dismissed",
            _("Dismissed"),
            _(
                "Dismissals in force by the first day, known by the second, and not reversed on appeal as known then."
            ),
            (M.DISMISSAL,),
        ),
        Figure("dismissed_drugs", _("Dismissed for drugs"), _DRUGS, (M.DISMISSAL,), True, is_part=True),
        Figure(
            "dismissed_positive",
            _("Dismissed after a positive test"),
            _("Of these, those of which a confirmed positive drug test is a ground."),
            (M.DISMISSAL,),
            ground="confirmed_positive",
            is_part=True,
        ),
        Figure(
            "dismissed_discipline",
            _("Dismissed for discipline"),
            _("Of these, those that rest on no drug ground."),
            (M.DISMISSAL,),
            False,
            is_part=True,
        ),
        Figure(
            "demoted",
            _("Demoted"),
            _("Demotions in rank, counted in the same way."),
            (M.DEMOTION,),
        ),
        Figure("demoted_drugs", _("Demoted for drugs"), _DRUGS, (M.DEMOTION,), True, is_part=True),
        Figure(
            "suspended",
            _("Suspended"),
            _("Suspensions taken as a measure, also those that are over. Precautionary ones are no measure."),
            (M.SUSPENSION,),
        ),
        Figure("suspended_drugs", _("Suspended for drugs"), _DRUGS, (M.SUSPENSION,), True, is_part=True),
        Figure(
            "other",
            _("Other measures"),
            _("Transfers, written warnings and advice, counted in the same way."),
            _OTHER,
        ),
        Figure("other_drugs", _("Other measures for drugs"), _DRUGS, _OTHER, True, is_part=True),
    )
}

#: What they are told apart by: words, and what of it needs a word.
DIMENSIONS: dict[str, tuple[Any, Any]] = {
    "ground": (
        _("By ground"),
        _("A measure on several grounds counts under each, so the lines add up to more than the total."),
    ),
    "rank": (_("By rank"), _("The rank before the measure.")),
    "rank_group": (_("By group of ranks"), _("The rank before the measure.")),
    "province": (
        _("By province"),
        _("Where the officer served before the measure; the rest served in central units."),
    ),
    "month": (_("By month"), _("The month from which the measure is effective.")),
    "instrument": (_("By instrument"), _("The paper by which it was ordered.")),
}

GROUPS = {
    "generals": _("Generals"),
    "senior": _("Senior officers (colonels and majors)"),
    "junior": _("Junior officers (captains and lieutenants)"),
    "other_ranks": _("Warrant officers, sergeants and corporals"),
}


@dataclass(frozen=True)
class TestFigure:
    """One figure of drug tests."""

    code: str
    label: Any
    definition: Any


TEST_FIGURES: dict[str, TestFigure] = {
    one.code: one
    for one in (
        TestFigure(
            "tested",
            _("Tested"),
            _(
                "Officers of whom a test was taken by the first day and entered by the second. "
                "Void and spoiled ones do not count."
            ),
        ),
        TestFigure(
            "positive",
            _("Positive"),
            _(
                "Of these, officers with a final positive: confirmed, reviewed, told, and the time to ask for the "
                "second bottle over by the second day. A screen is never one."
            ),
        ),
        TestFigure(
            "test_dismissed",
            _("Of the positive: dismissed"),
            _("A dismissal that counts above rests on this test."),
        ),
        TestFigure(
            "test_other_measure",
            _("Of the positive: another measure"),
            _("Another measure that counts above rests on this test."),
        ),
        TestFigure(
            "test_ended",
            _("Of the positive: ended without a measure"),
            _("The case on this test was closed by the second day, or the measure reversed on appeal."),
        ),
        TestFigure(
            "test_in_procedure",
            _("Of the positive: in procedure"),
            _("The case was investigated by the second day, and no measure is in force."),
        ),
        TestFigure(
            "test_under_investigation",
            _("Of the positive: under investigation"),
            _("The rest: the case is not investigated to its end, or not opened yet."),
        ),
    )
}
