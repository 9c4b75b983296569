"""Changing stock, and reading how it changed."""

from omnilife.catalogue.access import no_such_product, owns
from omnilife.catalogue.events import StockAdjusted
from omnilife.catalogue.models import MAX_STOCK
from omnilife.catalogue.problems import BusyProduct, OutOfStock
from omnilife.catalogue.stock import Adjustment, Stock, StockChange, StockEntry, StockEntryPage
from omnilife.catalogue.store.products import ProductStore
from omnilife.catalogue.store.writes import restocking
from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.cursors import CursorCodec
from omnilife.core.errors import FieldError, Invalid
from omnilife.core.idempotency import Idempotency, recall
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed

ATTEMPTS = 8


def adjusted(stock: Stock, change: StockChange) -> Stock:
    """The stock after a change.

    Raises:
        OutOfStock: it would take more than is there and not reserved.
        Invalid: it would become more than a stock holds.
    """
    after = stock.changed(change)
    if after.available < 0:
        raise OutOfStock(stock.product_id, wanted=-change.delta, available=stock.available)
    if after.on_hand > MAX_STOCK:
        raise Invalid(errors=[FieldError("/delta", f"would make more than {MAX_STOCK} units")])
    return after


def adjust_stock(
    store: ProductStore,
    product_id: str,
    adjustment: Adjustment,
    *,
    caller: Caller,
    idempotency: Idempotency | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> StockEntry:
    """Add or take away units, for a reason, and announce it; the answer is the entry that the log gets.

    The product's version, and so its `ETag`, stays. The same idempotency key again gives the first answer.

    Raises:
        NotFound: there is no such product, or it is another merchant's.
        OutOfStock, Invalid: see `adjusted`; nothing was changed.
        IdempotencyConflict: the key was used with another body.
        BusyProduct: others kept changing this stock.
    """
    for _ in range(ATTEMPTS):
        stock = _own_stock(store, product_id, caller)
        now = clock.now()
        if idempotency and (earlier := recall(store.table, idempotency, now)):
            return StockEntry.model_validate(earlier)
        change = StockChange(
            reason=adjustment.reason, actor=caller.actor, at=now, delta=adjustment.delta, note=adjustment.note
        )
        after = adjusted(stock, change)
        entry = StockEntry.of(after)
        event = StockAdjusted.of(after, event_id=make_id())
        try:
            first = store.commit(
                [restocking(stock, after, event)],
                shard_by=product_id,
                idempotency=idempotency,
                reference=entry.model_dump(exclude_none=True),
                now=now,
            )
        except ConditionFailed:
            continue
        return entry if first is None else StockEntry.model_validate(first)
    raise BusyProduct("Others keep changing this stock. Try again.")


def list_stock_changes(
    store: ProductStore,
    product_id: str,
    *,
    caller: Caller,
    cursors: CursorCodec,
    limit: int = 20,
    cursor: str | None = None,
) -> StockEntryPage:
    """The changes of a product's stock, newest first. The log follows a change within about a second.

    Raises:
        NotFound: there is no such product, or it is another merchant's.
        BadCursor: not one of ours, or of another product's log.
    """
    _own_stock(store, product_id, caller)
    query = f"stock:{product_id}"
    before = cursors.read(cursor, bound_to=query) if cursor else None
    entries, more = store.stock_entries(product_id, before_version=before, limit=limit)
    next_cursor = cursors.issue(entries[-1].stock_version, bound_to=query) if more else None
    return StockEntryPage(items=entries, next_cursor=next_cursor)


def _own_stock(store: ProductStore, product_id: str, caller: Caller) -> Stock:
    found = store.find(product_id)
    if found is None or not owns(caller, found.product.merchant_id):
        raise no_such_product()
    return found.stock
