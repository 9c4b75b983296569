"""Changing and deleting products."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.catalogue import BusyProduct, SkuTaken, WrongCurrency
from omnilife.catalogue.edit_products import editable, patched
from omnilife.catalogue.merge_patch import merge_patch
from omnilife.catalogue.models import SERVER_SET, Product
from omnilife.core.errors import Invalid, NotFound, PreconditionFailed
from omnilife.core.table import ConditionFailed
from tests.unit.catalogue.shop import ADMIN, MERCHANT, STRANGER, Shop, lamp, user


def test_a_patch_changes_what_it_names_and_the_version(shop: Shop):
    before = shop.create()
    shop.clock.advance(seconds=60)
    after = shop.edit(before.product_id, {"name": "New", "price": {"amount": 10}})
    assert shop.find(before.product_id) == after
    assert (after.name, after.price.amount, after.price.currency) == ("New", 10, "USD")
    assert (after.version, after.description) == (2, before.description)
    assert after.updated_at > before.updated_at == before.created_at == after.created_at


def test_only_the_changed_fields_are_announced(shop: Shop):
    product = shop.create()
    shop.edit(product.product_id, {"name": "New", "brand": product.brand})
    assert shop.events()[-1]["data"]["fields"] == ["name"]
    assert shop.events()[-1]["version"] == 2


def test_null_removes_an_attribute_and_leaves_the_others(shop: Shop):
    product = shop.create()
    after = shop.edit(product.product_id, {"attributes": {"colour": None, "size": "S"}})
    assert after.attributes == {"voltage": ["12 V", "230 V"], "size": ["S"]}


def test_null_gives_a_field_its_default(shop: Shop):
    product = shop.create()
    after = shop.edit(product.product_id, {"brand": None, "description": None})
    assert (after.brand, after.description) == (None, "")


def test_a_patch_that_changes_nothing_writes_nothing(shop: Shop):
    product = shop.create()
    assert shop.edit(product.product_id, {"name": "  Brass lamp "}) == product
    assert len(shop.events()) == 1


@pytest.mark.parametrize("field", sorted(SERVER_SET))
def test_what_the_server_sets_cannot_be_patched(shop: Shop, field: str):
    product = shop.create()
    with pytest.raises(Invalid) as refused:
        shop.edit(product.product_id, {field: 1, "name": "New"})
    assert [error.pointer for error in refused.value.errors] == [f"/{field}"]
    assert field in refused.value.detail
    assert shop.find(product.product_id) == product


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"name": None}, "/name"),
        ({"price": {"amount": -1}}, "/price/amount"),
        ({"attributes": {"a/b~c": 7}}, "/attributes/a~1b~0c/0"),
        ({"compare_at_price": {"amount": 1, "currency": "USD"}}, "/compare_at_price"),
        ({"colour": "red"}, "/colour"),
        ({"images": [{"alt": "nothing"}]}, "/images/0"),
    ],
)
def test_an_invalid_outcome_is_refused_with_a_pointer(shop: Shop, patch: dict, pointer: str):
    product = shop.create()
    with pytest.raises(Invalid) as refused:
        shop.edit(product.product_id, patch)
    assert [error.pointer for error in refused.value.errors] == [pointer]
    assert shop.find(product.product_id) == product


def test_a_price_in_another_currency_is_refused(shop: Shop):
    product = shop.create()
    with pytest.raises(WrongCurrency):
        shop.edit(product.product_id, {"price": {"currency": "EUR"}})


def test_a_stale_if_match_is_refused_and_changes_nothing(shop: Shop):
    product = shop.create()
    shop.edit(product.product_id, {"name": "Second"}, if_match=1)
    with pytest.raises(PreconditionFailed):
        shop.edit(product.product_id, {"name": "Third"}, if_match=1)
    assert shop.find(product.product_id).name == "Second"


def test_a_sale_or_an_adjustment_does_not_make_an_edit_stale(shop: Shop):
    product = shop.create()
    shop.adjust(product.product_id, -1)
    assert shop.edit(product.product_id, {"name": "New"}, if_match=1).version == 2


@pytest.mark.parametrize("caller", [STRANGER, user("merchant-1", "customer")])
def test_whoever_does_not_own_it_finds_nothing_to_change(shop: Shop, caller):
    product = shop.create()
    with pytest.raises(NotFound):
        shop.edit(product.product_id, {"name": "Mine"}, caller)
    with pytest.raises(NotFound):
        shop.delete(product.product_id, caller)
    assert shop.find(product.product_id) == product


def test_an_administrator_may_change_and_delete_it(shop: Shop):
    product = shop.create()
    assert shop.edit(product.product_id, {"name": "New"}, ADMIN).name == "New"
    shop.delete(product.product_id, ADMIN)
    with pytest.raises(NotFound):
        shop.find(product.product_id, MERCHANT)


def test_a_new_sku_takes_the_place_of_the_old_one(shop: Shop):
    product = shop.create()
    shop.edit(product.product_id, {"sku": "lamp-9"})
    shop.create(sku="lamp-1")
    with pytest.raises(SkuTaken):
        shop.edit(product.product_id, {"sku": "lamp-1"})
    assert shop.find(product.product_id).sku == "lamp-9"


def test_counts_follow_status_and_category(shop: Shop):
    product = shop.create()
    shop.edit(product.product_id, {"category": ["garden"]})
    assert shop.counts() == {"garden": 1}
    shop.edit(product.product_id, {"status": "archived"})
    assert shop.counts() == {}
    shop.edit(product.product_id, {"status": "active", "category": ["home"]})
    assert shop.counts() == {"home": 1}
    shop.delete(product.product_id)
    assert shop.counts() == {}


def test_a_deleted_product_leaves_a_tombstone_of_the_next_version_and_frees_its_sku(shop: Shop):
    product = shop.create()
    shop.delete(product.product_id)
    (tombstone,) = shop.items("products")
    assert (tombstone["status"], tombstone["version"]) == ("deleted", 2)
    assert "name" not in tombstone
    assert not {"i1pk", "i2pk", "i3pk"} & tombstone.keys()
    event = shop.events()[-1]
    assert (event["type"], event["version"]) == ("ProductDeleted", 2)
    assert shop.create().product_id != product.product_id


def test_a_deleted_product_cannot_be_deleted_again_or_with_a_stale_version(shop: Shop):
    product = shop.create()
    with pytest.raises(PreconditionFailed):
        shop.delete(product.product_id, if_match=7)
    shop.delete(product.product_id, if_match=1)
    with pytest.raises(NotFound):
        shop.delete(product.product_id)


def test_an_edit_without_a_version_is_laid_over_what_another_wrote_meanwhile(shop: Shop, monkeypatch):
    product = shop.create()
    interrupt_once(shop, monkeypatch, lambda: shop.edit(product.product_id, {"brand": "Other"}))
    after = shop.edit(product.product_id, {"name": "New"})
    assert (after.name, after.brand, after.version) == ("New", "Other", 3)


def test_an_edit_of_a_seen_version_fails_when_another_wrote_meanwhile(shop: Shop, monkeypatch):
    product = shop.create()
    interrupt_once(shop, monkeypatch, lambda: shop.edit(product.product_id, {"brand": "Other"}))
    with pytest.raises(PreconditionFailed):
        shop.edit(product.product_id, {"name": "New"}, if_match=1)


def test_a_delete_is_tried_again_after_another_wrote_meanwhile(shop: Shop, monkeypatch):
    product = shop.create()
    interrupt_once(shop, monkeypatch, lambda: shop.edit(product.product_id, {"brand": "Other"}))
    shop.delete(product.product_id)
    assert shop.items("products")[0]["version"] == 3


def test_when_others_never_stop_writing_the_client_is_told(shop: Shop, monkeypatch):
    product = shop.create()

    def always_late(*_args, **_more):
        raise ConditionFailed("product", None)

    monkeypatch.setattr("omnilife.core.idempotency.transact_once", always_late)
    with pytest.raises(BusyProduct):
        shop.edit(product.product_id, {"name": "New"})
    with pytest.raises(BusyProduct):
        shop.delete(product.product_id)
    with pytest.raises(BusyProduct):
        shop.adjust(product.product_id, 1)


def interrupt_once(shop: Shop, monkeypatch: pytest.MonkeyPatch, act) -> None:
    """Let `act` happen between the next read of a product and the write that follows it."""
    store = type(shop.store)
    find = store.find

    def find_then_act(self, product_id):
        found = find(self, product_id)
        monkeypatch.setattr(store, "find", find)
        act()
        return found

    monkeypatch.setattr(store, "find", find_then_act)


def a_product() -> Product:
    return Product.model_validate(
        lamp()
        | {
            "product_id": "p",
            "merchant_id": "m",
            "version": 1,
            "created_at": "2026-11-24T12:00:00Z",
            "updated_at": "2026-11-24T12:00:00Z",
        }
    )


@given(
    st.dictionaries(
        st.sampled_from(["name", "brand", "description", "attributes", "category", "tax_class", "x"]),
        st.none() | st.text(max_size=5) | st.lists(st.text("ab", min_size=1, max_size=3), max_size=3),
    )
)
def test_a_patch_either_is_refused_or_comes_to_what_the_rfc_says(patch):
    product = a_product()
    try:
        after = patched(product, patch)
    except Invalid:
        return
    outcome = editable(after or product)
    assert patched(after or product, patch) is None  # laid over again it changes nothing
    for name, value in merge_patch({}, patch).items():
        if isinstance(value, str) and name != "attributes":
            assert outcome.get(name, "") == value.strip() or not value.isascii()
