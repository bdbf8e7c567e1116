from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cases import rules
from cases.api import examples
from cases.api.serializers.intake import ReceiptIn, StatusOut
from cases.models import Complaint
from cases.queries.complaints import status_of
from foundation.limits.counting import Limit
from ledger import clock
from officers.api.documented import operation
from officers.api.doors import Door
from officers.models.api_keys import Scope
from officers.reckoning.codes import plain

#: Looks by receipt of one account, right and wrong: a partner's visitors come one by one, a guesser does not.
LOOKS = Limit("receipt-account", 60, timedelta(minutes=1), fallback="database")


class StatusByReceipt(Door):
    """What a receipt tells, for the page of a partner organisation."""

    queryset = Complaint.objects.none()
    serializer_class = StatusOut
    pagination_class = None
    filter_backends = ()
    scope_to_read = scope_to_write = Scope.COMPLAINTS_HAND_IN

    @operation(
        "read_status_by_receipt",
        "Read the state of a report by its receipt",
        takes=ReceiptIn,
        sends=[("A receipt as the reporter typed it", {"receipt": "4821 9930 1175 2046"})],
        gives=StatusOut,
        shows=examples.STATUS,
        description="A read, by POST so that no receipt stands in an address. It changes nothing, and no look is "
        "noted: that would tell when the reporter came back. At most 60 a minute for one account.",
    )
    def ask(self, request: Request) -> Response:
        account: Any = request.user
        if not rules.hands_in(account):
            raise PermissionDenied(_("You do not hand in reports."))
        receipt = plain(self.given(ReceiptIn)["receipt"])
        if not receipt:
            raise ValidationError({"receipt": _("A receipt has 16 digits.")})
        self._take(LOOKS, str(account.pk))
        found = status_of(receipt, clock.today())
        if found is None:
            raise Http404
        return Response(self.shown(found))
