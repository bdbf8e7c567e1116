"""What was done and when it was known, as numbers, each with its definition and the list behind it.

Nationwide totals are for whoever serves the Ministry itself in a role of `SEES_FIGURES`; others get the figures of
their units. Nobody's figures count what he may not see: a case of which he declared a conflict of interest, his own,
one of whom he serves under. So the list behind each is as long as the figure.
"""

from cases.queries.figures.counting import COLUMNS, Figures, Line, Said, Table, figures, named_value
from cases.queries.figures.rows import (
    SEES_FIGURES,
    SEES_TEST_FIGURES,
    AsOf,
    Narrowed,
    drug_tests_of,
    earlier_of,
    measures_of,
)
from cases.queries.figures.words import DIMENSIONS, FIGURES, TEST_FIGURES, Figure, TestFigure

__all__ = [
    "COLUMNS",
    "DIMENSIONS",
    "FIGURES",
    "SEES_FIGURES",
    "SEES_TEST_FIGURES",
    "TEST_FIGURES",
    "AsOf",
    "Figure",
    "Figures",
    "Line",
    "Narrowed",
    "Said",
    "Table",
    "TestFigure",
    "drug_tests_of",
    "earlier_of",
    "figures",
    "measures_of",
    "named_value",
]
