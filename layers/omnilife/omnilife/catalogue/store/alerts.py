"""`AlertStore`: price alerts, and those that wait for a price or for stock of a product."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from omnilife.catalogue.alert_models import MOST_ALERTS, AlertKind, PriceAlert
from omnilife.catalogue.events import PriceAlertTriggered
from omnilife.catalogue.models import Price, Product
from omnilife.catalogue.store.items import price_position, product_key, stock_key
from omnilife.catalogue.store.products import LAST, CatalogueSettings
from omnilife.core import outbox
from omnilife.core.attributes import Item
from omnilife.core.clock import parse_rfc3339, rfc3339
from omnilife.core.conditions import Condition, attribute, exists, missing
from omnilife.core.errors import NOTHING
from omnilife.core.idempotency import transact_once
from omnilife.core.table import Check, ConditionFailed, Delete, Key, Part, Put, Table, Update

if TYPE_CHECKING:
    from omnilife.core.idempotency import Idempotency

PAGE = 100


@dataclass(frozen=True, slots=True)
class WaitingAlert:
    """An armed alert, and whose it is."""

    user_id: str
    alert: PriceAlert


class AlertStore:
    """See this package's docstring for the keys."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(CatalogueSettings.from_environment().catalogue_table))

    def find(self, user_id: str, alert_id: str) -> PriceAlert | None:
        """One alert, strongly consistent. 1 RCU."""
        key = _key(user_id, alert_id)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        return None if item is None else _alert(item)

    def arm(
        self,
        user_id: str,
        alert: PriceAlert,
        product: Product,
        *,
        before: PriceAlert | None,
        idempotency: "Idempotency | None",
    ) -> Mapping[str, Any] | None:
        """Write an armed alert over the one that was there, if the product still is as it was read.

        Of a price the product's version says so, of stock that there still is none: a change that comes in
        between would have announced itself before anybody waited for it. Cost: 8 WCU.

        Returns:
            What the idempotency key's first use left, if this is not it.

        Raises:
            ConditionFailed: of part `count` when the user has `MOST_ALERTS`; any other: read all again.
        """
        parts: list[Part] = [
            Put(_item(user_id, alert, product.price.currency), condition=_follows(before), name="alert"),
            Check(
                product_key(product.product_id),
                condition=attribute("version") == product.version,
                name="product",
            ),
        ]
        if alert.kind == "back_in_stock":
            nothing_there = attribute("available") < 1
            parts.append(Check(stock_key(product.product_id), condition=nothing_there, name="stock"))
        if before is None:
            parts.append(
                Update(
                    _count_key(user_id),
                    set={"entity": "price_alerts"},
                    add={"count": 1},
                    condition=missing("count") | (attribute("count") < MOST_ALERTS),
                    name="count",
                )
            )
        return transact_once(self.table, parts, idem=idempotency, reference=NOTHING, now=alert.created_at)

    def remove(self, user_id: str, alert_id: str) -> bool:
        """Delete an alert; False if there is none. Cost: 4 WCU."""
        try:
            self.table.transact(
                [
                    Delete(_key(user_id, alert_id), condition=exists("pk")),
                    Update(_count_key(user_id), add={"count": -1}),
                ]
            )
        except ConditionFailed:
            return False
        return True

    def all(self, user_id: str) -> list[PriceAlert]:
        """A user's alerts, strongly consistent, newest first. One query."""
        page = self.table.query(
            alerts_partition(user_id), begins_with="ALERT#", limit=MOST_ALERTS, consistent=True
        )
        return sorted(map(_alert, page.items), key=lambda alert: alert.created_at, reverse=True)

    def waiting(self, product: Product) -> Iterator[WaitingAlert]:
        """The alerts that wait for a price that the product has now, or for stock that it has now.

        One query a hundred alerts. The index lags behind by moments; events take longer to get here.
        """
        price = product.price.amount
        yield from self._waiting(product.product_id, "price_drop", (price_position(price), LAST))
        if product.stock_on_hand > 0:
            yield from self._waiting(product.product_id, "back_in_stock", ("0", LAST))

    def trigger(
        self, triggered: Sequence[tuple[WaitingAlert, PriceAlertTriggered]], price: Price, at: datetime
    ) -> None:
        """Take up to 50 alerts off the wait and announce each, all or none. Cost: 4 WCU each.

        Raises:
            ConditionFailed: one of them was changed, deleted or triggered meanwhile.
        """
        parts: list[Part] = []
        for waiting, event in triggered:
            alert = waiting.alert
            parts += [
                Update(
                    _key(waiting.user_id, alert.alert_id),
                    set={
                        "state": "triggered",
                        "triggered_at": rfc3339(at),
                        "triggered_price": price.amount,
                        "revision": alert.revision + 1,
                    },
                    remove=("i1pk", "i1sk"),
                    condition=attribute("revision") == alert.revision,
                ),
                outbox.announce(event, pk=alerts_partition(waiting.user_id)),
            ]
        self.table.transact(parts)

    def _waiting(self, product_id: str, kind: AlertKind, between: tuple[str, str]) -> Iterator[WaitingAlert]:
        after = None
        while True:
            page = self.table.query(
                _waiting_partition(product_id, kind),
                index="index1",
                between=between,
                after=after,
                limit=PAGE,
            )
            for item in page.items:
                yield WaitingAlert(item["pk"].partition("#")[2], _alert(item))
            after = page.last_key
            if after is None:
                return


def alerts_partition(user_id: str) -> str:
    return f"ALERTS#{user_id}"


def _waiting_partition(product_id: str, kind: AlertKind) -> str:
    return f"WAITING#{product_id}#{kind}"


def _key(user_id: str, alert_id: str) -> Key:
    return {"pk": alerts_partition(user_id), "sk": f"ALERT#{alert_id}"}


def _count_key(user_id: str) -> Key:
    return {"pk": alerts_partition(user_id), "sk": "ALERTS"}


def _follows(before: PriceAlert | None) -> Condition:
    return missing("pk") if before is None else attribute("revision") == before.revision


def _item(user_id: str, alert: PriceAlert, currency: str) -> Item:
    target = alert.target_price
    item = {
        **_key(user_id, alert.alert_id),
        "entity": "price_alerts",
        "alert_id": alert.alert_id,
        "product_id": alert.product_id,
        "kind": alert.kind,
        "state": alert.state,
        "created_at": rfc3339(alert.created_at),
        "revision": alert.revision,
        "currency": currency,
        "i1pk": _waiting_partition(alert.product_id, alert.kind),
        "i1sk": price_position(target.amount if target else 0, user_id),
    }
    return item | ({"target": target.amount} if target else {})


def _alert(item: Item) -> PriceAlert:
    def price(name: str) -> Price | None:
        return Price(amount=item[name], currency=item["currency"]) if name in item else None

    return PriceAlert(
        alert_id=item["alert_id"],
        product_id=item["product_id"],
        kind=item["kind"],
        target_price=price("target"),
        state=item["state"],
        created_at=parse_rfc3339(item["created_at"]),
        triggered_at=parse_rfc3339(item["triggered_at"]) if "triggered_at" in item else None,
        triggered_price=price("triggered_price"),
        revision=item["revision"],
    )
