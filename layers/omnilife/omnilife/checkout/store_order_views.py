"""`OrderViewStore`: a row for each merchant's part of a paid order, projected from the table's stream.

| entity      | pk                     | sk                        |
| order_views | MERCHANT#<merchant id> | ORDER#<placed at>#<id>    |

A row says only which order it is and how far the merchant's part has come, so that lists can be filtered;
what is told of it is read from the order itself.
"""

from dataclasses import dataclass
from typing import Self

from omnilife.checkout.order_models import FulfilmentState, Order
from omnilife.checkout.store_carts import CheckoutSettings
from omnilife.checkout.store_orders import order_key, order_of_item
from omnilife.core.attributes import Item
from omnilife.core.clock import rfc3339
from omnilife.core.conditions import attribute, missing
from omnilife.core.table import ConditionFailed, Table


@dataclass(frozen=True, slots=True)
class MerchantPage:
    """Some orders of a merchant, newest first, and the sort key after which more may follow."""

    orders: list[Order]
    after: str | None


@dataclass(frozen=True, slots=True)
class OrderViewStore:
    """The rows, and the orders behind them."""

    table: Table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(CheckoutSettings.from_environment().checkout_table))

    def project(self, order: Order) -> None:
        """Write the rows of an order, unless they are of a later version. Cost: 1 WCU a merchant."""
        if order.payment.state != "captured":
            return
        for part in order.fulfilments:
            row = {
                "pk": f"MERCHANT#{part.merchant_id}",
                "sk": f"ORDER#{rfc3339(order.placed_at)}#{order.order_id}",
                "entity": "order_views",
                "order_id": order.order_id,
                "state": part.state,
                "version": order.version,
            }
            try:
                self.table.put(row, condition=missing("pk") | (attribute("version") < order.version))
            except ConditionFailed:
                continue  # a later version was projected before

    def of_merchant(
        self,
        merchant_id: str,
        *,
        limit: int,
        after: str | None = None,
        state: FulfilmentState | None = None,
    ) -> MerchantPage:
        """A merchant's orders, newest first. Cost: a query of `limit` rows, and a read of each order.

        With `state` a page may be shorter than `limit`, even empty, and still have more after it.
        """
        pk = f"MERCHANT#{merchant_id}"
        page = self.table.query(
            pk,
            begins_with="ORDER#",
            limit=limit,
            after={"pk": pk, "sk": after} if after else None,
            forward=False,
            filter=None if state is None else attribute("state") == state,
        )
        found = self.table.batch_get([order_key(row["order_id"]) for row in page.items], consistent=True)
        return MerchantPage(
            [order_of_item(item) for item in found], page.last_key["sk"] if page.last_key else None
        )


def order_in(image: Item) -> Order | None:
    """The order that an item of the table is; None of anything else."""
    return order_of_item(image) if image.get("entity") == "orders" else None
