"""Strata in words, and how a sample stands in them. The names are codes; who may see an audit reads them as words."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.models import Sample, Stratum
from audits.queries.populations import NONE
from audits.reckoning import sampling
from cases.models.grounds import GroundKind
from cases.models.vocabulary import Category, Channel
from officers.models import Unit, User
from officers.models.drug_tests import NotTaken
from officers.models.sheets import TestReason
from officers.queries.settings import rank_names

SCREENS = {
    "negative": gettext_lazy("Negative"),
    "non_negative": gettext_lazy("Non-negative"),
    "kit_failed": gettext_lazy("Kit failed"),
    **dict(NotTaken.choices),
}


@dataclass(frozen=True)
class StratumOfSample:
    """A stratum of a population: its code, its words, and how many of it there are, are due and were drawn."""

    code: str
    words: str
    size: int
    share: int
    drawn: int
    percent: str


def strata_of_sample(sample: Sample, lines: str) -> list[StratumOfSample]:
    """The strata in the order in which they are drawn."""
    sizes = Counter(stratum for _, stratum in sampling.members_in(lines))
    shares = sampling.shares(sizes, sample.size)
    drawn = Counter(sample.items.values_list("stratum", flat=True))
    words = words_of(sample, set(sizes))
    return [
        StratumOfSample(
            code,
            words[code],
            sizes[code],
            shares[code],
            drawn[code],
            f"{100 * sizes[code] / sample.population:.1f}",
        )
        for code in sorted(sizes)
    ]


def words_of(sample: Sample, codes: set[str]) -> dict[str, str]:
    """What each code says, part by part."""
    namers = [names_of(name) for name in sample.strata]
    if not namers:
        return {code: _("All") for code in codes}
    return {
        code: " · ".join(
            namer(part) for namer, part in zip(namers, code.split(sampling.BETWEEN), strict=False)
        )
        for code in codes
    }


def names_of(stratum: str) -> Callable[[str], str]:
    """What says a code of a stratum in the reader's words."""
    names = _names(stratum)
    return lambda part: str(names.get(part, _("None given") if part == NONE else part))


def _names(stratum: str) -> Mapping[str, Any]:
    match stratum:
        case Stratum.PROVINCE:
            rows = Unit.objects.filter(kind=Unit.Kind.PROVINCIAL_COMMISSARIAT)
            return {NONE: _("Central services")} | {unit.code: unit.name for unit in rows}
        case Stratum.AUTHORITY:
            return {f"user-{user.pk}": user.name for user in User.objects.order_by("pk")}
        case Stratum.RANK:
            return rank_names()
        case Stratum.GROUND:
            return dict(GroundKind.choices)
        case Stratum.REASON:
            return dict(TestReason.choices)
        case Stratum.CATEGORY:
            return dict(Category.choices)
        case Stratum.CHANNEL:
            return dict(Channel.choices)
        case Stratum.OUTCOME:
            return dict(SCREENS)
        case _:
            return {}
