"""An order's receipt, as a page to print."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from omnilife.checkout.order_models import Order
from omnilife.core.money import Money

if TYPE_CHECKING:
    from jinja2 import Template

STATES = {
    "pending_payment": "not paid yet",
    "paid": "paid",
    "packed": "paid",
    "shipped": "paid, shipped",
    "delivered": "paid, delivered",
    "cancelled": "cancelled",
    "partly_refunded": "paid, partly refunded",
    "refunded": "refunded",
}


def receipt_page(order: Order) -> str:
    """The receipt, as HTML with its style inside. Whatever a merchant or buyer wrote is escaped."""

    def money(amount: int) -> str:
        return str(Money(amount=amount, currency=order.currency))

    return _template().render(order=order, money=money, state=STATES[order.state])


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 (deferred: see core.lazy)

    text = (Path(__file__).parent / "pages" / "receipt.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(text)
