from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions import orders
from cases.api import examples_orders as shows
from cases.api.case_filters import OrderFilter
from cases.api.serializers.orders import (
    OrderInFullOut,
    OrderOut,
    OrderStepOut,
    RegisterOrderIn,
    RejectOrderIn,
    VerifyOrderIn,
)
from cases.models import Order
from foundation.api.headers import version_of
from officers.api.documented import operation
from officers.api.doors import Door
from officers.models.api_keys import Scope


class Orders(Door):
    """Signed orders: entered with their scan for one case or many, and verified against it by another person."""

    queryset = Order.objects.none()
    serializer_class = OrderOut
    filterset_class = OrderFilter
    keyset_order = ("-registered_at", "-id")
    scope_to_read, scope_to_write = Scope.CASES_READ, Scope.CASES_WRITE
    sensitive: tuple[str, ...] = ("number", "signed_by", "status")

    def rows(self) -> QuerySet[Order]:
        return Order.objects.select_related("registered_by", "verified_by", "rejected_by")

    @operation("list_orders", "List orders, the newest first", gives=OrderOut(many=True), shows=shows.ORDER)
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "register_order",
        "Enter a signed order with its scan",
        takes=RegisterOrderIn,
        sends=[("Two officers in one order", shows.REGISTER_IN)],
        gives=OrderStepOut,
        shows=shows.REGISTERED,
        status=201,
        description="It has no effect until another registrar has verified it against the scan.",
    )
    def create(self, request: Request) -> Response:
        given = self.given(RegisterOrderIn)
        return self.answer(lambda: orders.register(request.user, **given), status=201, out=OrderStepOut)

    @operation(
        "read_order",
        "Read an order with the officers in it",
        gives=OrderInFullOut,
        shows=shows.ORDER_IN_FULL,
        description="There for who sees every case in it.",
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        self.sensitive = ("number", "signed_by", "status", "lines")
        return self.opened(pk, OrderInFullOut)

    @operation(
        "verify_order",
        "Verify an order against its scan",
        takes=VerifyOrderIn,
        sends=[("As it stands on the scan", shows.VERIFY_IN)],
        gives=OrderStepOut,
        shows=shows.VERIFIED,
        description="Number and days are typed again. If its day has come it is in force with that: case, rank, "
        "posting and register of all its officers, or of none.",
    )
    def verify(self, request: Request, pk: int) -> Response:
        given, version = self.given(VerifyOrderIn), version_of(request)
        return self.answer(
            lambda: orders.verify(request.user, pk, version=version, **given), out=OrderStepOut
        )

    @operation(
        "reject_order",
        "Reject an order that is not as its scan, or whose ground fell",
        takes=RejectOrderIn,
        sends=[("A reason", {"reason": "The scan is of another order.", "version": 1})],
        gives=OrderStepOut,
        shows=shows.REJECTED,
        description="Its cases wait for another order.",
    )
    def reject(self, request: Request, pk: int) -> Response:
        given, version = self.given(RejectOrderIn), version_of(request)
        return self.answer(
            lambda: orders.reject(request.user, pk, version=version, **given), out=OrderStepOut
        )
