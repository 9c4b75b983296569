"""A cart at today's prices, with what has changed since it was last written. Pure."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from omnilife.checkout.models import Cart, CartChange, CartItem, CartLine, CartView
from omnilife.checkout.problems import TotalTooLarge
from omnilife.core.money import MAX_AMOUNT, Money

if TYPE_CHECKING:
    from omnilife.catalogue import Product


def view_cart(
    cart: Cart, products: Mapping[str, "Product"], *, currency: str, token: str | None = None
) -> CartView:
    """The cart as its shopper sees it; `products` are those of its lines that are on sale.

    Raises:
        TotalTooLarge: it comes to more than an amount of money may be.
    """
    on_sale = [line for line in cart.lines if line.product_id in products]
    if sum(products[line.product_id].price.amount * line.quantity for line in on_sale) > MAX_AMOUNT:
        raise TotalTooLarge
    lines = [_item(line, products[line.product_id]) for line in on_sale]
    written = cart.version > 0
    return CartView(
        cart_id=cart.cart_id if written else None,
        cart_token=token if written else None,
        version=cart.version,
        lines=lines,
        changes=[change for line in cart.lines for change in _changes(line, products.get(line.product_id))],
        units=sum(line.quantity for line in lines),
        subtotal=sum((line.subtotal for line in lines), Money.zero(currency)),
        expires_at=cart.expires_at if written else None,
        updated_at=cart.updated_at if written else None,
    )


def _item(line: CartLine, product: "Product") -> CartItem:
    price = Money(amount=product.price.amount, currency=product.price.currency)
    return CartItem(
        product_id=product.product_id,
        merchant_id=product.merchant_id,
        sku=product.sku,
        name=product.name,
        quantity=line.quantity,
        available=max(0, product.stock_on_hand),
        unit_price=price,
        subtotal=price * line.quantity,
    )


def _changes(line: CartLine, product: "Product | None") -> Iterator[CartChange]:
    if product is None:
        yield CartChange(product_id=line.product_id, code="gone")
        return
    if line.seen_price is not None and line.seen_price != product.price.amount:
        before = Money(amount=line.seen_price, currency=product.price.currency)
        yield CartChange(product_id=line.product_id, code="price_changed", price_before=before)
    if product.stock_on_hand < line.quantity:
        left = max(0, product.stock_on_hand)
        code = f"only_{left}_left" if left else "sold_out"
        yield CartChange(product_id=line.product_id, code=code, available=left)
