"""A merchant's list of what to pack, ship and deliver."""

from pydantic import BaseModel

from omnilife.checkout.order_models import FulfilmentState
from omnilife.checkout.read_orders import MerchantOrder
from omnilife.checkout.store_order_views import OrderViewStore
from omnilife.core.auth import Caller
from omnilife.core.cursors import CursorCodec


class MerchantOrderPage(BaseModel):
    """Some of a merchant's orders, newest first."""

    items: list[MerchantOrder]
    next_cursor: str | None = None


def list_merchant_orders(
    views: OrderViewStore,
    *,
    caller: Caller,
    cursors: CursorCodec,
    limit: int = 20,
    cursor: str | None = None,
    state: FulfilmentState | None = None,
) -> MerchantOrderPage:
    """The caller's parts of paid orders; one that was paid this moment may be missing.

    With `state` a page may be short, even empty, and still have a cursor.

    Raises:
        BadCursor: see there.
    """
    merchant = caller.merchant_id
    bound = f"orders of a merchant {merchant} {state}"
    after = cursors.read(cursor, bound_to=bound) if cursor else None
    page = views.of_merchant(merchant, limit=limit, after=after, state=state)
    return MerchantOrderPage(
        items=[MerchantOrder.of(order, merchant) for order in page.orders],
        next_cursor=cursors.issue(page.after, bound_to=bound) if page.after else None,
    )
