"""What carts and quotes refuse, beyond the problems that every domain has."""

from omnilife.checkout.models import MAX_LINES
from omnilife.core.errors import BadRequest, Conflict, FieldError, Invalid, NotFound


class BadCartToken(BadRequest):
    """A cart token that was not made here, or was changed."""

    slug = "bad-cart-token"
    title = "Bad cart token"

    def __init__(self) -> None:
        super().__init__(
            "This is no token of a cart. Start a new cart by adding to it without one.",
            errors=[FieldError("/header/x-cart-token", "not a token of a cart")],
        )


class InvalidQuantity(Invalid):
    """A quantity that is no whole number from 1 on."""

    slug = "invalid-quantity"
    title = "Invalid quantity"

    def __init__(self) -> None:
        super().__init__(
            "A quantity is a whole number from 1 on.",
            errors=[FieldError("/quantity", "not a whole number from 1 on")],
        )


class TooManyUnits(Invalid):
    """More units of one product than a cart may hold."""

    slug = "too-many-units"
    title = "Too many units of one product"

    def __init__(self, product_id: str, *, wanted: int, limit: int) -> None:
        super().__init__(
            f"A cart may hold {limit} units of one product.",
            errors=[FieldError("/quantity", f"more than {limit} units")],
            extensions={"product_id": product_id, "wanted": wanted, "limit": limit},
        )


class TooManyLines(Invalid):
    """More distinct products than a cart may hold."""

    slug = "too-many-lines"
    title = "Too many lines"

    def __init__(self) -> None:
        super().__init__(f"A cart may hold {MAX_LINES} different products.", extensions={"limit": MAX_LINES})


class UnknownProduct(NotFound):
    """No such product, or one that is not on sale: a draft, an archived or a deleted one."""

    slug = "unknown-product"
    title = "No such product on sale"

    def __init__(self, product_id: str) -> None:
        super().__init__(
            "There is no such product on sale.",
            errors=[FieldError("/product_id", "no such product on sale")],
            extensions={"product_id": product_id},
        )


class NotInCart(NotFound):
    """The cart has no line of this product."""

    slug = "not-in-cart"
    title = "Not in the cart"


class TooManyAddresses(Invalid):
    """As many entries as an address book may have."""

    slug = "too-many-addresses"
    title = "Too many addresses"


class BusyCart(Conflict):
    """The same cart was changed by others each time that this change was tried."""

    slug = "changed-meanwhile"
    title = "Changed by others meanwhile"


class TotalTooLarge(Invalid):
    """The total is beyond what an amount of money may be."""

    slug = "total-too-large"
    title = "Total too large"
