"""POST /api/marketplace/cart/quote: the exact total of a cart, with shipping, tax, coupons and points."""

from omnilife.checkout import (
    BadCartToken,
    CouponMinimum,
    CouponNotApplicable,
    CouponNotValidNow,
    CouponNotYours,
    CouponsDoNotStack,
    CouponUsedUp,
    EmptyCart,
    LinesUnavailable,
    NotEnoughPoints,
    QuoteExpired,
    QuoteRequest,
    QuoteView,
    RedemptionTooSmall,
    TooManyPoints,
    TotalTooLarge,
    UnknownAddress,
    UnknownCoupon,
    UnknownShippingRate,
    Unshippable,
    cart_owner,
    make_quote,
    quote_desk,
)
from omnilife.core.errors import IdempotencyConflict
from omnilife.core.http import endpoint

api = endpoint(
    "POST",
    "/api/marketplace/cart/quote",
    auth="public/user",
    tags=["checkout"],
    limit="write",
    status=201,
    problems=[
        BadCartToken,
        CouponMinimum,
        CouponNotApplicable,
        CouponNotValidNow,
        CouponNotYours,
        CouponUsedUp,
        CouponsDoNotStack,
        EmptyCart,
        IdempotencyConflict,
        LinesUnavailable,
        NotEnoughPoints,
        QuoteExpired,
        RedemptionTooSmall,
        TooManyPoints,
        TotalTooLarge,
        UnknownAddress,
        UnknownCoupon,
        UnknownShippingRate,
        Unshippable,
    ],
)


@api.route
def quote_cart(wanted: QuoteRequest) -> QuoteView:
    owner = cart_owner(api.caller, api.headers)
    return make_quote(quote_desk(), owner, wanted, idempotency=api.idempotency)


handler = api.handler
