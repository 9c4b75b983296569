"""Merging: what was put into an anonymous cart goes into the user's own, once."""

from omnilife.checkout.change_carts import ATTEMPTS, CartDesk, Products, next_version, wait
from omnilife.checkout.models import MAX_LINES, Cart, CartChange, CartLine, CartView
from omnilife.checkout.owners import CartOwner
from omnilife.checkout.problems import BusyCart, TooManyLines
from omnilife.checkout.quantities import CartLimits
from omnilife.core.table import ConditionFailed


def merge_cart(desk: CartDesk, owner: CartOwner, token: str) -> CartView:
    """Add an anonymous cart's units to the user's own cart, and take the anonymous one away.

    Units of one product add up to what there is and what a cart may hold, and the view says where that was
    less. A cart that is merged already, or over, is not there: a repeat changes nothing.

    Raises:
        BadCartToken: none of ours.
        TooManyLines, TotalTooLarge: together more than a cart may hold; both stay as they are.
        BusyCart.
    """
    anonymous = CartOwner(desk.tokens.read(token))
    for attempt in range(ATTEMPTS):
        now = desk.clock.now()
        own, theirs = desk.find(owner), desk.carts.find(anonymous, now=now)
        if theirs is None:
            return desk.view(own)
        products = desk.on_sale(own, *(line.product_id for line in theirs.lines))
        lines, capped = merge_lines(own, theirs, products, desk.limits)
        if len(lines) > MAX_LINES:
            raise TooManyLines
        merged = next_version(own, lines, products, owner, now)
        view = desk.told(own, merged, products)
        try:
            desk.carts.merge(merged, theirs, before=own.version, now=now)
        except ConditionFailed:
            wait(desk, attempt)
            continue
        named = {change.product_id for change in capped}
        kept = [each for each in view.changes if each.product_id not in named or each.code == "price_changed"]
        return view.model_copy(update={"changes": [*kept, *capped]})
    raise BusyCart("Others keep changing these carts. Try again.")


def merge_lines(
    own: Cart, theirs: Cart, products: Products, limits: CartLimits
) -> tuple[list[CartLine], list[CartChange]]:
    """The lines of two carts together, and where they are fewer than both wanted. Pure.

    A product that is sold out keeps the larger of the two wishes: it may come back.
    """
    wanted: dict[str, int] = {}
    for line in (*own.lines, *theirs.lines):
        if line.product_id in products:
            wanted[line.product_id] = wanted.get(line.product_id, 0) + line.quantity
    lines: list[CartLine] = []
    capped: list[CartChange] = []
    for product_id, units in wanted.items():
        available = max(0, products[product_id].stock_on_hand)
        if not available:
            most = max(own.units_of(product_id), theirs.units_of(product_id))
            lines.append(CartLine(product_id=product_id, quantity=min(most, limits.units)))
            continue
        most = min(available, limits.units)
        lines.append(CartLine(product_id=product_id, quantity=min(units, most)))
        if units > most:
            code = f"only_{available}_left" if available <= limits.units else f"at_most_{limits.units}"
            capped.append(CartChange(product_id=product_id, code=code, available=available))
    return lines, capped
