"""Fields that the bodies about cases are made of."""

from typing import Any

from rest_framework import serializers

from cases.actions.grounds import LONGEST
from cases.api.serializers.files import TokensField
from cases.api.serializers.steps import IdField
from cases.models.deciding import MeasureKind

#: Characters of a rank's or an article's code.
LONGEST_CODE = 20


class WordsField(serializers.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST, **options)


class ShortField(serializers.CharField):
    """A number or a name as it stands on a paper."""

    def __init__(self, most: int = 60, **options: Any) -> None:
        super().__init__(max_length=most, **options)


class CodeField(serializers.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_CODE, **options)


class DayField(serializers.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)


class ScansField(TokensField):
    def __init__(self, **options: Any) -> None:
        super().__init__(help_text="Tokens from `/cases/files/`.", **options)


class MeasureField(serializers.ChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(choices=MeasureKind.choices, **options)


class ToRankField(CodeField):
    def __init__(self) -> None:
        super().__init__(
            required=False,
            allow_blank=True,
            help_text="With a demotion alone: a code of the setting `ranks`.",
        )


class ToUnitField(IdField):
    def __init__(self) -> None:
        super().__init__(source="to_unit_id", required=False, help_text="With a transfer alone.")


class DaysField(serializers.IntegerField):
    def __init__(self) -> None:
        super().__init__(min_value=1, max_value=365, required=False, help_text="With a suspension alone.")


class NoConflictField(serializers.BooleanField):
    def __init__(self) -> None:
        super().__init__(help_text="True declares that nothing ties you to the officer.")


class PasswordField(serializers.CharField):
    def __init__(self) -> None:
        super().__init__(
            max_length=200,
            trim_whitespace=False,
            write_only=True,
            style={"input_type": "password"},
            help_text="Yours, once more. It is kept nowhere: a keyed hash of the body is all that stays.",
        )


class InOrder(serializers.ListSerializer):
    """The rows of a case, in the order in which they came."""

    def to_representation(self, data: Any) -> Any:
        if hasattr(data, "select_related"):
            joined = getattr(self.child, "joined", ())
            data = (data.select_related(*joined) if joined else data.all()).order_by("pk")
        return super().to_representation(data)


class Part(serializers.Serializer):
    """Base of what belongs to a case; `joined` are the rows it is shown with."""

    joined: tuple[str, ...] = ()

    class Meta:
        list_serializer_class = InOrder

    id = serializers.IntegerField()
