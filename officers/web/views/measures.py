"""Measured numbers as every page shows them."""

from decimal import Decimal


def measured(number: Decimal | None) -> str:
    """As it is typed in: never grouped, lest the sign for thousands be read as that of decimals (Khmer `1.200`)."""
    return "" if number is None else format(number.normalize(), "f")
