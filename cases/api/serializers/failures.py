from rest_framework import serializers

from cases import lifecycles
from cases.models import FailureProposal
from officers.api.serializers.parts import UnitPart, UserPart, VerbsField


class FailureVerbsField(VerbsField):
    """What the caller may do with it now; each is an address below its own."""

    def to_representation(self, row: FailureProposal) -> list[str]:
        view = self.context["view"]
        return lifecycles.verbs(row, view.request.user) if view.may_write else []


class FailureOut(serializers.Serializer):
    """Misses of a unit that have added up, put to the level above, where a person decides."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(min_value=1, help_text="Also the ETag.")
    unit = UnitPart(help_text="Whose misses they are.")
    put_to = UnitPart()
    since = serializers.DateField()
    until = serializers.DateField()
    misses = serializers.IntegerField(min_value=1, help_text="A flood of one matter counts once.")
    status = serializers.ChoiceField(choices=FailureProposal.Status.choices)
    decided_by = UserPart(allow_null=True)
    reason = serializers.CharField(help_text="Of the decision.")
    verbs = FailureVerbsField()
