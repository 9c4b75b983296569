"""POST /api/marketplace/loyalty/redeem: points become a voucher, for one order."""

from omnilife.checkout import (
    BusyAccount,
    LoyaltyStore,
    NotEnoughPoints,
    Redemption,
    RedemptionTooSmall,
    Voucher,
    redeem_points,
)
from omnilife.core.errors import IdempotencyConflict
from omnilife.core.http import endpoint

api = endpoint(
    "POST",
    "/api/marketplace/loyalty/redeem",
    auth="user",
    tags=["checkout"],
    limit="write",
    status=201,
    problems=[BusyAccount, IdempotencyConflict, NotEnoughPoints, RedemptionTooSmall],
)


@api.route
def redeem(redemption: Redemption) -> Voucher:
    return redeem_points(
        LoyaltyStore.from_environment(), redemption, caller=api.caller, idempotency=api.idempotency
    )


handler = api.handler
