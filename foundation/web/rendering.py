"""Django forms in the markup of the design system: `{{ form }}`, `{{ form.name.as_field_group }}`.

`FORM_RENDERER = "foundation.web.rendering.Renderer"` makes every form of the site, the sign-in pages'
included, come out the same way; a form needs no mixin and no widget of ours.
"""

from typing import Any

from django.forms import widgets
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.functional import cached_property

CLASSES = {
    "checkbox": "govuk-checkboxes__input",
    "checkboxes": "govuk-checkboxes__input",
    "radios": "govuk-radios__input",
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "file": "govuk-file-upload",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "input": "govuk-input",
}
ERROR_CLASSES = {
    "select": "govuk-select--error",
    "textarea": "govuk-textarea--error",
    "file": "govuk-file-upload--error",
    "password": "govuk-input--error",
    "input": "govuk-input--error",
}
KINDS: tuple[tuple[type[widgets.Widget], str], ...] = (
    (widgets.CheckboxSelectMultiple, "checkboxes"),
    (widgets.RadioSelect, "radios"),
    (widgets.Select, "select"),
    (widgets.CheckboxInput, "checkbox"),
    (widgets.Textarea, "textarea"),
    (widgets.FileInput, "file"),
    (widgets.PasswordInput, "password"),
)


class DesignedField(BoundField):
    """A bound field that knows its place in the design system."""

    @cached_property
    def kind(self) -> str:
        widget = self.field.widget
        return next((kind for family, kind in KINDS if isinstance(widget, family)), "input")

    @cached_property
    def _own_classes(self) -> list[str]:
        return str(self.field.widget.attrs.get("class", "")).split()

    @property
    def group_classes(self) -> str:
        """Classes such as `govuk-radios--inline` belong to the group of choices, not to each choice."""
        return " ".join(name for name in self._own_classes if self._is_for_group(name))

    def _is_for_group(self, name: str) -> bool:
        return self.kind in {"radios", "checkboxes"} and "--" in name

    @property
    def is_optional(self) -> bool:
        """Whether the label says so. A form that requires nothing (filters) sets `mark_optional = False`."""
        marked = getattr(self.form, "mark_optional", True)
        return marked and not self.field.required and self.kind != "checkbox"

    @property
    def summary_id(self) -> str:
        """What a link in the error summary leads to: the first choice, else the input itself."""
        if self.kind in {"radios", "checkboxes"}:
            return f"{self.auto_id}_0"
        return self.id_for_label or self.auto_id

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: widgets.Widget | None = None
    ) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        if (widget or self.field.widget).is_hidden:
            return attrs
        # The browser's own bubbles come in the browser's language and reach no error summary.
        attrs.pop("required", None)
        if "placeholder" in self.field.widget.attrs:
            attrs["placeholder"] = False  # the label says it, and goes on saying it while one types
        names = [CLASSES[self.kind]]
        if self.errors and self.kind in ERROR_CLASSES:
            names.append(ERROR_CLASSES[self.kind])
        names += [name for name in self._own_classes if not self._is_for_group(name)]
        attrs["class"] = " ".join(names)
        return attrs


class Renderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    formset_template_name = "forms/formset.html"
    field_template_name = "forms/field.html"
    bound_field_class = DesignedField
