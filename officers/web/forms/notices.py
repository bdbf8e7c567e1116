"""How notices reach somebody."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.web.templatetags.web import native_digits
from officers.models.users import ByMail
from officers.web.forms.fields import VersionField


class Choose(forms.Form):
    """By mail at once, together, or not at all."""

    by_mail = forms.ChoiceField(
        label=_("Notices that can wait come by mail"), choices=ByMail.choices, widget=forms.RadioSelect
    )
    hour = forms.TypedChoiceField(
        label=_("Hour of the mail that comes once a day or once a week"),
        coerce=int,
        help_text=_("Time of Phnom Penh."),
    )
    version = VersionField()

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        hours = [(hour, native_digits(f"{hour:02d}:00")) for hour in range(24)]
        self.fields["hour"].choices = hours  # type: ignore[attr-defined]


class ReadAll(forms.Form):
    """The newest notice somebody saw: what came since stays unread."""

    until = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
