from django import forms
from django.utils.translation import gettext_lazy as _

from officers.web.forms.fields import ReasonField, VersionField


class Withhold(forms.Form):
    """Why an officer is not named."""

    version = VersionField()
    reason = ReasonField(error_messages={"required": _("Say why.")})
