"""How much of a file is read at all."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a table may hold. The defaults leave room for a roster of 100,000 officers.

    `size` and `uncompressed` are in bytes, `cell` in characters. `ratio` is of an archive's entry, unpacked
    to packed, and counts from 1 MiB unpacked on: spreadsheets reach about 30, bombs 1,000. `part` bounds the
    parts of a workbook other than its sheets and strings, `tags` the elements in one row and those outside of
    all rows. `header_lines` is how far down a header row is looked for. `memory` in MiB and `seconds` of a processor
    are what the process that parses a workbook may take.
    """

    size: int = 32 * MIB
    rows: int = 120_000
    columns: int = 100
    cell: int = 2_000
    header_lines: int = 40
    entries: int = 256
    uncompressed: int = 256 * MIB
    part: int = 8 * MIB
    ratio: int = 200
    strings: int = 600_000
    merges: int = 20_000
    tags: int = 100_000
    memory: int = 1024
    seconds: int = 60
