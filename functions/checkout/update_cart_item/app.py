"""PATCH /api/marketplace/cart/items/{product_id}: sets how many units are wanted."""

from omnilife.catalogue import OutOfStock
from omnilife.checkout import (
    BadCartToken,
    BusyCart,
    CartLineChange,
    CartView,
    InvalidQuantity,
    NotInCart,
    TooManyUnits,
    TotalTooLarge,
    UnknownProduct,
    cart_desk,
    cart_owner,
    set_quantity,
)
from omnilife.core.http import endpoint

api = endpoint(
    "PATCH",
    "/api/marketplace/cart/items/{product_id}",
    auth="public/user",
    tags=["checkout"],
    limit="write",
    accepts=["application/json", "application/merge-patch+json"],
    problems=[
        BadCartToken,
        BusyCart,
        InvalidQuantity,
        NotInCart,
        OutOfStock,
        TooManyUnits,
        TotalTooLarge,
        UnknownProduct,
    ],
)


@api.route
def change_cart_line(product_id: str, change: CartLineChange) -> CartView:
    owner = cart_owner(api.caller, api.headers)
    return set_quantity(cart_desk(), owner, product_id, change.quantity)


handler = api.handler
