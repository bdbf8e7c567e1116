"""An action's refusal, shown beside the fields it speaks of."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


def show(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Add a refusal to a form; what speaks of a field that the form does not have goes on top."""
    fields = refusal.error_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.error_list}
    for name, errors in fields.items():
        form.add_error(name if name in form.fields else None, ValidationError(errors))
