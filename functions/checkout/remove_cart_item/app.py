"""DELETE /api/marketplace/cart/items/{product_id}: takes a product out of a cart."""

from omnilife.checkout import (
    BadCartToken,
    BusyCart,
    CartView,
    TotalTooLarge,
    cart_desk,
    cart_owner,
    remove_line,
)
from omnilife.core.http import endpoint

api = endpoint(
    "DELETE",
    "/api/marketplace/cart/items/{product_id}",
    auth="public/user",
    tags=["checkout"],
    limit="write",
    problems=[BadCartToken, BusyCart, TotalTooLarge],
)


@api.route
def remove_cart_line(product_id: str) -> CartView:
    return remove_line(cart_desk(), cart_owner(api.caller, api.headers), product_id)


handler = api.handler
