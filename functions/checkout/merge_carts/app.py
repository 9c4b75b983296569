"""POST /api/marketplace/cart/merge: puts an anonymous cart into one's own, at sign-in."""

from omnilife.checkout import (
    BadCartToken,
    BusyCart,
    CartMerge,
    CartView,
    TooManyLines,
    TotalTooLarge,
    cart_desk,
    cart_owner,
    merge_cart,
)
from omnilife.core.http import endpoint

api = endpoint(
    "POST",
    "/api/marketplace/cart/merge",
    auth="user",
    tags=["checkout"],
    limit="write",
    problems=[BadCartToken, BusyCart, TooManyLines, TotalTooLarge],
)


@api.route
def merge_anonymous_cart(merge: CartMerge) -> CartView:
    return merge_cart(cart_desk(), cart_owner(api.caller, api.headers), merge.cart_token)


handler = api.handler
