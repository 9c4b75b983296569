"""GET /api/marketplace/cart: the cart, with prices and stock as they are now."""

from omnilife.checkout import BadCartToken, CartView, TotalTooLarge, cart_desk, cart_owner, look_at_cart
from omnilife.core.http import endpoint

api = endpoint(
    "GET",
    "/api/marketplace/cart",
    auth="public/user",
    tags=["checkout"],
    limit="read",
    problems=[BadCartToken, TotalTooLarge],
)


@api.route
def get_cart() -> CartView:
    return look_at_cart(cart_desk(), cart_owner(api.caller, api.headers))


handler = api.handler
