"""Papers as PDF, set by Typst: it shapes Khmer and breaks its lines, and needs no library of the system."""

import json
from pathlib import Path
from typing import Any

import fontpkg_noto_sans_khmer
import typst

#: One face for both scripts; nothing depends on what fonts a server happens to have.
_FONTS = [Path(fontpkg_noto_sans_khmer.ROOT) / "files"]


def typeset(source: Path, content: dict[str, Any]) -> bytes:
    """The PDF/A of a template, filled with `content`.

    What people wrote reaches the template as data in JSON and is never read as markup: a template shows it by
    `#content.field`, and never by `eval`.
    """
    return typst.compile(
        source,
        font_paths=_FONTS,
        ignore_system_fonts=True,
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        pdf_standards="a-2b",
    )
