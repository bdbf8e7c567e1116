"""What a pack is made of, as it stood when, and why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import About
from foundation.web.fields import MomentField
from officers.web.forms.fields import ReasonField


class OfForm(forms.Form):
    """What a pack is to be of, as a record's, a review's or a sample's page names it."""

    about = forms.ChoiceField(choices=About, required=False, widget=forms.HiddenInput)
    row = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    review = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    sample = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class PackForm(OfForm):
    part = forms.TypedChoiceField(
        label=_("Part"),
        coerce=int,
        initial=1,
        help_text=_("A pack holds at most 100 records; a larger sample is given in parts."),
    )
    moment = MomentField(
        label=_("As the records stood (if not now)"),
        required=False,
        help_text=_(
            "For example, 27/3/2026 14:05. For a completed review it is when it was completed, unless you say another."
        ),
    )
    reason = ReasonField(
        help_text=_(
            "For what and for whom the pack is. It stays in the log with your name, and stands in the pack."
        )
    )

    def __init__(self, *args: object, parts: int = 1, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if parts == 1:
            del self.fields["part"]
        else:
            self.fields["part"].choices = [(number, str(number)) for number in range(1, parts + 1)]  # type: ignore[attr-defined]
