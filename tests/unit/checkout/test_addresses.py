"""Address books: a user's own, and nobody else's."""

from typing import Any

import pytest
from pydantic import ValidationError

from omnilife.checkout import (
    Address,
    AddressFields,
    AddressPatch,
    AddressStore,
    TooManyAddresses,
    create_address,
    delete_address,
    edit_address,
    list_addresses,
)
from omnilife.core.clock import FixedClock
from omnilife.core.errors import NotFound
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from tests.unit.catalogue.shop import once
from tests.unit.checkout.pricing import ADDRESS

pytestmark = pytest.mark.usefixtures("in_memory")


@pytest.fixture
def book(checkout_table: Table) -> AddressStore:
    return AddressStore(checkout_table)


def patch(**changes: Any) -> AddressPatch:
    return AddressPatch.model_validate(changes)


@pytest.fixture
def add(book: AddressStore, clock: FixedClock, ids: IdMaker) -> Any:
    def add(user_id: str = "user-1", **more: Any) -> Address:
        return create_address(book, user_id, ADDRESS, clock=clock, make_id=ids, **more)

    return add


def test_an_address_is_kept_changed_and_forgotten(book: AddressStore, add: Any):
    made = add()
    assert list_addresses(book, "user-1").items == [made]

    changed = edit_address(book, "user-1", made.address_id, patch(line2="Flat 2", postcode=None))

    assert (changed.line2, changed.postcode, changed.city) == ("Flat 2", None, "Albany")
    assert list_addresses(book, "user-1").items == [changed]
    delete_address(book, "user-1", made.address_id)
    assert list_addresses(book, "user-1").items == []


def test_anothers_address_is_not_there(book: AddressStore, add: Any):
    made = add()

    assert list_addresses(book, "user-2").items == []
    with pytest.raises(NotFound):
        edit_address(book, "user-2", made.address_id, patch(city="Troy"))
    with pytest.raises(NotFound):
        delete_address(book, "user-2", made.address_id)
    assert list_addresses(book, "user-1").items == [made]


def test_a_repeated_key_keeps_one_address(book: AddressStore, add: Any):
    first = add(idempotency=once("address"))

    assert add(idempotency=once("address")) == first
    assert len(list_addresses(book, "user-1").items) == 1


def test_a_repeat_after_the_address_was_forgotten_names_the_one_that_it_made(book: AddressStore, add: Any):
    first = add(idempotency=once("address"))
    delete_address(book, "user-1", first.address_id)

    assert add(idempotency=once("address")) == first


def test_an_address_book_has_an_end(book: AddressStore, add: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("omnilife.checkout.addresses.MAX_ADDRESSES", 2)
    add()
    last = add(idempotency=once("address"))

    with pytest.raises(TooManyAddresses):
        add()
    with pytest.raises(TooManyAddresses):
        add(idempotency=once("another"))
    assert add(idempotency=once("address")) == last


def test_an_address_that_goes_while_it_is_changed_does_not_come_back(
    book: AddressStore, add: Any, monkeypatch: pytest.MonkeyPatch
):
    made = add()
    monkeypatch.setattr(AddressStore, "find", lambda *_: made)
    delete_address(book, "user-1", made.address_id)

    with pytest.raises(NotFound):
        edit_address(book, "user-1", made.address_id, patch(city="Troy"))


@pytest.mark.parametrize(
    "changes",
    [
        {"country": "us"},
        {"country": "USA"},
        {"line1": ""},
        {"line1": "  "},
        {"line1": "a\nb"},
        {"line1": "x" * 121},
        {"line1": "4111 1111 1111 1111"},
        {"postcode": "<script>"},
        {"phone": "call me"},
        {"city": None},
        {"colour": "red"},
    ],
    ids=lambda changes: repr(changes)[:40],
)
def test_what_is_no_address_is_refused(changes: dict[str, Any]):
    with pytest.raises(ValidationError):
        AddressFields.model_validate(ADDRESS.model_dump() | changes)
    with pytest.raises(ValidationError):
        AddressPatch.model_validate(changes)
