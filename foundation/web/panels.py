"""What a filter panel says is chosen, each with the address that takes it away again."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.forms import BaseForm, CheckboxInput, ModelChoiceField
from django.forms.boundfield import BoundField
from django.http import QueryDict

PLACE_IN_LIST = ("after", "before")


@dataclass(frozen=True)
class Chosen:
    """One chosen value of a filter."""

    label: str
    text: str
    url: str


def without_place(query: QueryDict) -> QueryDict:
    """A copy without the page's place: another filter is another list, which starts at its beginning."""
    copy = query.copy()
    for name in PLACE_IN_LIST:
        copy.pop(name, None)
    return copy


def _words(field: BoundField) -> dict[str, str]:
    """What the choices are called; a model's rows only as far as they were chosen."""
    if isinstance(field.field, ModelChoiceField):
        found = getattr(field.form, "cleaned_data", {}).get(field.name)
        rows = [] if found is None else [found] if hasattr(found, "pk") else list(found)
        return {str(field.field.prepare_value(row)): str(row) for row in rows}
    words: dict[str, str] = {}
    for value, label in getattr(field.field, "choices", ()):
        pairs = label if isinstance(label, (list, tuple)) else [(value, label)]
        words.update({str(inner): str(text) for inner, text in pairs})
    return words


def chosen(form: BaseForm, query: QueryDict) -> Iterator[Chosen]:
    """Each value of `query` that a field of `form` understood."""
    form.is_valid()
    for field in form:
        if field.is_hidden or field.name in form.errors:
            continue
        words = _words(field)
        for value in query.getlist(field.html_name):
            if value.strip() == "" or (words and value not in words):
                continue
            rest = without_place(query)
            rest.setlist(
                field.html_name, [other for other in query.getlist(field.html_name) if other != value]
            )
            label = str(field.label)
            text = label if isinstance(field.field.widget, CheckboxInput) else words.get(value, value)
            yield Chosen(label, text, f"?{rest.urlencode()}")
