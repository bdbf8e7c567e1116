"""A line of a table and its cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

type Value = str | Decimal | date | None


def letter(index: int) -> str:
    """The name of a column, counted from 0: A, B, ... Z, AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def text_of(value: Value) -> str:
    """A cell as text: a number without ".0", a day in ISO, nothing as an empty text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


@dataclass(frozen=True, slots=True)
class Record:
    """A line as it stands in the file. `filled` are the columns whose value a merged cell lends."""

    line: int
    values: list[Value]
    filled: frozenset[int] = frozenset()

    def own(self) -> int:
        """How many cells have a value of their own."""
        if not self.filled:
            return len(self.values) - self.values.count(None)
        return sum(v is not None and i not in self.filled for i, v in enumerate(self.values))


@dataclass(frozen=True, slots=True)
class Column:
    index: int
    title: str

    @property
    def letter(self) -> str:
        return letter(self.index)


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the header.

    `line` is the number of its first line in the file, counted from 1; `cells` has every field of the
    header, `texts` the same as text; `values` is the whole line; `surplus` are values that stand beyond the
    last column of the header, mostly the sign of a delimiter inside a name that was not quoted.
    """

    line: int
    cells: dict[str, Value]
    texts: dict[str, str]
    values: list[Value]
    surplus: tuple[str, ...] = ()
    is_note: bool = False
    """Whether one single cell of the line is filled in, as in a total or a signature below the table."""
    columns: Mapping[str, Column] = field(default_factory=dict, repr=False, compare=False)

    def text(self, name: str) -> str:
        """The cell as text; empty if the cell is, or if the file has no such column."""
        return self.texts.get(name, "")

    @property
    def raw(self) -> list[str]:
        """The whole line as text."""
        return [text_of(value) for value in self.values]

    def address(self, name: str) -> str:
        """Where the cell is, such as D17; empty if the file has no such column."""
        return f"{self.columns[name].letter}{self.line}" if name in self.columns else ""
