"""Stock in other domains' transactions: parts that reserve units for an order, or give them back.

Checkout puts them into the transaction that writes its order. Its role may only update these items.
"""

from datetime import datetime

from omnilife.catalogue.stock import StockChange
from omnilife.catalogue.store.items import stock_key
from omnilife.core.conditions import attribute
from omnilife.core.table import Update


def take_stock(table: str, product_id: str, units: int, *, order_id: str, actor: str, at: datetime) -> Update:
    """Reserve `units` for an order. The part, named `stock:<product id>`, fails when fewer are available.

    One part a product: lines of the same product are added up first. `table` is catalogue's.

    Raises:
        ValueError: no units.
    """
    change = StockChange(
        reason="reserved", actor=actor, at=at, delta=0, reserved_delta=_some(units), order_id=order_id
    )
    return _part(table, product_id, change, minimum="available")


def return_stock(
    table: str, product_id: str, units: int, *, order_id: str, actor: str, at: datetime
) -> Update:
    """Give back `units` that were reserved for an order. Fails when fewer are reserved.

    Raises:
        ValueError: no units.
    """
    change = StockChange(
        reason="released", actor=actor, at=at, delta=0, reserved_delta=-_some(units), order_id=order_id
    )
    return _part(table, product_id, change, minimum="reserved")


def _part(table: str, product_id: str, change: StockChange, *, minimum: str) -> Update:
    units = change.reserved_delta
    return Update(
        stock_key(product_id),
        set={"last_change": change.model_dump(exclude_none=True)},
        add={"reserved": units, "available": -units, "version": 1},
        condition=attribute(minimum) >= abs(units),
        name=f"stock:{product_id}",
        table=table,
    )


def _some(units: int) -> int:
    if units < 1:
        raise ValueError("at least one unit")
    return units
