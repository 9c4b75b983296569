"""Similar products on the real engine."""

import pytest

from omnilife.search.similar_products import SimilarProducts, SimilarQuery, UnknownProduct, similar_products
from omnilife.search.suggestion_index import SuggestionIndex
from tests.integration.search.shop import Shop
from tests.support.search import a_product


class Together:
    """What was clicked on together, without a table."""

    def __init__(self, **times: int) -> None:
        self.times = times

    def clicked_with(self, product_id: str, *, most: int) -> dict[str, int]:  # noqa: ARG002
        return dict(sorted(self.times.items(), key=lambda each: -each[1])[:most])


@pytest.fixture
def lamps(shop: Shop) -> Shop:
    shop.put(
        a_product("desk", name="Brass desk lamp"),
        a_product("floor", name="Brass floor lamp"),
        a_product("sold", name="Brass desk lamp, small", stock_on_hand=0),
        a_product(
            "chair", name="Garden chair", category=["outdoors", "seats"], attributes={}, description=""
        ),
        a_product("bulb", name="E27 bulb", category=["home", "lighting"], attributes={}, description=""),
        a_product("draft", name="Brass desk lamp", status="draft"),
    )
    return shop


def similar(shop: Shop, product_id: str, limit: int = 10, **together: int) -> SimilarProducts:
    return similar_products(
        product_id,
        SimilarQuery(limit=limit),
        store=Together(**together),  # type: ignore[arg-type]
        index=SuggestionIndex(shop.engine, shop.alias),
    )


def ids(found: SimilarProducts) -> list[str]:
    return [item.product.product_id for item in found.items]


def test_products_alike_in_words_and_category_are_found_and_what_is_in_stock_first(lamps: Shop) -> None:
    assert ids(similar(lamps, "desk")) == ["floor", "bulb", "sold"]


def test_what_was_clicked_together_is_found_whatever_it_is(lamps: Shop) -> None:
    found = similar(lamps, "desk", chair=3)
    assert ids(found)[0] == "chair"
    assert [item.clicked_together for item in found.items[:2]] == [True, False]


def test_what_was_clicked_together_once_is_chance(lamps: Shop) -> None:
    assert "chair" not in ids(similar(lamps, "desk", chair=1))


def test_more_often_together_comes_first(lamps: Shop) -> None:
    assert ids(similar(lamps, "desk", chair=3, bulb=9))[:2] == ["bulb", "chair"]


def test_a_limit_is_kept(lamps: Shop) -> None:
    assert len(similar(lamps, "desk", limit=1).items) == 1


@pytest.mark.parametrize("product_id", ["never", "draft"])
def test_what_is_not_on_sale_is_unknown(lamps: Shop, product_id: str) -> None:
    with pytest.raises(UnknownProduct):
        similar(lamps, product_id)


def test_a_shop_without_an_index_knows_no_product(shop: Shop) -> None:
    with pytest.raises(UnknownProduct):
        similar(shop, "desk")
    shop.index.create()  # for the fixture, which deletes it
