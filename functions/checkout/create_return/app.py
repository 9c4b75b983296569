"""POST /api/marketplace/orders/{order_id}/returns: asks to send back units of one merchant's delivery."""

from omnilife.checkout import (
    BadReturnQuantity,
    BusyReturn,
    LineNamedTwice,
    NewReturn,
    NoSuchOrder,
    NotDelivered,
    Return,
    ReturnDesk,
    ReturningTooMany,
    ReturnWindowClosed,
    SeveralMerchants,
    UnknownOrderLine,
    request_return,
)
from omnilife.core.errors import IdempotencyConflict
from omnilife.core.http import Reply, endpoint

api = endpoint(
    "POST",
    "/api/marketplace/orders/{order_id}/returns",
    auth="user",
    tags=["checkout"],
    limit="write",
    status=201,
    problems=[
        BadReturnQuantity,
        BusyReturn,
        IdempotencyConflict,
        LineNamedTwice,
        NoSuchOrder,
        NotDelivered,
        ReturnWindowClosed,
        ReturningTooMany,
        SeveralMerchants,
        UnknownOrderLine,
    ],
)


@api.route
def create_return(order_id: str, wanted: NewReturn) -> Reply[Return]:
    asked = request_return(
        ReturnDesk.from_environment(), order_id, wanted, caller=api.caller, idempotency=api.idempotency
    )
    return Reply(asked, headers={"ETag": Reply.etag(asked.version)})


handler = api.handler
