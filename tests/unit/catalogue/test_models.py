"""A product's own limits, and how it is documented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omnilife.catalogue import NewProduct, ProductPatch
from omnilife.catalogue.models import EDITABLE, MAX_PRODUCT_BYTES
from tests.unit.catalogue.shop import lamp

USD = {"amount": 100, "currency": "USD"}


def where(**changes) -> list[tuple]:
    with pytest.raises(ValidationError) as refused:
        NewProduct.model_validate(lamp(**changes))
    return [error["loc"] for error in refused.value.errors()]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"sku": "a b"}, ("sku",)),
        ({"sku": "x" * 65}, ("sku",)),
        ({"sku": ""}, ("sku",)),
        ({"name": "x" * 201}, ("name",)),
        ({"description": "x" * 5001}, ("description",)),
        ({"brand": "x" * 81}, ("brand",)),
        ({"category": ["a"] * 7}, ("category",)),
        ({"category": "a/b"}, ("category",)),
        ({"category": ["x" * 65]}, ("category", 0)),
        ({"category": ["\U0001f680" * 64] * 6}, ("category",)),
        ({"price": 19.99}, ("price",)),
        ({"price": {"amount": True, "currency": "USD"}}, ("price", "amount")),
        ({"price": {"amount": 10**12 + 1, "currency": "USD"}}, ("price", "amount")),
        ({"price": {"amount": 1, "currency": "ABC"}}, ("price", "currency")),
        ({"compare_at_price": {"amount": 5000, "currency": "EUR"}}, ("compare_at_price",)),
        ({"price": {"amount": -1, "currency": "USD"}, "compare_at_price": USD}, ("price", "amount")),
        ({"tax_class": "Not A Slug"}, ("tax_class",)),
        ({"weight_g": -1}, ("weight_g",)),
        ({"weight_g": 1.5}, ("weight_g",)),
        ({"attributes": {f"a{n}": "x" for n in range(51)}}, ("attributes",)),
        ({"attributes": {"a": ["x"] * 21}}, ("attributes", "a")),
        ({"attributes": {"a": []}}, ("attributes", "a")),
        ({"attributes": {"a": {"b": "c"}}}, ("attributes", "a", 0)),
        ({"attributes": {"a": "x" * 257}}, ("attributes", "a", 0)),
        ({"images": [{"url": "http://x/a.jpg"}]}, ("images", 0, "url")),
        ({"images": [{"url": "javascript:alert(1)"}]}, ("images", 0, "url")),
        ({"images": [{"url": "https://x/a.jpg", "image_id": "i"}]}, ("images", 0)),
        ({"images": [{"image_id": "i"}] * 21}, ("images",)),
        ({"status": "deleted"}, ("status",)),
        ({"stock_on_hand": 10**9 + 1}, ("stock_on_hand",)),
        ({"rating": 5}, ("rating",)),
        ({"colour": "red"}, ("colour",)),
    ],
    ids=str,
)
def test_what_is_over_its_limit_is_refused_where_it_stands(changes, place):
    assert where(**changes) == [place]


def test_a_product_as_a_whole_has_a_limit_too():
    many = {f"name-{n}": [f"{m}{'x' * 200}" for m in range(20)] for n in range(20)}
    with pytest.raises(ValidationError, match=f"more than {MAX_PRODUCT_BYTES}"):
        NewProduct.model_validate(lamp(attributes=many))


def test_a_lone_value_stands_for_itself_in_json_and_is_a_list_inside():
    product = NewProduct.model_validate(lamp(attributes={"a": "x", "b": ["y"], "c": ["x", "y"]}))
    assert product.attributes == {"a": ["x"], "b": ["y"], "c": ["x", "y"]}
    assert product.model_dump()["attributes"] == {"a": "x", "b": "y", "c": ["x", "y"]}


@given(st.text(max_size=300))
def test_any_name_is_refused_or_stored_as_clean_text_that_stays_itself(name):
    try:
        product = NewProduct.model_validate(lamp(name=name))
    except ValidationError:
        return
    assert product.name == product.name.strip()
    assert 1 <= len(product.name) <= 200
    assert NewProduct.model_validate(lamp(name=product.name)).name == product.name


def test_a_patch_is_documented_by_the_fields_that_it_may_name():
    assert set(ProductPatch.model_json_schema()["properties"]) == set(EDITABLE)
