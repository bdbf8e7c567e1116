"""Dates as they stand on Cambodian paper: day first, in either script, in the common or the Buddhist era."""

import re
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.khmer.spelling import canonical, digits, to_khmer_digits

MONTHS = {
    "km": (
        "មករា",
        "កុម្ភៈ",
        "មីនា",
        "មេសា",
        "ឧសភា",
        "មិថុនា",
        "កក្កដា",
        "សីហា",
        "កញ្ញា",
        "តុលា",
        "វិច្ឆិកា",
        "ធ្នូ",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
WEEKDAYS = {
    "km": ("ចន្ទ", "អង្គារ", "ពុធ", "ព្រហស្បតិ៍", "សុក្រ", "សៅរ៍", "អាទិត្យ"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}

_BUDDHIST_FROM = 2400
_BUDDHIST_OFFSET = 543
_YEARS_AHEAD = 20

_MONTH_NUMBERS = {name.casefold(): n for names in MONTHS.values() for n, name in enumerate(names, 1)}
_MONTH_NUMBERS |= {name[:3].casefold(): n for n, name in enumerate(MONTHS["en"], 1)}
_MONTH_NUMBERS |= {"sept": 9, "កុម្ភះ": 2, "កុម្ភ": 2}

_TIME = re.compile(r"(?:[T ]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)$")
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\s*([-/. ])\s*([0-9]{1,2})\s*\2\s*([0-9]{4}|[0-9]{2})")
_NAMED = re.compile(r"([0-9]{1,2})[\s\-/.]*([^\W\d_][^\d\s\-/.,]*)\.?[\s\-/,.]*([0-9]{4}|[0-9]{2})")
_WORDS = re.compile(r"ថ្ងៃទី|ថ្ងៃ|ទី|ខែ|ឆ្នាំ|ព\.ស\.?|គ\.ស\.?|" + "|".join(re.escape(w) for w in WEEKDAYS["km"]))


def _year(year: int, written: str, today: date) -> int:
    if len(written) == 2:
        year += today.year // 100 * 100
        return year if year <= today.year + _YEARS_AHEAD else year - 100
    return year - _BUDDHIST_OFFSET if year > _BUDDHIST_FROM else year


def parse_date(text: str | date, *, today: date) -> date:
    """The day a person wrote, in a text or in a cell of a spreadsheet.

    Day before month where both could be meant; 11/22/2026 is refused and not turned round. Of a date with a
    time only the day is kept. A year above 2400 is of the Buddhist era and 543 years ahead, as spreadsheets
    and telephones set to it count; the religious year, which changes at Visak Bochea, is not meant.
    Two digits are a year of the common era, at most 20 years ahead of `today`. Whether the day is likely
    (in the future, long ago) is for the caller to judge.

    :raises ValidationError: ``date`` if it is none, or no such day exists
    """
    if isinstance(text, date):
        day = text.date() if isinstance(text, datetime) else text
        return _day(_year(day.year, str(day.year), today), day.month, day.day, str(day))

    written = " ".join(digits(canonical(text)).split())
    plain = _TIME.sub("", written)
    if match := _YEAR_FIRST.fullmatch(plain):
        year, _separator, month, day_of_month = match.groups()
        return _day(_year(int(year), year, today), int(month), int(day_of_month), text)
    if match := _DAY_FIRST.fullmatch(plain):
        day_of_month, _separator, month, year = match.groups()
        return _day(_year(int(year), year, today), int(month), int(day_of_month), text)
    named = " ".join(_WORDS.sub(" ", plain).split())
    if (match := _NAMED.fullmatch(named)) and (number := _MONTH_NUMBERS.get(match[2].casefold())):
        return _day(_year(int(match[3]), match[3], today), number, int(match[1]), text)
    raise _refuse(text)


def _day(year: int, month: int, day: int, written: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _refuse(written) from None


def _refuse(written: str) -> ValidationError:
    return ValidationError(
        _("“%(value)s” is not a date. Write day/month/year, for example 22/11/2026."),
        code="date",
        params={"value": written[:40]},
    )


def format_date(day: date, language: str, *, weekday: bool = False) -> str:
    """The day in full: ទី២២ ខែវិច្ឆិកា ឆ្នាំ២០២៦, or 22 November 2026 in any other language than Khmer."""
    if language.split("-")[0] == "km":
        text = f"ទី{day.day} ខែ{MONTHS['km'][day.month - 1]} ឆ្នាំ{day.year}"
        text = f"{WEEKDAYS['km'][day.weekday()]} {text}" if weekday else text
        return to_khmer_digits(text)
    text = f"{day.day} {MONTHS['en'][day.month - 1]} {day.year}"
    return f"{WEEKDAYS['en'][day.weekday()]} {text}" if weekday else text
