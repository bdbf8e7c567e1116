"""Form fields for dates and moments typed as people here write them."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.khmer import digits, parse_date


class DayField(forms.DateField):
    """One text field for a day: dd/mm/yyyy, in Latin or Khmer digits, in the common or the Buddhist era."""

    widget = forms.DateInput(
        format="%d/%m/%Y",
        attrs={"class": "govuk-input--width-10", "autocomplete": "off", "data-day": True},
    )

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("For example, 27/3/2026"))
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        """:raises ValidationError: if it is not a day in one of these forms"""
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return timezone.localdate(value) if timezone.is_aware(value) else value.date()
        if isinstance(value, date):
            return value
        return parse_date(str(value), today=timezone.localdate())


class MomentField(forms.DateTimeField):
    """A day and a time in one text field, `27/3/2026 14:05`, in the time of Phnom Penh."""

    widget = forms.DateTimeInput(
        format="%d/%m/%Y %H:%M",
        attrs={"class": "govuk-input--width-20", "autocomplete": "off"},
    )

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("Day and time, for example, 27/3/2026 14:05"))
        super().__init__(**options)

    def to_python(self, value: Any) -> datetime | None:
        """:raises ValidationError: if the day or the time cannot be read"""
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value if timezone.is_aware(value) else timezone.make_aware(value)
        day, _space, clock = str(value).strip().replace("T", " ").rpartition(" ")
        try:
            at = time.fromisoformat(digits(clock).zfill(5))
        except ValueError:
            at = None
        if not day or at is None:
            raise ValidationError(_("Enter a day and a time, such as 27/3/2026 14:05."), code="invalid")
        return timezone.make_aware(datetime.combine(parse_date(day, today=timezone.localdate()), at))
