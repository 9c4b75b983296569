"""PATCH /api/marketplace/returns/{return_id}: approves, refuses, receives or refunds a return."""

from omnilife.checkout import (
    BusyReturn,
    LineNamedTwice,
    NoSuchReturn,
    NothingReceived,
    ReceivedTooMany,
    RefundTooHigh,
    Return,
    ReturnChange,
    ReturnDesk,
    ReturnStateConflict,
    UnknownOrderLine,
    update_return,
)
from omnilife.core.http import Reply, endpoint

api = endpoint(
    "PATCH",
    "/api/marketplace/returns/{return_id}",
    auth="merchant",
    tags=["checkout"],
    limit="write",
    problems=[
        BusyReturn,
        LineNamedTwice,
        NoSuchReturn,
        NothingReceived,
        ReceivedTooMany,
        RefundTooHigh,
        ReturnStateConflict,
        UnknownOrderLine,
    ],
)


@api.route
def change_return(return_id: str, change: ReturnChange) -> Reply[Return]:
    given = update_return(ReturnDesk.from_environment(), return_id, change, caller=api.caller)
    return Reply(given, headers={"ETag": Reply.etag(given.version)})


handler = api.handler
