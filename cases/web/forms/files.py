"""Fields by which files are added. What is chosen is cleaned and held at once; the form goes on with a token of it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from cases.actions import files
from cases.actions.files import MOST, Held
from foundation.files.cleaning import LARGEST, PAGES
from foundation.files.limits import MIB

#: What the browser offers to choose; what is taken is told by the content.
ACCEPT = "image/jpeg,image/png,image/webp,application/pdf,text/plain"


def limits() -> dict[str, int]:
    """What the pages say: megabytes of a file, pages of a document, files with one thing."""
    return {"megabytes": LARGEST // MIB, "pages": PAGES, "most": MOST}


class HeldField(forms.FileField):
    """One file, held; nothing where none was chosen. `already` others are there."""

    widget = forms.FileInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Choose a file"))
        options.setdefault("required", False)
        super().__init__(allow_empty_file=True, widget=forms.FileInput({"accept": ACCEPT}), **options)
        self.already = 0

    def clean(self, data: Any, initial: Any = None) -> Held | None:
        """:raises ValidationError: if it is not taken, or is one too many"""
        if not data:
            return None
        if self.already >= MOST:
            raise ValidationError(_("At most %(limit)s files can be added."), params={"limit": MOST})
        return files.hold(data)


class FilesInput(forms.FileInput):
    """Several files to choose, and those held already with a box each: what is left unticked goes."""

    template_name = "cases/widgets/files.html"
    allow_multiple_selected = True
    held: tuple[Held, ...] = ()

    def value_from_datadict(self, data: Any, uploads: MultiValueDict[str, Any], name: str) -> Any:
        tokens = data.getlist(name) if hasattr(data, "getlist") else []
        chosen = uploads.getlist(name) if hasattr(uploads, "getlist") else []
        return [*filter(None, tokens), *chosen]  # where no file is chosen, a browser sends an empty text

    def value_omitted_from_data(self, data: Any, uploads: Any, name: str) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, None, attrs) | {"held": self.held}


class FilesField(forms.Field):
    """What somebody who is signed in adds: a list of files that are held."""

    def __init__(self, **options: Any) -> None:
        widget = FilesInput({"accept": ACCEPT, "multiple": True})
        super().__init__(required=False, widget=widget, **options)

    def clean(self, value: Any) -> list[Held]:
        """:raises ValidationError: if one is not taken, or they are too many; those that were are held all the same"""
        tokens = [one for one in value or [] if isinstance(one, str)]
        try:
            kept = files.held(tokens)
        except ValidationError as refusal:
            raise ValidationError(refusal.messages) from None
        wrong: list[Any] = []
        for upload in value or []:
            if not isinstance(upload, File):
                continue
            if len(kept) >= MOST:
                wrong.append(
                    ValidationError(_("At most %(limit)s files can be added."), params={"limit": MOST})
                )
                break
            try:
                kept.append(files.hold(upload))
            except ValidationError as refusal:
                wrong += refusal.error_list
        self.widget.held = tuple(kept)
        if wrong:
            raise ValidationError(wrong)
        return kept


class AddsFiles(forms.Form):
    """Base of the public forms to which files are added one by one."""

    file = HeldField()

    def takes_after(self, tokens: list[str]) -> None:
        """Those that were added before, as the page shows them."""
        self.added = files.held(tokens)
        field: Any = self.fields["file"]
        field.already = len(self.added)
