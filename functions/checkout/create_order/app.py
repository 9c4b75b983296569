"""POST /api/marketplace/orders/create: orders what a quote says, and opens the payment."""

from omnilife.checkout import (
    CouponUsedUp,
    GatewayDown,
    NewOrder,
    NoAddress,
    NoSuchOrder,
    NotEnoughPoints,
    OrderView,
    OutOfStock,
    PaymentBlocked,
    PaymentRefused,
    QuoteExpired,
    UnknownQuote,
    order_desk,
    place_order,
)
from omnilife.core.errors import IdempotencyConflict
from omnilife.core.http import endpoint

api = endpoint(
    "POST",
    "/api/marketplace/orders/create",
    auth="user",
    tags=["checkout"],
    limit="write",
    limit_table="CHECKOUT_TABLE",
    status=201,
    problems=[
        CouponUsedUp,
        GatewayDown,
        IdempotencyConflict,
        NoAddress,
        NoSuchOrder,
        NotEnoughPoints,
        OutOfStock,
        PaymentBlocked,
        PaymentRefused,
        QuoteExpired,
        UnknownQuote,
    ],
)


@api.route
def create_order(wanted: NewOrder) -> OrderView:
    placed = place_order(
        order_desk(), wanted, caller=api.caller, address=api.caller.address, idempotency=api.idempotency
    )
    return OrderView.of(placed.order, placed.intent)


handler = api.handler
