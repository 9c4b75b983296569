"""Stock in other domains' transactions: parts that reserve units for an order, and what becomes of them.

Checkout puts them into the transaction that writes its order. Its roles may only update these items.

| part | on_hand | reserved | available | fails when |
|---|---|---|---|---|
| `take_stock` | | +n | −n | fewer are available |
| `return_stock` | | −n | +n | fewer are reserved |
| `sell_stock` | −n | −n | | fewer are reserved |
| `restock_units` | +n | | +n | the product's stock was never there |

`on_hand` is what stands on the shelf, so it falls when goods leave the house: with the shipment, and not with
the payment. Units of a paid order stay reserved until then. A payment writes to no stock item, and a paid
order that is cancelled gives its units back as an unpaid one does.
"""

from datetime import datetime

from omnilife.catalogue.stock import StockChange
from omnilife.catalogue.store.items import stock_key
from omnilife.core.conditions import Condition, attribute, exists
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
    return _part(table, product_id, change, condition=attribute("available") >= units)


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
    return _part(table, product_id, change, condition=attribute("reserved") >= units)


def sell_stock(table: str, product_id: str, units: int, *, order_id: str, actor: str, at: datetime) -> Update:
    """Take `units` that were reserved for an order off the shelf: they are shipped. Fails when fewer are.

    Raises:
        ValueError: no units.
    """
    change = StockChange(
        reason="sold", actor=actor, at=at, delta=-_some(units), reserved_delta=-units, order_id=order_id
    )
    return _part(table, product_id, change, condition=attribute("reserved") >= units)


def restock_units(
    table: str, product_id: str, units: int, *, order_id: str, actor: str, at: datetime
) -> Update:
    """Put `units` of an order that came back on the shelf again, also of a product deleted since.

    Raises:
        ValueError: no units.
    """
    change = StockChange(reason="returned", actor=actor, at=at, delta=_some(units), order_id=order_id)
    return _part(table, product_id, change, condition=exists("pk"))


def _part(table: str, product_id: str, change: StockChange, *, condition: Condition) -> Update:
    moved = {
        "on_hand": change.delta,
        "reserved": change.reserved_delta,
        "available": change.delta - change.reserved_delta,
    }
    return Update(
        stock_key(product_id),
        set={"last_change": change.model_dump(exclude_none=True)},
        add={**{name: units for name, units in moved.items() if units}, "version": 1},
        condition=condition,
        name=f"stock:{product_id}",
        table=table,
    )


def _some(units: int) -> int:
    if units < 1:
        raise ValueError("at least one unit")
    return units
