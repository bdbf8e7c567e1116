"""Files from people, read safely, and files for people, written safely.

Nothing is believed about a file but its bytes: not its name, not what the browser says it is, not the sizes
it claims. Every limit holds before a parser sees the content, and every refusal is a sentence that says what
to do instead.
"""

from foundation.files.cleaning import Cleaned, cleaned
from foundation.files.exports import safe_cell, write_csv
from foundation.files.keeping import Kept, drop, keep, kept_names, kept_path, kept_size, shown_name
from foundation.files.kinds import Kind, content_kind
from foundation.files.limits import Limits
from foundation.files.rows import Column, Row, Value
from foundation.files.tables import Table, read_table

__all__ = [
    "Cleaned",
    "Column",
    "Kept",
    "Kind",
    "Limits",
    "Row",
    "Table",
    "Value",
    "cleaned",
    "content_kind",
    "drop",
    "keep",
    "kept_names",
    "kept_path",
    "kept_size",
    "read_table",
    "safe_cell",
    "shown_name",
    "write_csv",
]
