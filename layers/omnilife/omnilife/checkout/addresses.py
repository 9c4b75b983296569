"""A user's address book."""

from omnilife.checkout.models import Address, AddressFields, AddressPage, AddressPatch
from omnilife.checkout.problems import TooManyAddresses
from omnilife.checkout.store_addresses import AddressStore
from omnilife.core.clock import Clock, system_clock
from omnilife.core.errors import NotFound
from omnilife.core.idempotency import Idempotency
from omnilife.core.ids import IdMaker, new_id

MAX_ADDRESSES = 50


def list_addresses(store: AddressStore, user_id: str) -> AddressPage:
    """All of a user's addresses, oldest first."""
    return AddressPage(items=store.list(user_id, MAX_ADDRESSES))


def create_address(
    store: AddressStore,
    user_id: str,
    fields: AddressFields,
    *,
    idempotency: Idempotency | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> Address:
    """Keep another address.

    Raises:
        TooManyAddresses: there are as many as there may be. Two at once may be one over.
        IdempotencyConflict: the key was used with another body.
    """
    if len(store.list(user_id, MAX_ADDRESSES)) >= MAX_ADDRESSES:
        # Of a repeat the first try may have made the last entry that there could be.
        first = store.made_before(user_id, idempotency, clock.now())
        if first is not None:
            return first
        raise TooManyAddresses(f"An address book may have {MAX_ADDRESSES} entries.")
    address = Address(**fields.model_dump(), address_id=make_id())
    return store.create(user_id, address, idempotency=idempotency, clock=clock)


def edit_address(store: AddressStore, user_id: str, address_id: str, patch: AddressPatch) -> Address:
    """Change an address by a merge patch.

    Raises:
        NotFound: there is none, or it is another user's.
    """
    address = store.find(user_id, address_id)
    if address is None:
        raise NotFound("There is no such address.")
    changed = address.model_copy(update=patch.model_dump(exclude_unset=True))
    if not store.replace(user_id, changed):
        raise NotFound("There is no such address.")
    return changed


def delete_address(store: AddressStore, user_id: str, address_id: str) -> None:
    """Forget an address. Orders keep their own copy of where they went.

    Raises:
        NotFound: there is none, or it is another user's.
    """
    if not store.delete(user_id, address_id):
        raise NotFound("There is no such address.")
