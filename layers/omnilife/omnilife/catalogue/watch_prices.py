"""A shopper's price alerts: setting, listing and deleting them."""

from omnilife.catalogue.access import no_such_product
from omnilife.catalogue.alert_models import MOST_ALERTS, NewPriceAlert, PriceAlert, PriceAlertList
from omnilife.catalogue.models import Price, Product
from omnilife.catalogue.prices import check_same_currency
from omnilife.catalogue.problems import BusyProduct, ListFull
from omnilife.catalogue.store.alerts import AlertStore
from omnilife.catalogue.store.products import ProductStore
from omnilife.core.clock import Clock, system_clock
from omnilife.core.errors import FieldError, Invalid, NotFound
from omnilife.core.idempotency import Idempotency, recall
from omnilife.core.table import ConditionFailed

ATTEMPTS = 8


def set_price_alert(
    alerts: AlertStore,
    products: ProductStore,
    new: NewPriceAlert,
    *,
    user_id: str,
    idempotency: Idempotency | None = None,
    clock: Clock = system_clock,
) -> PriceAlert:
    """Arm an alert; one for the same product and kind is set anew. It is told once.

    Raises:
        NotFound: nothing of that id is on sale, or the key was used and its alert has been deleted.
        Invalid: what is waited for is so already, or a target price with `back_in_stock`.
        WrongCurrency: the target is in another currency than the product.
        ListFull: the user has `MOST_ALERTS`.
        IdempotencyConflict: the key was used with another body.
        BusyProduct: others kept changing the product.
    """
    alert_id = PriceAlert.id_of(new.product_id, new.kind)
    for _ in range(ATTEMPTS):
        now = clock.now()
        before = alerts.find(user_id, alert_id)
        product = products.on_sale([new.product_id]).get(new.product_id)
        if before and idempotency and recall(alerts.table, idempotency, now) is not None:
            return before.model_copy(update={"product": product})
        if product is None:
            raise no_such_product()
        alert = PriceAlert(
            alert_id=alert_id,
            product_id=new.product_id,
            kind=new.kind,
            target_price=_target(new, product),
            created_at=now,
            revision=before.revision + 1 if before else 1,
        )
        try:
            first = alerts.arm(user_id, alert, product, before=before, idempotency=idempotency)
        except ConditionFailed as failed:
            if failed.part == "count":
                raise ListFull(f"A user has {MOST_ALERTS} price alerts.") from failed
            continue
        if first is None:
            return alert.model_copy(update={"product": product})
        if alerts.find(user_id, alert_id) is None:
            raise NotFound("The alert that this key set has been deleted.")
    raise BusyProduct("Others keep changing this product. Try again.")


def list_price_alerts(alerts: AlertStore, products: ProductStore, *, user_id: str) -> PriceAlertList:
    """All alerts of a user, newest first, with the products as they are now. One query, two BatchGets."""
    found = alerts.all(user_id)
    on_sale = products.on_sale(alert.product_id for alert in found)
    items = [alert.model_copy(update={"product": on_sale.get(alert.product_id)}) for alert in found]
    return PriceAlertList(items=items)


def delete_price_alert(alerts: AlertStore, *, user_id: str, alert_id: str) -> None:
    """Delete an alert.

    Raises:
        NotFound: the user has no such alert.
    """
    if not alerts.remove(user_id, alert_id):
        raise NotFound("There is no such price alert.")


def _target(new: NewPriceAlert, product: Product) -> Price | None:
    """The highest price that triggers the alert: not the price that the product has now."""
    if new.kind == "back_in_stock":
        if new.target_price is not None:
            raise Invalid(errors=[FieldError("/target_price", "is for price_drop only")])
        if product.stock_on_hand > 0:
            raise Invalid("The product is in stock.", errors=[FieldError("/kind", "is in stock now")])
        return None
    if new.target_price is None:
        if product.price.amount == 0:
            raise Invalid("The product is free.", errors=[FieldError("/kind", "cannot get cheaper")])
        return Price(amount=product.price.amount - 1, currency=product.price.currency)
    check_same_currency("/target_price", new.target_price, product.price)
    if new.target_price.amount >= product.price.amount:
        raise Invalid(errors=[FieldError("/target_price", "is not below the price now")])
    return new.target_price
