"""Reading one product, as shoppers, owners and the index do."""

import pytest

from omnilife.catalogue import find_products_for_index
from omnilife.core.errors import NotFound
from tests.unit.catalogue.shop import ADMIN, MERCHANT, NOBODY, STRANGER, Shop


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_what_is_not_on_sale_is_seen_by_its_owner_and_administrators_only(shop: Shop, status):
    product = shop.create(status=status)
    for caller in (NOBODY, STRANGER):
        with pytest.raises(NotFound):
            shop.find(product.product_id, caller)
    assert shop.find(product.product_id, MERCHANT) == shop.find(product.product_id, ADMIN) == product


def test_an_id_that_never_was_is_not_found(shop: Shop):
    with pytest.raises(NotFound):
        shop.find("nothing")


def test_every_field_survives_the_store(shop: Shop):
    product = shop.create(
        compare_at_price={"amount": 9900, "currency": "USD"},
        weight_g=1200,
        images=[{"url": "https://x/a.jpg", "alt": "A <b>lamp</b>"}, {"image_id": "img-1"}],
        tax_class="reduced-rate",
    )
    assert shop.find(product.product_id).model_dump() == product.model_dump()


def test_the_index_gets_a_version_that_grows_with_product_and_stock(shop: Shop):
    product = shop.create()
    seen = [index_of(shop, product.product_id)]
    shop.adjust(product.product_id, 1)
    seen.append(index_of(shop, product.product_id))
    shop.edit(product.product_id, {"status": "archived"})
    seen.append(index_of(shop, product.product_id))
    shop.delete(product.product_id)
    seen.append(index_of(shop, product.product_id))
    assert [each.version for each in seen] == [2, 3, 4, 5]
    assert [each.status for each in seen] == ["active", "active", "archived", "deleted"]
    assert [each.product and each.product.stock_on_hand for each in seen] == [5, 6, 6, None]


def test_the_index_gets_nothing_for_an_id_that_never_was(shop: Shop):
    product = shop.create()
    found = find_products_for_index(shop.store, ["nothing", product.product_id, product.product_id])
    assert list(found) == [product.product_id]


def index_of(shop: Shop, product_id: str):
    return find_products_for_index(shop.store, [product_id])[product_id]
