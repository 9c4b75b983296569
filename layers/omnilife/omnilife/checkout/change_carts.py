"""Looking at a cart, and changing it.

A change reads the cart and all its products, decides, and writes the cart over the version that it read. Of
two changes at once the slower reads again, so that both count.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import SystemRandom
from typing import TYPE_CHECKING

from omnilife.catalogue import OutOfStock, find_products_on_sale
from omnilife.checkout.models import MAX_LINES, Cart, CartLine, CartView, NewCartLine
from omnilife.checkout.owners import CartOwner
from omnilife.checkout.problems import BusyCart, NotInCart, TooManyLines, TooManyUnits, UnknownProduct
from omnilife.checkout.quantities import CartLimits, check_units, checked_quantity
from omnilife.checkout.store_carts import PART, CartStore
from omnilife.checkout.view_carts import view_cart
from omnilife.core.clock import Clock, system_clock
from omnilife.core.table import ConditionFailed

if TYPE_CHECKING:
    from omnilife.catalogue import Product, ProductStore
    from omnilife.checkout.cart_tokens import CartTokens
    from omnilife.core.idempotency import Idempotency

ANONYMOUS_FOR = timedelta(days=30)
USERS_FOR = timedelta(days=180)
"""How long a cart is kept after its last change."""

ATTEMPTS = 12
PAUSE_S = 0.02

type Products = dict[str, "Product"]
type Change = Callable[[Cart, Products], list[CartLine] | None]
"""What a cart's lines become; None leaves the cart as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CartDesk:
    """What every look at a cart needs."""

    carts: CartStore
    products: "ProductStore"
    tokens: "CartTokens"
    currency: str
    limits: CartLimits = field(default_factory=CartLimits)
    clock: Clock = system_clock
    pause: Callable[[float], None] = time.sleep

    def find(self, owner: CartOwner) -> Cart:
        """The owner's cart; an empty one where there is none."""
        now = self.clock.now()
        return self.carts.find(owner, now=now) or Cart(
            cart_id=owner.cart_id, user_id=owner.user_id, expires_at=_until(owner, now), updated_at=now
        )

    def view(self, cart: Cart, products: Products | None = None) -> CartView:
        """The cart at today's prices. Cost: one BatchGet for each 50 products, unless they are given."""
        if products is None:
            products = self.on_sale(cart)
        token = self.tokens.issue(cart.cart_id) if cart.user_id is None and cart.version else None
        return view_cart(cart, products, currency=self.currency, token=token)

    def on_sale(self, cart: Cart, *more: str) -> Products:
        """The products of a cart's lines, and `more`, those that can be bought."""
        ids = [*(line.product_id for line in cart.lines), *more]
        return find_products_on_sale(self.products, ids) if ids else {}

    def change(
        self, owner: CartOwner, change: Change, *more: str, idempotency: "Idempotency | None" = None
    ) -> CartView:
        """Write what `change` makes of the cart's lines; it is asked again when others were faster.

        Cost: three round trips: the cart, its products, and the write.

        Raises:
            BusyCart: others were faster each time.
        """
        idempotency = owner.scope(idempotency)
        for attempt in range(ATTEMPTS):
            now = self.clock.now()
            cart = self.find(owner)
            products = self.on_sale(cart, *more)
            try:
                lines = change(cart, products)
            except (OutOfStock, TooManyLines, TooManyUnits):
                # A repeat whose first try filled the cart is no refusal: it had its effect.
                first = self.carts.used_before(idempotency, now)
                if first is None:
                    raise
                return self._first(owner, first)
            if lines is None:
                return self.view(cart, products)
            changed = next_version(cart, lines, products, owner, now)
            view = self.told(cart, changed, products)  # which may refuse a total; nothing is written yet
            try:
                first = self.carts.save(changed, before=cart.version, now=now, idempotency=idempotency)
            except ConditionFailed as failed:
                if failed.part != PART:
                    raise
                wait(self, attempt)
                continue
            if first is not None:
                return self._first(owner, first)
            return view
        raise BusyCart("Others keep changing this cart. Try again.")

    def told(self, before: Cart, after: Cart, products: Products) -> CartView:
        """The cart after a change, with what had changed in the shop before it."""
        return self.view(_as_told(before, after, products), products)

    def _first(self, owner: CartOwner, cart_id: str) -> CartView:
        return self.view(self.find(CartOwner(cart_id, owner.user_id)))


def look_at_cart(desk: CartDesk, owner: CartOwner) -> CartView:
    """The cart with prices and stock as they are now. It writes nothing."""
    return desk.view(desk.find(owner))


def add_to_cart(
    desk: CartDesk, owner: CartOwner, wanted: NewCartLine, *, idempotency: "Idempotency | None" = None
) -> CartView:
    """Put more units of a product into a cart, which is made if there is none.

    Raises:
        InvalidQuantity, TooManyUnits: with what is there already.
        TooManyLines: for an 81st product.
        UnknownProduct: not on sale.
        OutOfStock: more than could be ordered now.
        TotalTooLarge, BusyCart, IdempotencyConflict.
    """
    product_id, quantity = wanted.product_id, checked_quantity(wanted.quantity)

    def add(cart: Cart, products: Products) -> list[CartLine]:
        units = cart.units_of(product_id) + quantity
        check_units(product_id, units, desk.limits)
        _check_product(products, product_id, units)
        line = CartLine(product_id=product_id, quantity=units)
        kept = [each for each in cart.lines if each.product_id in products]
        if line.product_id in {each.product_id for each in kept}:
            return [line if each.product_id == product_id else each for each in kept]
        if len(kept) >= MAX_LINES:
            raise TooManyLines
        return [*kept, line]

    return desk.change(owner, add, product_id, idempotency=idempotency)


def set_quantity(desk: CartDesk, owner: CartOwner, product_id: str, quantity: object) -> CartView:
    """Want so many units of a line from now on.

    Raises:
        InvalidQuantity, TooManyUnits.
        NotInCart: there is no such line.
        UnknownProduct: not on sale any more.
        OutOfStock: more than could be ordered now.
        BusyCart.
    """
    units = checked_quantity(quantity)
    check_units(product_id, units, desk.limits)

    def change(cart: Cart, products: Products) -> list[CartLine]:
        if not cart.units_of(product_id):
            raise NotInCart
        _check_product(products, product_id, units)
        line = CartLine(product_id=product_id, quantity=units)
        kept = [each for each in cart.lines if each.product_id in products]
        return [line if each.product_id == product_id else each for each in kept]

    return desk.change(owner, change)


def remove_line(desk: CartDesk, owner: CartOwner, product_id: str) -> CartView:
    """Take a product out of the cart; one that is not in it changes nothing.

    Raises:
        BusyCart.
    """

    def remove(cart: Cart, products: Products) -> list[CartLine] | None:
        if not cart.units_of(product_id):
            return None
        return [each for each in cart.lines if each.product_id in products and each.product_id != product_id]

    return desk.change(owner, remove)


def wait(desk: CartDesk, attempt: int) -> None:
    """A moment, longer with each attempt, so that those who change one cart at once do not do it in step."""
    desk.pause(PAUSE_S * (attempt + 1) * SystemRandom().random())


def _check_product(products: Products, product_id: str, units: int) -> None:
    product = products.get(product_id)
    if product is None:
        raise UnknownProduct(product_id)
    if product.stock_on_hand < units:
        raise OutOfStock(product_id, wanted=units, available=max(0, product.stock_on_hand))


def next_version(
    cart: Cart, lines: list[CartLine], products: Products, owner: CartOwner, now: datetime
) -> Cart:
    seen = [
        line.model_copy(update={"seen_price": products[line.product_id].price.amount})
        for line in lines
        if line.product_id in products
    ]
    return cart.model_copy(
        update={
            "lines": seen,
            "version": cart.version + 1,
            "updated_at": now,
            "expires_at": _until(owner, now),
        }
    )


def _as_told(before: Cart, after: Cart, products: Products) -> Cart:
    """The new cart with the prices that were seen before it, and what is gone: so that each is told once."""
    seen = {line.product_id: line.seen_price for line in before.lines}
    lines = [
        line.model_copy(update={"seen_price": seen.get(line.product_id, line.seen_price)})
        for line in after.lines
    ]
    gone = [line for line in before.lines if line.product_id not in products]
    return after.model_copy(update={"lines": [*lines, *gone]})


def _until(owner: CartOwner, now: datetime) -> datetime:
    return now + (ANONYMOUS_FOR if owner.anonymous else USERS_FOR)
