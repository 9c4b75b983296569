"""Products as documents of the index."""

from omnilife.catalogue import Image, Product
from omnilife.search.documents import version_of
from omnilife.search.mapping import PROPERTIES
from omnilife.search.models import FoundImage, FoundProduct
from tests.support.search import a_product, deleted, indexed


def test_a_document_holds_only_what_the_strict_mapping_names() -> None:
    document = version_of(indexed(a_product())).document
    assert document.keys() == PROPERTIES.keys() - {"words"}  # which the engine fills from the others


def test_a_category_is_found_under_each_category_that_it_lies_in() -> None:
    product = a_product(category=["home", "lighting", "desk lamps"])
    assert version_of(indexed(product)).document["category"] == [
        "home",
        "home/lighting",
        "home/lighting/desk lamps",
    ]


def test_each_value_of_an_attribute_is_a_keyword() -> None:
    product = a_product(attributes={"voltage": ["12 V", "230 V"], "a=b": "c"})
    document = version_of(indexed(product)).document
    assert document["attributes"] == ["voltage=12 V", "voltage=230 V", "a%3Db=c"]


def test_a_document_is_numbered_as_catalogue_numbers_the_state() -> None:
    assert version_of(indexed(a_product("p7"), version=12)).number == 12


def test_a_product_that_cannot_be_bought_is_not_in_stock() -> None:
    assert version_of(indexed(a_product(stock_on_hand=0))).document["in_stock"] is False
    assert version_of(indexed(a_product(stock_on_hand=1))).document["in_stock"] is True


def test_of_a_product_that_is_not_on_sale_nothing_but_that_is_indexed() -> None:
    assert version_of(indexed(a_product(status="draft"))).document == {"product_id": "p1", "status": "draft"}
    assert version_of(indexed(a_product(status="archived"))).document["status"] == "archived"
    assert version_of(deleted("p1", 9)).document == {"product_id": "p1", "status": "deleted"}


def test_what_answers_show_is_the_product_without_its_description() -> None:
    product = a_product(attributes={"voltage": ["12 V", "230 V"], "colour": "brass"}, rating=4.5)
    shown = version_of(indexed(product)).document["product"]
    assert shown == product.model_dump(mode="json", exclude={"description"})
    assert FoundProduct.model_validate(shown).model_dump(mode="json") == shown


def test_a_found_product_has_every_field_of_a_product_but_its_description() -> None:
    assert FoundProduct.model_fields.keys() == Product.model_fields.keys() - {"description"}
    assert FoundImage.model_fields.keys() == Image.model_fields.keys()
