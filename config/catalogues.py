"""Translations without GNU gettext: `python -m config.catalogues update | compile | check`.

Django's own commands need programs that a bare machine does not have. Babel reads the same sources (templates
through Django's own `templatize`) and writes the same files.
"""

import io
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

CHECKOUT = Path(__file__).resolve().parent.parent
FLOORS = ("config", "foundation", "ledger", "officers", "cases", "audits", "templates")
LANGUAGES = ("km",)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


def path_of(language: str) -> Path:
    return CHECKOUT / "locale" / language / "LC_MESSAGES" / "django.po"


def used() -> Catalog:
    """Every message the sources ask for, with the files that do."""
    catalog = Catalog(charset="utf-8")
    for path in _sources():
        text, name = path.read_text(encoding="utf-8"), str(path.relative_to(CHECKOUT))
        if path.suffix != ".py":
            # indentation means something to a tokenizer for Python, and nothing in a template
            text = "\n".join(line.lstrip() for line in templatize(text).splitlines())
        for line, message, comments, context in extract(
            "python", io.BytesIO(text.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"}
        ):
            catalog.add(message, context=context, locations=[(name, line)], auto_comments=comments)
    return catalog


def _sources() -> Iterator[Path]:
    for floor in FLOORS:
        for path in sorted((CHECKOUT / floor).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def read(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def update_all() -> list[str]:
    """Bring the catalogues to what the sources ask for; what nobody asks for any more goes."""
    for language in LANGUAGES:
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        old = read(language) if path.exists() else Catalog(locale=language, charset="utf-8")
        new = Catalog(
            locale=language,
            charset="utf-8",
            project="Probity",
            fuzzy=False,
            creation_date=old.creation_date,
            revision_date=old.revision_date,
        )
        for message in used():
            if message.id:
                known = old.get(message.id, message.context)
                new.add(
                    message.id,
                    string=known.string if known else None,
                    context=message.context,
                    locations=message.locations,
                    auto_comments=message.auto_comments,
                    flags=set(known.flags) | set(message.flags) if known else message.flags,
                    user_comments=known.user_comments if known else (),
                )
        with path.open("wb") as file:
            write_po(file, new, width=110, sort_output=True, include_lineno=False)
    return []


def compile_all() -> list[str]:
    """Compile each catalogue that changed since it was compiled."""
    for language in LANGUAGES:
        path = path_of(language)
        compiled = path.with_suffix(".mo")
        if not path.exists():
            continue
        if compiled.exists() and compiled.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        new = compiled.with_suffix(".new")
        with new.open("wb") as file:
            write_mo(file, read(language))
        new.replace(compiled)
    return []


def check_all() -> list[str]:
    """What is wrong with the catalogues, a line each: missing, fuzzy, or with other placeholders."""
    asked = [message for message in used() if message.id]
    found = []
    for language in LANGUAGES:
        known = read(language) if path_of(language).exists() else Catalog(locale=language)
        for message in asked:
            found += [f"{language}: {fault}: {message.id!r}" for fault in _faults(known, message)]
    return found


def _faults(catalog: Catalog, asked: Message) -> Iterator[str]:
    known = catalog.get(asked.id, asked.context)
    strings = _texts(known.string) if known else []
    if known is None or not all(strings):
        yield "not translated"
        return
    if known.fuzzy:
        yield "fuzzy"
    wanted = [_placeholders(text) for text in _texts(asked.id)]
    if not all(_placeholders(text) in wanted for text in strings):
        yield "other placeholders"


def _texts(message: object) -> list[str]:
    return (
        [str(text or "") for text in message] if isinstance(message, (tuple, list)) else [str(message or "")]
    )


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


COMMANDS: dict[str, Callable[[], list[str]]] = {
    "update": update_all,
    "compile": compile_all,
    "check": check_all,
}

if __name__ == "__main__":
    lines = COMMANDS[sys.argv[1]]()
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.exit(bool(lines))
