"""Reviews, and the rating that follows them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from omnilife.catalogue import (
    AlreadyReviewed,
    BusyProduct,
    NewReview,
    NotReceived,
    Review,
    ReviewPage,
    ReviewStore,
    find_products_for_index,
    list_reviews,
    review_product,
)
from omnilife.catalogue.store.people import held_by_catalogue
from omnilife.catalogue.tally import Tally
from omnilife.core.cursors import BadCursor
from omnilife.core.errors import IdempotencyConflict, NotFound
from omnilife.core.personal_data import Person
from tests.unit.catalogue.shop import ADMIN, ImportRun, Shop, lines, once
from tests.unit.catalogue.test_handlers import make_bucket


def review(shop: Shop, product_id: str, rating: int = 5, *, user: str = "user-1", **more: Any) -> Review:
    fields = {name: more.pop(name) for name in ("title", "text", "name") if name in more}
    return review_product(
        ReviewStore(shop.table),
        product_id,
        NewReview.model_validate({"rating": rating, **fields}),
        user_id=user,
        **{"has_received": lambda *_: True, "clock": shop.clock, "make_id": shop.ids} | more,
    )


def reviews(shop: Shop, product_id: str, **more: Any) -> ReviewPage:
    return list_reviews(ReviewStore(shop.table), product_id, cursors=shop.cursors, **more)


def test_a_review_is_shown_and_the_rating_follows(shop: Shop):
    lamp = shop.create()
    written = review(shop, lamp.product_id, 4, title="Bright", text="As promised.", name="Mina")
    page = reviews(shop, lamp.product_id)
    assert page.items == [written]
    assert (page.rating, page.review_count, page.stars["4"]) == (4.0, 1, 1)
    after = shop.find(lamp.product_id)
    assert (after.rating, after.review_count, after.version) == (4.0, 1, lamp.version)


def test_only_who_received_it_may_review(shop: Shop):
    lamp = shop.create()
    with pytest.raises(NotReceived):
        review(shop, lamp.product_id, has_received=lambda *_: False)
    assert reviews(shop, lamp.product_id).items == []
    assert shop.find(lamp.product_id).rating is None


def test_whether_it_was_received_is_asked_of_this_user_and_product(shop: Shop):
    lamp = shop.create()
    asked = []
    review(shop, lamp.product_id, has_received=lambda *given: asked.append(given) or True)
    assert asked == [("user-1", lamp.product_id)]


def test_a_buyer_has_one_review_of_a_product(shop: Shop):
    lamp = shop.create()
    review(shop, lamp.product_id, 4)
    with pytest.raises(AlreadyReviewed):
        review(shop, lamp.product_id, 1)
    assert shop.find(lamp.product_id).rating == 4.0
    review(shop, lamp.product_id, 1, user="user-2")
    assert shop.find(lamp.product_id).rating == 2.5


def test_the_same_key_gives_the_same_review(shop: Shop):
    lamp = shop.create()
    first = review(shop, lamp.product_id, 4, idempotency=once("k"))
    assert review(shop, lamp.product_id, 4, idempotency=once("k")) == first
    with pytest.raises(IdempotencyConflict):
        review(shop, lamp.product_id, 5, idempotency=once("k", "other"))
    assert shop.find(lamp.product_id).review_count == 1


def test_the_key_of_a_review_that_is_gone_writes_no_other(shop: Shop):
    lamp = shop.create()
    review(shop, lamp.product_id, 4, idempotency=once("k"))
    shop.table.delete({"pk": f"REVIEW#{lamp.product_id}", "sk": "BY#user-1"})
    with pytest.raises(NotFound):
        review(shop, lamp.product_id, 4, idempotency=once("k"))
    assert shop.find(lamp.product_id).review_count == 1


def test_what_is_not_on_sale_is_neither_reviewed_nor_read_about(shop: Shop):
    lamp = shop.create(status="draft")
    for product_id in (lamp.product_id, "unknown"):
        with pytest.raises(NotFound):
            review(shop, product_id)
        with pytest.raises(NotFound):
            reviews(shop, product_id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rating": 0},
        {"rating": 6},
        {"rating": 4.5},
        {"rating": "5"},
        {},
        {"rating": 5, "title": "t" * 121},
        {"rating": 5, "title": "two\nlines"},
        {"rating": 5, "text": "t" * 5001},
        {"rating": 5, "text": "my card is 4111 1111 1111 1111"},
        {"rating": 5, "name": "n" * 51},
        {"rating": 5, "verified": True},
    ],
)
def test_a_review_that_is_none_is_refused(wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        NewReview.model_validate(wrong)


# -- under concurrency


def test_reviews_at_one_instant_all_count(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    lamp = shop.create()
    tally = ReviewStore.tally
    waiting = [f"rival-{number}" for number in range(5)]

    def overtaken(store: ReviewStore, product_id: str) -> Tally | None:
        seen = tally(store, product_id)
        if waiting:
            rival = waiting.pop()
            review(shop, lamp.product_id, 1, user=rival)
        return seen

    monkeypatch.setattr(ReviewStore, "tally", overtaken)
    review(shop, lamp.product_id, 5)
    monkeypatch.undo()
    page = reviews(shop, lamp.product_id)
    assert (page.review_count, page.stars["1"], page.stars["5"]) == (6, 5, 1)
    assert (page.rating, len(page.items)) == (1.67, 6)
    assert len([event for event in shop.events() if event["type"] == "ProductReviewed"]) == 6


def test_a_product_that_never_rests_is_given_up(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    lamp = shop.create()
    stale = Tally(version=7)
    monkeypatch.setattr(ReviewStore, "tally", lambda *_: stale)
    with pytest.raises(BusyProduct):
        review(shop, lamp.product_id)


def test_an_edit_that_began_before_a_review_does_not_undo_it(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    lamp = shop.create()
    find = type(shop.store).find

    def overtaken(store: Any, product_id: str) -> Any:
        found = find(store, product_id)
        monkeypatch.setattr(type(shop.store), "find", find)
        review(shop, lamp.product_id, 3)
        return found

    monkeypatch.setattr(type(shop.store), "find", overtaken)
    shop.edit(lamp.product_id, {"name": "Renamed", "brand": None}, if_match=lamp.version)
    after = shop.find(lamp.product_id)
    assert (after.name, after.brand, after.rating, after.review_count) == ("Renamed", None, 3.0, 1)


def test_a_deletion_that_began_before_a_review_leaves_the_newest_version(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    lamp = shop.create()
    find = type(shop.store).find

    def overtaken(store: Any, product_id: str) -> Any:
        found = find(store, product_id)
        monkeypatch.setattr(type(shop.store), "find", find)
        review(shop, lamp.product_id, 3)
        return found

    monkeypatch.setattr(type(shop.store), "find", overtaken)
    before = index_version(shop, lamp.product_id)
    shop.delete(lamp.product_id)
    assert index_version(shop, lamp.product_id) == before + 2  # the review's and the deletion's


def index_version(shop: Shop, product_id: str) -> int:
    return find_products_for_index(shop.store, [product_id])[product_id].version


def test_each_review_is_a_newer_state_for_the_index(shop: Shop):
    lamp = shop.create()
    before = index_version(shop, lamp.product_id)
    review(shop, lamp.product_id)
    assert index_version(shop, lamp.product_id) == before + 1
    (event,) = [event for event in shop.events() if event["type"] == "ProductReviewed"]
    assert event["data"] | {"review_id": ""} == {
        "product_id": lamp.product_id,
        "review_id": "",
        "stars": 5,
        "rating": 5.0,
        "review_count": 1,
    }


# -- what was carried over from another shop


def test_ratings_that_were_carried_over_count_with_those_written_here(aws: None, shop: Shop):
    run = ImportRun(shop, make_bucket())
    rows = [
        {"sku": "lamp-1", "name": "Lamp", "category": ["home"], "price": {"amount": 1, "currency": "USD"}}
    ]
    run.run("jsonl", lines([rows[0] | {"rating": 4.5, "review_count": 3}]), ADMIN)
    (item,) = shop.items("products")
    product_id = item["product_id"]
    review(shop, product_id, 1)
    page = reviews(shop, product_id)
    assert (page.rating, page.review_count, sum(page.stars.values())) == (3.62, 4, 1)
    run.run("jsonl", lines([{"sku": "lamp-1", "rating": 2.0, "review_count": 10}]), ADMIN)
    review(shop, product_id, 5, user="user-2")
    assert (reviews(shop, product_id).rating, reviews(shop, product_id).review_count) == (2.27, 11)


def test_a_rating_written_before_sums_were_kept_goes_on_from_its_mean(shop: Shop):
    lamp = shop.create()
    key = {"pk": f"PRODUCT#{lamp.product_id}", "sk": "PRODUCT"}
    shop.table.update(key, set={"rating": Decimal("4.5"), "review_count": 2}, remove=["rating_sum", "stars"])
    review(shop, lamp.product_id, 3)
    assert (shop.find(lamp.product_id).rating, shop.find(lamp.product_id).review_count) == (4.0, 3)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60), st.integers(0, 500), st.integers(0, 20))
@settings(max_examples=100)
def test_a_mean_is_that_of_its_sum_however_many_are_added(ratings: list[int], hundredths: int, count: int):
    tally = Tally.carried(Decimal(hundredths) / 100, count)
    for rating in ratings:
        tally = tally.with_rating(rating)
    exact = (Decimal(hundredths) / 100 * count + sum(ratings)) / (count + len(ratings))
    assert tally.mean == round(exact, 2)
    assert tally.count == count + len(ratings)
    assert sum(tally.stars.values()) == tally.version == len(ratings)


# -- pages and people


def test_pages_are_newest_first_and_neither_repeat_nor_skip(shop: Shop):
    lamp = shop.create()
    written = []
    for number in range(5):
        written.append(review(shop, lamp.product_id, user=f"user-{number}").review_id)
        shop.clock.advance(seconds=number % 2)
    pages = [reviews(shop, lamp.product_id, limit=2)]
    while cursor := pages[-1].next_cursor:
        pages.append(reviews(shop, lamp.product_id, limit=2, cursor=cursor))
    assert [each.review_id for page in pages for each in page.items] == written[::-1]
    other = shop.create(sku="other")
    with pytest.raises(BadCursor):
        reviews(shop, other.product_id, cursor=pages[0].next_cursor)


def test_an_erasure_takes_the_words_and_leaves_the_stars(shop: Shop):
    lamp = shop.create()
    review(shop, lamp.product_id, 4, title="Mina's", text="I live at 5 Oak Street", name="Mina")
    held = held_by_catalogue(shop.table)
    told = held.export(Person("user-1"), None).records
    assert {"entity": "reviews", "text": "I live at 5 Oak Street"}.items() <= told[0].items()
    assert held.erase(Person("user-1")).finished
    page = reviews(shop, lamp.product_id)
    assert [(each.rating, each.title, each.text, each.name) for each in page.items] == [(4, "", "", "")]
    assert page.rating == 4.0
    assert held.export(Person("user-1"), None).records == []
