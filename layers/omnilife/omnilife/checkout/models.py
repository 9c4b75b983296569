"""Carts and addresses: what a shopper sends, what is stored, what is answered."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from omnilife.core.cards import free_of_cards
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier
from omnilife.core.money import Money

MAX_LINES = 80
"""Distinct products of a cart: an order of so many, its coupon, points and event fit one transaction."""
MAX_UNITS = 10**6
"""The most that a deployment may let a cart hold of one product."""


class CartLine(BaseModel):
    """Some units of one product. `seen_price`: a unit in minor units, when the cart was last written."""

    model_config = ConfigDict(frozen=True)

    product_id: Identifier
    quantity: Annotated[int, Field(strict=True, ge=1, le=MAX_UNITS)]
    seen_price: int | None = None


class Cart(BaseModel):
    """A cart as it is stored: what is wanted, and nothing of what it costs.

    A user has one cart, whose id is the user's. `version` counts its changes; 0 of a cart that nobody wrote.
    """

    model_config = ConfigDict(frozen=True)

    cart_id: str
    user_id: str | None = None
    lines: list[CartLine] = []
    version: int = 0
    expires_at: Timestamp
    updated_at: Timestamp

    def units_of(self, product_id: str) -> int:
        """How many units of a product it holds."""
        return sum(line.quantity for line in self.lines if line.product_id == product_id)


Quantity = Annotated[Any, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_UNITS})]
"""As the client sent it; `omnilife.checkout.quantities` judges it, with a problem type of its own."""


class NewCartLine(BaseModel):
    """Units to add to a cart."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    product_id: Identifier
    quantity: Quantity = 1


class CartLineChange(BaseModel):
    """How many units of a line are wanted from now on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quantity: Quantity


class CartMerge(BaseModel):
    """Which anonymous cart is to go into the caller's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cart_token: Annotated[str, Field(strict=True, min_length=1, max_length=200)]


class CartChange(BaseModel):
    """What is not as it was when the cart was last written.

    `code`: `price_changed` (from `price_before`), `only_<available>_left` and `sold_out` (fewer can be had
    than the line wants), `gone` (the product is no longer sold; it is in no line, and leaves the cart with
    its next change), or after a merge `at_most_<limit>` (two carts together wanted more than one may hold).
    """

    product_id: str
    code: Annotated[str, Field(examples=["price_changed", "only_3_left", "sold_out", "gone"])]
    price_before: Money | None = None
    available: int | None = None


class CartItem(BaseModel):
    """A line of a cart, at today's price. `available` is how many units could be ordered now."""

    product_id: str
    merchant_id: str
    sku: str
    name: str
    quantity: int
    available: int
    unit_price: Money
    subtotal: Money


class CartView(BaseModel):
    """A cart as it stands now: prices and stock are read anew at every look.

    `cart_token` is an anonymous cart's only key: send it as `X-Cart-Token`. It is null of a user's cart, and
    of a cart that nothing was ever put into.
    """

    cart_id: str | None
    cart_token: str | None = None
    version: int
    lines: list[CartItem]
    changes: list[CartChange]
    units: int
    subtotal: Money
    expires_at: Timestamp | None
    updated_at: Timestamp | None


def _line(text: object) -> object:
    """One line of text without surrounding white space, control characters or a card number."""
    if not isinstance(text, str):
        return text
    text = text.strip()
    if any(ord(each) < 32 or 0x7F <= ord(each) < 0xA0 or each in "\u2028\u2029" for each in text):
        raise PydanticCustomError("control_character", "holds a control character")
    return free_of_cards(text)


type Line = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=120), BeforeValidator(_line)
]
type Country = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{2}$")]
type Postcode = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]{0,14}$")]
type Phone = Annotated[str, StringConstraints(strict=True, pattern=r"^\+?[0-9 ()-]{4,24}$")]


class AddressFields(BaseModel):
    """Where a parcel goes. `country` is ISO 3166-1 alpha-2; `region` a state or province, if there is one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Line
    line1: Line
    line2: Line | None = None
    city: Line
    region: Line | None = None
    postcode: Postcode | None = None
    country: Country
    phone: Phone | None = None


class Address(AddressFields):
    """An entry of an address book."""

    address_id: Identifier


class AddressPage(BaseModel):
    """An address book, oldest entry first. It is never longer than a page."""

    items: list[Address]
    next_cursor: str | None = None


class AddressPatch(BaseModel):
    """A JSON merge patch (RFC 7396) of an address: null removes what need not be there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Line = ""
    line1: Line = ""
    line2: Line | None = None
    city: Line = ""
    region: Line | None = None
    postcode: Postcode | None = None
    country: Country = ""
    phone: Phone | None = None
