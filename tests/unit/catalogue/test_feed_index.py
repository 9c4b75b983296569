"""What an index that is built anew gets to see of the catalogue."""

from omnilife.catalogue import INDEX_SEGMENTS, count_products_for_index, list_products_for_index
from tests.unit.catalogue.shop import Shop


def walk(shop: Shop, *, limit: int) -> list[str]:
    found: list[str] = []
    for segment in range(INDEX_SEGMENTS):
        after = None
        while True:
            page = list_products_for_index(shop.store, segment, after=after, limit=limit)
            found += page.product_ids
            after = page.next
            if after is None:
                break
    return found


def test_every_product_on_sale_is_walked_once_whatever_the_pages(shop: Shop) -> None:
    on_sale = {shop.create(sku=f"s{n}").product_id for n in range(20)}
    shop.create(sku="draft", status="draft")
    for limit in (1, 7, 100):
        found = walk(shop, limit=limit)
        assert (set(found), len(found)) == (on_sale, 20)
    assert count_products_for_index(shop.store) == 20


def test_a_product_that_is_changed_during_a_walk_keeps_its_place(shop: Shop) -> None:
    products = [shop.create(sku=f"s{n}") for n in range(20)]
    first = list_products_for_index(shop.store, 0, limit=1)
    for product in products:
        shop.edit(product.product_id, {"price": {"amount": 1, "currency": "USD"}})
    rest = list_products_for_index(shop.store, 0, after=first.next, limit=100) if first.next else None
    found = first.product_ids + (rest.product_ids if rest else [])
    assert len(found) == len(set(found))
    assert set(found) <= {product.product_id for product in products}


def test_what_is_no_longer_on_sale_is_neither_walked_nor_counted(shop: Shop) -> None:
    gone = shop.create(sku="gone").product_id
    kept = shop.create(sku="kept").product_id
    shop.delete(gone)
    assert walk(shop, limit=10) == [kept]
    assert count_products_for_index(shop.store) == 1
