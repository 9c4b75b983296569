"""Creating a product."""

from omnilife.catalogue.access import acting_merchant
from omnilife.catalogue.events import ProductChanged
from omnilife.catalogue.models import EDITABLE, NewProduct, Product
from omnilife.catalogue.prices import check_currency
from omnilife.catalogue.problems import SkuTaken
from omnilife.catalogue.stock import Stock, StockChange
from omnilife.catalogue.store.products import ProductStore
from omnilife.catalogue.store.writes import creation
from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.errors import NotFound
from omnilife.core.idempotency import Idempotency
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed


def create_product(
    store: ProductStore,
    new: NewProduct,
    *,
    caller: Caller,
    currency: str,
    idempotency: Idempotency | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> Product:
    """Put a product into the shop, with its first stock, and announce it.

    The same idempotency key again answers with the product as it is by then.

    Args:
        currency: the shop's; a price in another one is refused.

    Raises:
        Forbidden: a merchant named another one.
        WrongCurrency: a price is not in `currency`.
        SkuTaken: the merchant has another product with this SKU.
        IdempotencyConflict: the key was used with another body.
        NotFound: the key was used, and its product has been deleted since.
    """
    merchant_id = acting_merchant(caller, new.merchant_id)
    check_currency(new, currency)
    now = clock.now()
    product_id = make_id()
    product = Product(
        **{name: getattr(new, name) for name in EDITABLE},
        product_id=product_id,
        merchant_id=merchant_id,
        stock_on_hand=new.stock_on_hand,
        version=1,
        created_at=now,
        updated_at=now,
    )
    origin = StockChange(reason="initial", actor=caller.actor, at=now, delta=new.stock_on_hand)
    stock = Stock(product_id=product_id, on_hand=new.stock_on_hand, version=1, last_change=origin)
    event = ProductChanged.of(product, EDITABLE, event_id=make_id(), actor=caller.actor)
    try:
        first = store.commit(
            [creation(product, stock, event)],
            shard_by=product_id,
            idempotency=idempotency,
            reference={"product_id": product_id},
            now=now,
        )
    except ConditionFailed as failed:
        raise SkuTaken(new.sku) from failed
    if first is not None:
        return _created_before(store, str(first["product_id"]))
    return product


def _created_before(store: ProductStore, product_id: str) -> Product:
    found = store.find(product_id)
    if found is None:
        raise NotFound("The product that this key created has been deleted.")
    return found.product
