"""Purchases, what is learned of them, and what is recommended."""

import math
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from omnilife.catalogue import (
    PurchaseStore,
    RecommendationQuery,
    Recommendations,
    RecommendationStore,
    recommend_products,
    record_purchases,
    train_recommendations,
)
from omnilife.catalogue.purchase_model import LEAST_BUYERS, Neighbour, PurchaseModel, suggest
from omnilife.catalogue.store.people import held_by_catalogue
from omnilife.core.clock import FixedClock
from omnilife.core.events import ReceivedEvent
from omnilife.core.personal_data import Person
from tests.unit.catalogue.shop import Shop


def tell(shop: Shop, user: str, *product_ids: str, kind: str = "OrderPaid", **data: Any) -> None:
    event = ReceivedEvent.model_validate(
        {
            "id": "event",
            "type": kind,
            "time": shop.clock.now(),
            "aggregate": "order",
            "aggregate_id": "order",
            "version": 1,
            "actor": "user:u",
            "data": {
                "user_id": user,
                "lines": [{"product_id": each, "quantity": 1} for each in product_ids],
                **data,
            },
        }
    )
    record_purchases(event, store=PurchaseStore(shop.table))


def train(shop: Shop) -> Any:
    return train_recommendations(
        PurchaseStore(shop.table), shop.store, RecommendationStore(shop.table), clock=shop.clock
    )


def recommend(shop: Shop, *product_ids: str, user: str | None = None, limit: int = 10) -> Recommendations:
    return recommend_products(
        RecommendationQuery(product_id=list(product_ids), limit=limit),
        user_id=user,
        products=shop.store,
        purchases=PurchaseStore(shop.table),
        store=RecommendationStore(shop.table),
    )


def seen(found: Recommendations) -> list[tuple[str, str]]:
    return [(each.product.sku, each.reason.kind) for each in found.items]


@pytest.fixture
def pairs(shop: Shop) -> dict[str, str]:
    """Lamp and bulb are bought together by three, and a kettle by three others."""
    ids = {name: shop.create(sku=name, name=name.title()).product_id for name in ("lamp", "bulb", "kettle")}
    for number in range(3):
        tell(shop, f"reader-{number}", ids["lamp"], ids["bulb"])
        tell(shop, f"cook-{number}", ids["kettle"])
    train(shop)
    return ids


# -- purchases


def test_what_was_delivered_was_received_by_its_buyer_alone(shop: Shop):
    store = PurchaseStore(shop.table)
    tell(shop, "user-1", "p", "q")
    assert not store.received("user-1", "p")
    tell(shop, "user-1", "p", kind="FulfilmentDelivered")
    assert store.received("user-1", "p")
    assert not store.received("user-1", "q")
    assert not store.received("user-2", "p")


def test_events_may_come_twice_and_in_any_order(shop: Shop):
    store = PurchaseStore(shop.table)
    tell(shop, "user-1", "p", kind="FulfilmentDelivered")
    for _ in range(2):
        tell(shop, "user-1", "p", "p")
    assert store.received("user-1", "p")
    assert [list(bought) for bought in store.buyers()] == [["p"]]


def test_what_was_received_but_not_bought_teaches_nothing(shop: Shop):
    tell(shop, "user-1", "gift", kind="FulfilmentDelivered")
    assert list(PurchaseStore(shop.table).buyers()) == []
    assert PurchaseStore(shop.table).of("user-1", most=5) == []


@pytest.mark.parametrize("change", [{"kind": "OrderPlaced"}, {"lines": None}])
def test_an_event_that_tells_no_purchase_fails(shop: Shop, change: dict[str, Any]):
    with pytest.raises((KeyError, TypeError)):
        tell(shop, "user-1", "p", **change)
    assert shop.items("purchases") == []


def test_buyers_are_read_one_by_one_over_pages(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("omnilife.catalogue.store.purchases.PAGE", 2)
    for number in range(6):
        tell(shop, f"user-{number}", *(f"p{each}" for each in range(number + 1)))
    assert sorted(map(len, PurchaseStore(shop.table).buyers())) == [1, 2, 3, 4, 5, 6]


def test_the_newest_purchases_come_first(shop: Shop):
    for product_id in ("b", "a", "c"):
        tell(shop, "user-1", product_id)
        shop.clock.advance(seconds=1)
    assert PurchaseStore(shop.table).of("user-1", most=2) == ["c", "a"]


def test_an_erasure_forgets_purchases(shop: Shop):
    tell(shop, "user-1", "p")
    held = held_by_catalogue(shop.table)
    assert held.export(Person("user-1"), None).records[0]["product_id"] == "p"
    assert held.erase(Person("user-1")).finished
    assert shop.items("purchases") == []


# -- the model


def learned(clock: FixedClock, *baskets: str) -> PurchaseModel:
    model = PurchaseModel(clock.now())
    for basket in baskets:
        model.add(dict.fromkeys(basket, clock.now()))
    return model


def test_likeness_is_the_cosine_of_weighted_buyers(clock: FixedClock):
    model = learned(clock, "ab", "ab", "a", "b", "bc", "cd", "cd")
    (a, c) = model.neighbours("b")
    assert a.product_id == "a"
    assert a.similarity == pytest.approx((2 * 1 / 2) / math.sqrt((2 * 1 / 2 + 1) * (2 * 1 / 2 + 1 + 1 / 2)))
    assert c.similarity < a.similarity


def test_what_few_bought_tells_nothing_of_them(clock: FixedClock):
    model = learned(clock, *["ab"] * (LEAST_BUYERS - 1), *["cd"] * LEAST_BUYERS)
    assert model.neighbours("a") == []
    assert [each.product_id for each in model.neighbours("c")] == ["d"]


def test_only_a_buyers_newest_products_are_learned(clock: FixedClock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("omnilife.catalogue.purchase_model.MOST_OF_A_BUYER", 2)
    model = PurchaseModel(clock.now())
    model.add({name: clock.now() - timedelta(days=age) for age, name in enumerate("abc")})
    assert model.products() == ["a", "b"]


def test_newer_purchases_make_more_popular(clock: FixedClock):
    model = PurchaseModel(clock.now())
    model.add({"new": clock.now()})
    for _ in range(3):
        model.add({"old": clock.now() - timedelta(days=180)})
    assert model.popular() == ["new", "old"]


def test_nothing_bought_is_no_buyer_to_learn_from(clock: FixedClock):
    assert learned(clock, "").popular() == []


@given(st.lists(st.sets(st.sampled_from("abcdef"), max_size=6), max_size=25))
@settings(max_examples=60)
def test_likeness_is_mutual_and_between_0_and_1(baskets: list[set[str]]):
    clock = FixedClock(datetime(2026, 11, 24, 12, tzinfo=UTC))
    model = learned(clock, *map("".join, map(sorted, baskets)))
    near = {(p, each.product_id): each.similarity for p in model.products() for each in model.neighbours(p)}
    for (one, other), similarity in near.items():
        assert 0 < similarity <= 1 + 1e-9
        assert near[other, one] == pytest.approx(similarity)
        assert one != other


def test_suggestions_add_up_and_name_the_strongest_reason():
    near = {
        "a": [Neighbour("x", 0.5), Neighbour("b", 0.4), Neighbour("y", 0.3)],
        "b": [Neighbour("y", 0.4), Neighbour("z", 0.1)],
    }
    found = suggest(["a", "b"], near, without=["z"])
    assert [(each.product_id, round(each.score, 3), each.because_of) for each in found] == [
        ("y", 0.7, "b"),
        ("x", 0.5, "a"),
    ]


# -- what is recommended


def test_what_is_bought_together_is_recommended_with_its_reason(shop: Shop, pairs: dict[str, str]):
    found = recommend(shop, pairs["lamp"])
    assert seen(found) == [("bulb", "bought_together"), ("kettle", "popular_in_category")]
    assert (found.items[0].reason.text, found.items[0].reason.product_id) == (
        "Often bought together with Lamp",
        pairs["lamp"],
    )
    assert found.trained_at == shop.clock.now()


def test_a_buyer_gets_what_goes_with_what_they_bought_and_not_that_again(shop: Shop, pairs: dict[str, str]):
    tell(shop, "user-1", pairs["lamp"])
    found = recommend(shop, user="user-1")
    assert seen(found)[0] == ("bulb", "because_you_bought")
    assert "lamp" not in [sku for sku, _ in seen(found)]


def test_neither_what_is_in_the_cart_nor_what_was_bought_is_recommended(shop: Shop, pairs: dict[str, str]):
    tell(shop, "user-1", pairs["kettle"])
    assert seen(recommend(shop, pairs["lamp"], pairs["bulb"], user="user-1")) == []


def test_who_is_unknown_gets_what_is_popular(shop: Shop, pairs: dict[str, str]):
    assert {kind for _, kind in seen(recommend(shop))} == {"popular"}
    assert len(recommend(shop).items) == 3


@pytest.mark.parametrize("end", ["sell out", "archive", "delete"])
def test_what_cannot_be_bought_is_not_recommended(shop: Shop, pairs: dict[str, str], end: str):
    if end == "sell out":
        shop.adjust(pairs["bulb"], -5)
    elif end == "archive":
        shop.edit(pairs["bulb"], {"status": "archived"})
    else:
        shop.delete(pairs["bulb"])
    assert seen(recommend(shop, pairs["lamp"])) == [("kettle", "popular_in_category")]


def test_while_nothing_was_learned_the_newest_are_shown(shop: Shop):
    shop.fill(3)
    found = recommend(shop, limit=2)
    assert seen(found) == [("lamp-2", "new"), ("lamp-1", "new")]
    assert found.trained_at is None


def test_an_unknown_product_gets_what_is_popular(shop: Shop, pairs: dict[str, str]):
    assert {kind for _, kind in seen(recommend(shop, "unknown"))} == {"popular"}


def test_a_limit_is_kept(shop: Shop, pairs: dict[str, str]):
    assert seen(recommend(shop, pairs["lamp"], limit=1)) == [("bulb", "bought_together")]


@pytest.mark.parametrize(
    "wrong",
    [{"limit": 0}, {"limit": 21}, {"product_id": ["a", "a"]}, {"product_id": [str(n) for n in range(21)]}],
)
def test_a_query_that_is_none_is_refused(wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        RecommendationQuery.model_validate(wrong)


def test_a_department_lists_what_is_on_sale_and_not_too_much_of_it(
    shop: Shop, pairs: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    # The package's name means the function: see core.lazy.
    monkeypatch.setattr(sys.modules["omnilife.catalogue.train_recommendations"], "IN_A_CATEGORY", 1)
    tell(shop, "user-1", pairs["bulb"], pairs["kettle"])
    shop.delete(pairs["bulb"])
    train(shop)
    found = RecommendationStore(shop.table).popular(["home"])
    assert found["home"].product_ids == [pairs["kettle"]]


def test_training_again_writes_the_same(shop: Shop, pairs: dict[str, str]):
    before = shop.items("neighbours"), shop.items("popular")
    training = train(shop)
    assert (training.buyers, training.products, training.neighbours) == (6, 3, 2)
    assert (shop.items("neighbours"), shop.items("popular")) == before
