"""Price alerts: what a shopper wants to be told of a product."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from omnilife.catalogue.models import Price, Product
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier

MOST_ALERTS = 100

AlertKind = Literal["price_drop", "back_in_stock"]


class NewPriceAlert(BaseModel):
    """What to be told: that the price fell, to `target_price` or at all, or that the product is back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    product_id: Identifier
    kind: AlertKind
    target_price: Annotated[
        Price | None,
        Field(description="For `price_drop` only. Below the price now; any lower price if left out."),
    ] = None


class PriceAlert(BaseModel):
    """An alert. It is told once: `triggered` says when, until it is set again or deleted.

    `product` is null while it is not on sale.
    """

    alert_id: Identifier
    product_id: Identifier
    kind: AlertKind
    target_price: Annotated[
        Price | None, Field(description="The highest price that triggers it; null for back_in_stock.")
    ] = None
    state: Literal["armed", "triggered"] = "armed"
    created_at: Timestamp
    triggered_at: Timestamp | None = None
    triggered_price: Price | None = None
    revision: Annotated[int, Field(exclude=True)] = 1
    product: Product | None = None

    @staticmethod
    def id_of(product_id: str, kind: AlertKind) -> str:
        """One alert a user, product and kind: so its id, within a user, says which."""
        return f"{product_id}.{kind}"


class PriceAlertList(BaseModel):
    """All of a user's alerts, newest first: there are at most a hundred."""

    items: list[PriceAlert]
    next_cursor: None = None
