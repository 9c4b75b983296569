"""Changing and deleting products."""

from collections.abc import Iterable, Mapping
from typing import Any

from omnilife.catalogue.access import no_such_product, owns
from omnilife.catalogue.events import PriceDropped, ProductChanged, ProductDeleted
from omnilife.catalogue.merge_patch import merge_patch
from omnilife.catalogue.models import EDITABLE, SERVER_SET, Product, ProductFields
from omnilife.catalogue.prices import check_currency
from omnilife.catalogue.problems import BusyProduct, SkuTaken
from omnilife.catalogue.store.products import ProductStore
from omnilife.catalogue.store.writes import change, removal
from omnilife.catalogue.stored import StoredProduct
from omnilife.catalogue.validation import check
from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.errors import FieldError, Invalid, PreconditionFailed
from omnilife.core.events import DomainEvent
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed

ATTEMPTS = 8


def patched(product: Product, patch: Mapping[str, Any]) -> Product | None:
    """The product with a merge patch (RFC 7396) laid over what its merchant decides; None: nothing changes.

    Version and times stay those of `product`.

    Raises:
        Invalid: the patch names a field that the server sets, or its outcome is not a valid product.
    """
    if refused := sorted(SERVER_SET & patch.keys()):
        raise Invalid(
            f"{', '.join(refused)} cannot be patched.",
            errors=[FieldError(f"/{name}", "is set by the server") for name in refused],
        )
    fields = editable(product)
    merged = check(ProductFields, merge_patch(fields, patch))
    if editable(merged) == fields:
        return None
    return product.model_copy(update={name: getattr(merged, name) for name in EDITABLE})


def editable(fields: ProductFields) -> dict[str, Any]:
    """What a merchant decides about a product, as JSON has it: the target of a patch."""
    return fields.model_dump(mode="json", include=set(EDITABLE), exclude_none=True)


def changed_fields(before: Product, after: Product) -> set[str]:
    """The names of the fields in which two versions differ."""
    return {name for name in EDITABLE if getattr(before, name) != getattr(after, name)}


def announcements(
    before: Product, after: Product, fields: Iterable[str], *, actor: str, make_id: IdMaker
) -> list[DomainEvent]:
    """What a change of a product tells others: which fields changed, and a lower price by itself."""
    events: list[DomainEvent] = [ProductChanged.of(after, fields, event_id=make_id(), actor=actor)]
    if after.status == "active" and after.price < before.price:
        events.append(PriceDropped.of(before, after, event_id=make_id(), actor=actor))
    return events


def edit_product(
    store: ProductStore,
    product_id: str,
    patch: Mapping[str, Any],
    *,
    caller: Caller,
    currency: str,
    if_match: int | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> Product:
    """Lay a merge patch over a product and announce what changed; without a change nothing is written.

    Without `if_match` the patch is laid over whatever is newest, again when others write meanwhile.

    Args:
        if_match: the version that the caller has seen.

    Raises:
        NotFound: there is none, or it is another merchant's.
        PreconditionFailed: it is no longer at `if_match`.
        Invalid: see `patched`. WrongCurrency: the price is not in `currency`.
        SkuTaken: the merchant has another product with the new SKU.
        BusyProduct: others kept writing it.
    """
    for _ in range(ATTEMPTS):
        before = _own_product(store, product_id, caller, if_match).product
        after = patched(before, patch)
        if after is None:
            return before
        check_currency(after, currency)
        after = after.model_copy(update={"version": before.version + 1, "updated_at": clock.now()})
        events = announcements(
            before, after, changed_fields(before, after), actor=caller.actor, make_id=make_id
        )
        try:
            store.commit([change(before, after, events)], shard_by=product_id)
        except ConditionFailed as failed:
            if failed.part == "sku":
                raise SkuTaken(after.sku) from failed
        else:
            return after
    raise BusyProduct("Others keep changing this product. Try again.")


def delete_product(
    store: ProductStore,
    product_id: str,
    *,
    caller: Caller,
    if_match: int | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> None:
    """Delete a product and announce it. Its SKU is free again; its id stays taken, with a last version.

    Raises:
        NotFound: there is none, or it is another merchant's.
        PreconditionFailed: it is no longer at `if_match`.
        BusyProduct: others kept writing it.
    """
    for _ in range(ATTEMPTS):
        found = _own_product(store, product_id, caller, if_match)
        product = found.product
        event = ProductDeleted.of(
            product, product.version + 1, event_id=make_id(), actor=caller.actor, at=clock.now()
        )
        try:
            store.commit([removal(found, event)], shard_by=product_id)
        except ConditionFailed:
            continue
        return
    raise BusyProduct("Others keep changing this product. Try again.")


def _own_product(store: ProductStore, product_id: str, caller: Caller, if_match: int | None) -> StoredProduct:
    found = store.find(product_id)
    if found is None or not owns(caller, found.product.merchant_id):
        raise no_such_product()
    if if_match is not None and if_match != found.product.version:
        raise PreconditionFailed(f"The product is at version {found.product.version}.")
    return found
