"""Telling shoppers what they waited for: an event for each alert, once."""

from itertools import batched, islice

from omnilife.catalogue.events import PriceAlertTriggered
from omnilife.catalogue.models import Product
from omnilife.catalogue.store.alerts import AlertStore, WaitingAlert
from omnilife.catalogue.store.products import ProductStore
from omnilife.core.clock import Clock, system_clock
from omnilife.core.errors import Unavailable
from omnilife.core.events import ReceivedEvent
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed

AT_ONCE = 40
MOST = 10_000
"""Alerts of one try: some 250 transactions. The queue's next try goes on with the rest."""


def trigger_price_alerts(
    event: ReceivedEvent,
    *,
    alerts: AlertStore,
    products: ProductStore,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> int:
    """Trigger the alerts for which the product now is as they wait for; returns how many.

    The event is a hint to look: what counts is the product as it is now, so late, repeated and reordered
    events tell nobody anything twice or wrong.

    Raises:
        Unavailable: more than `MOST` waited: try again.
    """
    product_id = event.data["product_id"]
    product = products.on_sale([product_id]).get(product_id)
    if product is None:
        return 0
    done = 0
    waiting = alerts.waiting(product)
    for batch in batched(islice(waiting, MOST), AT_ONCE, strict=False):
        done += _trigger(batch, product, alerts=alerts, clock=clock, make_id=make_id)
    if next(waiting, None) is not None:
        raise Unavailable("More alerts wait for this product than one try triggers.")
    return done


def _trigger(
    batch: tuple[WaitingAlert, ...], product: Product, *, alerts: AlertStore, clock: Clock, make_id: IdMaker
) -> int:
    """A batch in one transaction, or one by one when somebody changed one of them meanwhile."""
    now = clock.now()
    told = [
        (each, PriceAlertTriggered.of(each.user_id, each.alert, product, event_id=make_id(), at=now))
        for each in batch
    ]
    try:
        alerts.trigger(told, product.price, now)
    except ConditionFailed:
        if len(batch) == 1:
            return 0
        return sum(_trigger((each,), product, alerts=alerts, clock=clock, make_id=make_id) for each in batch)
    return len(batch)
