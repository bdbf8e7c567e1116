"""The numbers people are known by, as they are kept."""

from foundation import khmer


def service_number(text: str) -> str:
    """A service number as it is kept: ASCII digits, no spaces, capitals."""
    return "".join(khmer.digits(text).split()).upper()
