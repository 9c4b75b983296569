"""What becomes of units that an order reserved: shipped, given back, or back on the shelf later."""

import pytest

from omnilife.catalogue import restock_units, return_stock, sell_stock, take_stock
from omnilife.core.table import ConditionFailed
from tests.unit.catalogue.shop import Shop

ORDER = {"order_id": "o-1", "actor": "user:b"}


def move(shop: Shop, part, product_id: str, units: int) -> None:
    shop.table.transact([part(shop.table.name, product_id, units, at=shop.clock.now(), **ORDER)])


def counts(shop: Shop, product_id: str) -> tuple[int, int, int]:
    item = shop.table.get(f"STOCK#{product_id}", "STOCK", consistent=True)
    return item["on_hand"], item["reserved"], item["available"]


@pytest.mark.parametrize(
    ("parts", "left"),
    [
        ((take_stock,), (5, 3, 2)),
        ((take_stock, return_stock), (5, 0, 5)),
        ((take_stock, sell_stock), (2, 0, 2)),
        ((take_stock, sell_stock, restock_units), (5, 0, 5)),
    ],
    ids=["reserved", "given-back", "shipped", "returned"],
)
def test_units_are_on_the_shelf_until_they_are_shipped(shop: Shop, parts, left):
    product = shop.create(stock_on_hand=5)
    for part in parts:
        move(shop, part, product.product_id, 3)
    assert counts(shop, product.product_id) == left


@pytest.mark.parametrize("part", [return_stock, sell_stock], ids=["return", "sell"])
def test_units_that_are_not_reserved_can_be_neither_given_back_nor_shipped(shop: Shop, part):
    product = shop.create(stock_on_hand=5)
    move(shop, take_stock, product.product_id, 2)
    with pytest.raises(ConditionFailed) as failed:
        move(shop, part, product.product_id, 3)
    assert failed.value.part == f"stock:{product.product_id}"
    assert counts(shop, product.product_id) == (5, 2, 3)


def test_nothing_is_put_on_the_shelf_of_a_product_that_never_was(shop: Shop):
    with pytest.raises(ConditionFailed):
        move(shop, restock_units, "no-such", 1)


@pytest.mark.parametrize("part", [take_stock, return_stock, sell_stock, restock_units])
def test_a_part_without_units_is_a_mistake(part):
    with pytest.raises(ValueError, match="unit"):
        part("catalogue", "p-1", 0, at=None, **ORDER)
