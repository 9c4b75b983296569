"""Reading a retail-demo-store catalogue: three rows written here stand for its 2,465."""

from pathlib import Path

import pytest

from local.demo.retail import MERCHANT, RetailDataError, products
from omnilife.catalogue.models import NewProduct

pytestmark = pytest.mark.unit

CATEGORIES = """
- id: 1
  name: apparel
- id: 2
  name: tools
- id: 3
  name: snacks
"""
PRODUCTS = """
- id: 0b5e-0001
  current_stock: 15
  name: "  Two-Tone   Café Jacket "
  category: apparel
  style: jacket
  description: A jacket of two tones,
    told over two lines.
  price: 129.99
  image: jacket.jpg
  gender_affinity: F
  where_visible: UI
- id: 0b5e-0002
  current_stock: 0
  name: '"Heavy" Hammer'
  category: tools
  style: hammer
  description: It hits.
  price: 8
- id: 0b5e-0003
  current_stock: 3
  name: Salted Seeds
  category: snacks
  style: nuts/seeds
  description: From the sea.
  price: 0.29
  gender_affinity: null
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    (tmp_path / "categories.yaml").write_text(CATEGORIES, encoding="utf-8")
    path = tmp_path / "products.yaml"
    path.write_text(PRODUCTS, encoding="utf-8")
    return path


def test_a_row_becomes_the_body_that_creates_it(catalogue):
    jacket = products(catalogue)[0]
    assert jacket.merchant_id == MERCHANT.merchant_id == "retail-demo-store"
    assert jacket.row == {
        "sku": "0b5e-0001",
        "name": "Two-Tone Café Jacket",
        "description": "A jacket of two tones, told over two lines.",
        "category": ["apparel", "jacket"],
        "price": {"amount": 12999, "currency": "USD"},
        "tax_class": "clothing",
        "attributes": {"style": "jacket", "gender": "women"},
        "stock_on_hand": 15,
        "status": "active",
    }


def test_every_row_is_accepted_by_the_api(catalogue):
    rows = [product.row for product in products(catalogue)]
    assert [NewProduct.model_validate(row, strict=True).sku for row in rows] == [row["sku"] for row in rows]


def test_a_price_is_exact_to_the_cent(catalogue):
    assert [product.row["price"]["amount"] for product in products(catalogue)] == [12999, 800, 29]


def test_a_slash_in_a_style_does_not_make_another_level(catalogue):
    assert products(catalogue)[2].row["category"] == ["snacks", "nuts and seeds"]


def test_only_what_has_a_gender_gets_one(catalogue):
    assert ["gender" in product.row["attributes"] for product in products(catalogue)] == [True, False, False]


def test_a_price_finer_than_a_cent_is_refused_by_name(catalogue):
    catalogue.write_text(PRODUCTS.replace("0.29", "0.295"), encoding="utf-8")
    with pytest.raises(RetailDataError, match=r"0b5e-0003: price 0\.295"):
        products(catalogue)


def test_a_category_missing_from_categories_yaml_is_refused_by_name(catalogue):
    catalogue.with_name("categories.yaml").write_text("- {id: 1, name: apparel}", encoding="utf-8")
    with pytest.raises(RetailDataError, match="0b5e-0002: category 'tools'"):
        products(catalogue)


def test_a_missing_categories_yaml_is_an_error_of_the_file(catalogue):
    catalogue.with_name("categories.yaml").unlink()
    with pytest.raises(FileNotFoundError):
        products(catalogue)
