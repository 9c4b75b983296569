"""POST /api/marketplace/cart/add: puts units of a product into a cart, which is made if there is none."""

from omnilife.catalogue import OutOfStock
from omnilife.checkout import (
    BadCartToken,
    BusyCart,
    CartView,
    InvalidQuantity,
    NewCartLine,
    TooManyLines,
    TooManyUnits,
    TotalTooLarge,
    UnknownProduct,
    add_to_cart,
    cart_desk,
    cart_owner,
)
from omnilife.core.errors import IdempotencyConflict
from omnilife.core.http import endpoint

api = endpoint(
    "POST",
    "/api/marketplace/cart/add",
    auth="public/user",
    tags=["checkout"],
    limit="write",
    problems=[
        BadCartToken,
        BusyCart,
        IdempotencyConflict,
        InvalidQuantity,
        OutOfStock,
        TooManyLines,
        TooManyUnits,
        TotalTooLarge,
        UnknownProduct,
    ],
)


@api.route
def add_product_to_cart(line: NewCartLine) -> CartView:
    owner = cart_owner(api.caller, api.headers)
    return add_to_cart(cart_desk(), owner, line, idempotency=api.idempotency)


handler = api.handler
