"""The steps on a case: each an address below the case's own."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import examples_cases as shows
from cases.api.serializers.cases import CaseGoneOut, CaseStepOut
from cases.api.steps_decide import DECIDING
from cases.api.steps_work import WORKING
from cases.api.views.cases import OnCases, case_rows
from cases.api.ways import Way
from cases.models import Case
from foundation.api.headers import version_of
from officers.api.documented import operation

STEPS: dict[str, Way] = WORKING | DECIDING
AFTER = PolymorphicProxySerializer(
    component_name="CaseAfterStep",
    serializers=[CaseStepOut, CaseGoneOut],
    resource_type_field_name=None,
)


def _method(verb: str, way: Way) -> Callable[..., Response]:
    @operation(
        f"{verb}_case",
        way.summary,
        takes=way.takes,
        sends=[("For instance", way.sends)],
        gives=AFTER,
        shows=way.shows or shows.AFTER,
        description=way.description,
    )
    def take(self: "CaseSteps", request: Request, pk: int) -> Response:
        return self.step(way, pk)

    take.__name__ = verb
    return take


class CaseSteps(OnCases):
    """What is done in a case. An answer has nothing of what was written: it is kept for its Idempotency-Key."""

    serializer_class = CaseStepOut
    pagination_class = None
    filter_backends = ()
    #: The body of a decision holds a password.
    bodies_hold_secrets = True

    def step(self, way: Way, pk: int) -> Response:
        given, version = self.given(way.takes), version_of(self.request)
        return self.answer(
            lambda: way.action(self.request.user, pk, version=version, **given), render=self._after
        )

    def _after(self, made: Any) -> Any:
        """The case as the step left it.

        :param made: the case, or what belongs to it and was written by the step
        """
        case = made if isinstance(made, Case) else made.case
        seen = case_rows().visible_to(self.request.user).filter(pk=case.pk).first()  # type: ignore[attr-defined]
        if seen is None:
            return {"id": case.pk, "reference": case.reference, "gone": True}
        seen.made = None if made is case else made.pk
        return self.shown(seen, out=CaseStepOut)


for _verb, _way in STEPS.items():
    setattr(CaseSteps, _verb, _method(_verb, _way))
