"""POST /api/marketplace/orders/{order_id}/pay: another try to pay, after a decline or a lost answer."""

from omnilife.checkout import (
    GatewayDown,
    NoSuchOrder,
    NotInState,
    OrderView,
    PaymentAttempt,
    PaymentRefused,
    order_desk,
    pay_again,
)
from omnilife.core.http import endpoint

api = endpoint(
    "POST",
    "/api/marketplace/orders/{order_id}/pay",
    auth="user",
    tags=["checkout"],
    limit="write",
    limit_table="CHECKOUT_TABLE",
    problems=[GatewayDown, NoSuchOrder, NotInState, PaymentRefused],
)


@api.route
def pay_order(order_id: str, attempt: PaymentAttempt) -> OrderView:
    placed = pay_again(order_desk(), order_id, attempt, caller=api.caller)
    return OrderView.of(placed.order, placed.intent)


handler = api.handler
