"""The numbers people are known by, as they are kept."""

import re

from foundation import khmer


def service_number(text: str) -> str:
    """A service number as it is kept: ASCII digits, no spaces, capitals."""
    return "".join(khmer.digits(text).split()).upper()


def specimen_number(year: int, serial: int) -> str:
    """A label's number: year, running number, two check digits (ISO 7064 mod 97-10), such as `K-2026-000123-38`."""
    return f"K-{year:04d}-{serial:06d}-{98 - (year * 1_000_000 + serial) * 100 % 97:02d}"


def label_of(text: str) -> tuple[int, int] | None:
    """Year and running number of a label's number, or None if it is of another form.

    :raises ValueError: if it has the form and its check digits are wrong: a digit was slipped or two changed places
    """
    match = re.fullmatch(r"K-?([0-9]{4})-?([0-9]{6})-?([0-9]{2})(?:-?[AB])?", text.strip().upper())
    if match is None:
        return None
    year, serial = int(match[1]), int(match[2])
    if 98 - (year * 1_000_000 + serial) * 100 % 97 != int(match[3]):
        raise ValueError(text)
    return year, serial


def letter_number(pk: int) -> str:
    """A letter's number with two check digits (ISO 7064 mod 97-10), in groups: `L-1234-5678-9012-45`."""
    digits = f"{pk:012d}"
    return f"L-{digits[:4]}-{digits[4:8]}-{digits[8:]}-{98 - pk * 100 % 97:02d}"


def letter_of(text: str) -> int | None:
    """The id of the letter that a number names, as somebody typed it, or None if it is none.

    :raises ValueError: if its check digits are wrong: a digit was slipped or two changed places
    """
    digits = "".join(khmer.digits(text).upper().removeprefix("L").replace("-", " ").split())
    if len(digits) != 14 or not digits.isascii() or not digits.isdecimal():
        return None
    pk = int(digits[:12])
    if 98 - pk * 100 % 97 != int(digits[12:]):
        raise ValueError(text)
    return pk


def plain_specimen(text: str) -> str:
    """A specimen number as it is kept: of a label without the letter of the bottle, any other as it was written."""
    written = khmer.digits(text).strip()
    try:
        label = label_of(written)
    except ValueError:
        return written
    return specimen_number(*label) if label else written
