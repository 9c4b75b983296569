"""Stock: how many units of a product are there, and how each change of that came about."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from omnilife.catalogue.models import MAX_STOCK
from omnilife.catalogue.text import Note
from omnilife.core.clock import Timestamp

LOW_STOCK = 5
"""Units from which on a product has few left: shoppers hurry, and its merchant orders more."""

AdjustmentReason = Literal["received", "returned", "damaged", "lost", "found", "correction"]
StockReason = Literal[
    "initial", "import", "reserved", "released", "sold", AdjustmentReason
]  # what merchants may give, and what the system gives itself


class StockChange(BaseModel):
    """Why stock changed the last time: `delta` units there, `reserved_delta` of those reserved."""

    model_config = ConfigDict(frozen=True)

    reason: StockReason
    actor: str
    at: Timestamp
    delta: int
    reserved_delta: int = 0
    order_id: str | None = None
    note: str = ""


class Stock(BaseModel):
    """A product's units: those there, and of these the ones that open orders have reserved.

    `version` counts every change, so that a change is named by product and version. `import_id` is the last
    import that set the units: one that is tried again leaves them alone.
    """

    model_config = ConfigDict(frozen=True)

    product_id: str
    on_hand: int
    reserved: int = 0
    version: int
    last_change: StockChange
    import_id: str | None = None

    @property
    def available(self) -> int:
        """What can be sold."""
        return self.on_hand - self.reserved

    def changed(self, change: StockChange, *, import_id: str | None = None) -> Self:
        """The next state, after `change`."""
        return self.model_copy(
            update={
                "on_hand": self.on_hand + change.delta,
                "reserved": self.reserved + change.reserved_delta,
                "version": self.version + 1,
                "last_change": change,
                "import_id": import_id or self.import_id,
            }
        )


def _not_zero(delta: int) -> int:
    if delta == 0:
        raise PydanticCustomError("no_change", "changes nothing")
    return delta


class Adjustment(BaseModel):
    """A merchant's change of stock: `delta` units more, or fewer when negative.

    A difference and not a total: while a merchant counts shelves, sales go on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    delta: Annotated[int, Field(strict=True, ge=-MAX_STOCK, le=MAX_STOCK), AfterValidator(_not_zero)]
    reason: AdjustmentReason
    note: Note = ""


class StockEntry(BaseModel):
    """One change of a product's stock, and what was there after it."""

    product_id: str
    stock_version: int
    at: Timestamp
    reason: StockReason
    actor: str
    delta: int
    reserved_delta: int = 0
    on_hand: int
    reserved: int
    available: int
    order_id: str | None = None
    note: str = ""

    @classmethod
    def of(cls, stock: Stock) -> Self:
        """The entry of the change that led to `stock`."""
        return cls(
            product_id=stock.product_id,
            stock_version=stock.version,
            on_hand=stock.on_hand,
            reserved=stock.reserved,
            available=stock.available,
            **stock.last_change.model_dump(),
        )


class StockEntryPage(BaseModel):
    """Some of a product's stock changes, newest first."""

    items: list[StockEntry]
    next_cursor: str | None = None
