"""Creating a product."""

import pytest

from omnilife.catalogue import SkuTaken, WrongCurrency
from omnilife.core.errors import Forbidden, IdempotencyConflict, NotFound
from tests.unit.catalogue.shop import ADMIN, MERCHANT, Shop, once


def test_a_new_product_can_be_read_back_as_it_was_answered(shop: Shop):
    product = shop.create()
    assert shop.find(product.product_id) == product
    assert (product.version, product.merchant_id, product.stock_on_hand) == (1, "merchant-1", 5)
    assert (product.rating, product.review_count, product.status) == (None, 0, "active")


def test_it_is_announced_with_all_its_fields(shop: Shop):
    product = shop.create()
    (event,) = shop.events()
    assert (event["type"], event["aggregate_id"], event["version"]) == (
        "ProductChanged",
        product.product_id,
        1,
    )
    assert event["actor"] == "user:merchant-1"
    assert event["data"]["status"] == "active"
    assert {"name", "price", "attributes"} <= set(event["data"]["fields"])


def test_its_category_counts_it_unless_it_is_a_draft(shop: Shop):
    shop.create()
    shop.create(sku="lamp-2", status="draft")
    assert shop.counts() == {"home/lighting": 1}


def test_a_merchant_s_second_product_of_the_same_sku_is_refused_and_leaves_nothing(shop: Shop):
    shop.create()
    with pytest.raises(SkuTaken):
        shop.create(name="Another")
    assert len(shop.items("products")) == len(shop.items("stock")) == len(shop.events()) == 1
    assert shop.counts() == {"home/lighting": 1}


def test_two_merchants_may_use_the_same_sku(shop: Shop):
    shop.create()
    shop.create(ADMIN, merchant_id="merchant-2")
    assert {item["merchant_id"] for item in shop.items("products")} == {"merchant-1", "merchant-2"}


def test_a_merchant_does_not_create_for_another(shop: Shop):
    with pytest.raises(Forbidden):
        shop.create(merchant_id="merchant-2")
    assert shop.items("products") == []


def test_a_merchant_may_name_itself(shop: Shop):
    assert shop.create(merchant_id=MERCHANT.subject).merchant_id == "merchant-1"


def test_a_price_in_another_currency_is_refused(shop: Shop):
    with pytest.raises(WrongCurrency) as refused:
        shop.create(price={"amount": 10, "currency": "EUR"})
    assert refused.value.errors[0].pointer == "/price/currency"


def test_the_same_key_again_creates_nothing_and_answers_the_same_product(shop: Shop):
    first = shop.create(idem=once("k"))
    assert shop.create(idem=once("k")) == first
    assert len(shop.items("products")) == 1


def test_the_same_key_with_another_body_is_a_conflict(shop: Shop):
    shop.create(idem=once("k"))
    with pytest.raises(IdempotencyConflict):
        shop.create(idem=once("k", body="other"), sku="lamp-2")
    assert len(shop.items("products")) == 1


def test_a_key_whose_product_is_gone_says_so(shop: Shop):
    product = shop.create(idem=once("k"))
    shop.delete(product.product_id)
    with pytest.raises(NotFound):
        shop.create(idem=once("k"))


def test_a_refused_creation_leaves_its_key_unused(shop: Shop):
    shop.create()
    with pytest.raises(SkuTaken):
        shop.create(idem=once("k"))
    assert shop.create(idem=once("k"), sku="lamp-2").sku == "lamp-2"
