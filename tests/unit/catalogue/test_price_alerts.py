"""Price alerts: setting them, and being told once."""

from dataclasses import dataclass
from typing import Any

import pytest

from omnilife.catalogue import (
    AlertStore,
    BusyProduct,
    ListFull,
    NewPriceAlert,
    PriceAlert,
    WrongCurrency,
    delete_price_alert,
    list_price_alerts,
    set_price_alert,
    trigger_price_alerts,
)
from omnilife.catalogue.store.people import held_by_catalogue
from omnilife.core.errors import IdempotencyConflict, Invalid, NotFound, Unavailable
from omnilife.core.events import ReceivedEvent
from omnilife.core.idempotency import Idempotency
from omnilife.core.personal_data import Person
from omnilife.core.table import ConditionFailed
from tests.unit.catalogue.shop import Shop, once


@dataclass
class Watch:
    """Shoppers who wait for something in a shop."""

    shop: Shop

    @property
    def store(self) -> AlertStore:
        return AlertStore(self.shop.table)

    def set(
        self,
        product_id: str,
        target: int | None = None,
        *,
        kind: str = "price_drop",
        user: str = "user-1",
        currency: str = "USD",
        idem: Idempotency | None = None,
    ) -> PriceAlert:
        new: dict[str, Any] = {"product_id": product_id, "kind": kind}
        if target is not None:
            new["target_price"] = {"amount": target, "currency": currency}
        return set_price_alert(
            self.store,
            self.shop.store,
            NewPriceAlert.model_validate(new),
            user_id=user,
            idempotency=idem,
            clock=self.shop.clock,
        )

    def all(self, user: str = "user-1") -> list[PriceAlert]:
        return list_price_alerts(self.store, self.shop.store, user_id=user).items

    def states(self, user: str = "user-1") -> dict[str, str]:
        return {alert.alert_id: alert.state for alert in self.all(user)}

    def hear_of(self, product_id: str) -> int:
        """What the queue's consumer does with an event about the product."""
        event = ReceivedEvent.model_validate(
            {
                "id": "event",
                "type": "PriceDropped",
                "time": self.shop.clock.now(),
                "aggregate": "product",
                "aggregate_id": product_id,
                "version": 2,
                "actor": "user:merchant-1",
                "data": {"product_id": product_id},
            }
        )
        return trigger_price_alerts(
            event,
            alerts=self.store,
            products=self.shop.store,
            clock=self.shop.clock,
            make_id=self.shop.ids,
        )

    def told(self) -> list[dict[str, Any]]:
        return [event["data"] for event in self.shop.events() if event["type"] == "PriceAlertTriggered"]


@pytest.fixture
def watch(shop: Shop) -> Watch:
    return Watch(shop)


def cheaper(shop: Shop, product_id: str, amount: int) -> None:
    shop.edit(product_id, {"price": {"amount": amount}})


# -- setting


def test_an_alert_waits_for_its_target(shop: Shop, watch: Watch):
    lamp = shop.create()
    alert = watch.set(lamp.product_id, 4000)
    assert (alert.state, alert.target_price.amount, alert.product) == ("armed", 4000, lamp)
    assert watch.all() == [alert]


def test_without_a_target_any_lower_price_will_do(shop: Shop, watch: Watch):
    lamp = shop.create()
    assert watch.set(lamp.product_id).target_price.amount == 4899


@pytest.mark.parametrize("target", [4900, 4901])
def test_a_target_that_is_reached_already_is_refused(shop: Shop, watch: Watch, target: int):
    lamp = shop.create()
    with pytest.raises(Invalid) as refused:
        watch.set(lamp.product_id, target)
    assert [error.pointer for error in refused.value.errors] == ["/target_price"]
    assert watch.all() == []


def test_a_target_is_in_the_products_currency(shop: Shop, watch: Watch):
    lamp = shop.create()
    with pytest.raises(WrongCurrency):
        watch.set(lamp.product_id, 10, currency="EUR")


def test_a_free_product_cannot_get_cheaper(shop: Shop, watch: Watch):
    gift = shop.create(price={"amount": 0, "currency": "USD"})
    with pytest.raises(Invalid):
        watch.set(gift.product_id)


def test_only_what_is_sold_out_can_come_back(shop: Shop, watch: Watch):
    lamp = shop.create()
    with pytest.raises(Invalid) as refused:
        watch.set(lamp.product_id, kind="back_in_stock")
    assert [error.pointer for error in refused.value.errors] == ["/kind"]
    shop.adjust(lamp.product_id, -5)
    assert watch.set(lamp.product_id, kind="back_in_stock").target_price is None


def test_back_in_stock_takes_no_target(shop: Shop, watch: Watch):
    lamp = shop.create(stock_on_hand=0)
    with pytest.raises(Invalid) as refused:
        watch.set(lamp.product_id, 10, kind="back_in_stock")
    assert [error.pointer for error in refused.value.errors] == ["/target_price"]


def test_what_is_not_on_sale_cannot_be_waited_for(shop: Shop, watch: Watch):
    draft = shop.create(status="draft")
    for product_id in (draft.product_id, "unknown"):
        with pytest.raises(NotFound):
            watch.set(product_id, 10)


def test_an_alert_is_set_anew_in_its_place(shop: Shop, watch: Watch):
    lamp = shop.create()
    watch.set(lamp.product_id, 4000)
    watch.set(lamp.product_id, 3000)
    assert [alert.target_price.amount for alert in watch.all()] == [3000]
    assert [row["count"] for row in shop.items("price_alerts") if row["sk"] == "ALERTS"] == [1]


def test_a_user_has_a_limited_number_of_alerts(shop: Shop, watch: Watch, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("omnilife.catalogue.store.alerts.MOST_ALERTS", 1)
    one, other = shop.fill(2)
    watch.set(one.product_id, 10)
    with pytest.raises(ListFull):
        watch.set(other.product_id, 10)
    delete_price_alert(watch.store, user_id="user-1", alert_id=watch.all()[0].alert_id)
    watch.set(other.product_id, 10)
    assert [alert.product_id for alert in watch.all()] == [other.product_id]


def test_the_same_key_sets_an_alert_once(shop: Shop, watch: Watch):
    lamp = shop.create()
    first = watch.set(lamp.product_id, 4000, idem=once("k"))
    cheaper(shop, lamp.product_id, 3999)
    watch.hear_of(lamp.product_id)
    again = watch.set(lamp.product_id, 4000, idem=once("k"))
    assert (again.alert_id, again.state) == (first.alert_id, "triggered")
    with pytest.raises(IdempotencyConflict):
        watch.set(lamp.product_id, 1, idem=once("k", "other"))


def test_a_key_whose_alert_was_deleted_does_not_set_it_again(shop: Shop, watch: Watch):
    lamp = shop.create()
    alert = watch.set(lamp.product_id, 4000, idem=once("k"))
    delete_price_alert(watch.store, user_id="user-1", alert_id=alert.alert_id)
    with pytest.raises(NotFound):
        watch.set(lamp.product_id, 4000, idem=once("k"))
    assert watch.all() == []


def test_two_requests_with_one_key_at_one_instant_set_one_alert(
    shop: Shop, watch: Watch, monkeypatch: pytest.MonkeyPatch
):
    lamp = shop.create()
    arm = AlertStore.arm

    def late(store: AlertStore, *arguments: Any, **more: Any) -> Any:
        monkeypatch.setattr(AlertStore, "arm", arm)
        arm(store, *arguments, **more)
        return arm(store, *arguments, **more)

    monkeypatch.setattr(AlertStore, "arm", late)
    alert = watch.set(lamp.product_id, 4000, idem=once("k"))
    assert (alert.revision, len(watch.all())) == (1, 1)


def test_a_price_that_falls_while_an_alert_is_set_is_seen(
    shop: Shop, watch: Watch, monkeypatch: pytest.MonkeyPatch
):
    lamp = shop.create()
    arm = AlertStore.arm

    def late(store: AlertStore, *arguments: Any, **more: Any) -> Any:
        monkeypatch.setattr(AlertStore, "arm", arm)
        cheaper(shop, lamp.product_id, 3000)
        return arm(store, *arguments, **more)

    monkeypatch.setattr(AlertStore, "arm", late)
    with pytest.raises(Invalid):
        watch.set(lamp.product_id, 4000)
    assert watch.all() == []


def test_stock_that_comes_while_an_alert_is_set_is_seen(
    shop: Shop, watch: Watch, monkeypatch: pytest.MonkeyPatch
):
    lamp = shop.create(stock_on_hand=0)
    arm = AlertStore.arm

    def late(store: AlertStore, *arguments: Any, **more: Any) -> Any:
        monkeypatch.setattr(AlertStore, "arm", arm)
        shop.adjust(lamp.product_id, 1)
        return arm(store, *arguments, **more)

    monkeypatch.setattr(AlertStore, "arm", late)
    with pytest.raises(Invalid):
        watch.set(lamp.product_id, kind="back_in_stock")


def test_a_product_that_never_rests_is_given_up(shop: Shop, watch: Watch, monkeypatch: pytest.MonkeyPatch):
    lamp = shop.create()

    def refuse(*_: Any, **__: Any) -> Any:
        raise ConditionFailed("product", None)

    monkeypatch.setattr(AlertStore, "arm", refuse)
    with pytest.raises(BusyProduct):
        watch.set(lamp.product_id, 4000)


def test_deleting_what_is_not_there_says_so(shop: Shop, watch: Watch):
    lamp = shop.create()
    alert = watch.set(lamp.product_id, 4000)
    with pytest.raises(NotFound):
        delete_price_alert(watch.store, user_id="user-2", alert_id=alert.alert_id)
    delete_price_alert(watch.store, user_id="user-1", alert_id=alert.alert_id)
    with pytest.raises(NotFound):
        delete_price_alert(watch.store, user_id="user-1", alert_id=alert.alert_id)


# -- being told


def test_who_waited_for_a_price_is_told_once_it_has_come(shop: Shop, watch: Watch):
    lamp = shop.create()
    patient = watch.set(lamp.product_id, 3000)
    eager = watch.set(lamp.product_id, 4000, user="user-2")
    cheaper(shop, lamp.product_id, 4000)
    assert watch.hear_of(lamp.product_id) == 1
    assert watch.told() == [
        {
            "alert_id": eager.alert_id,
            "user_id": "user-2",
            "product_id": lamp.product_id,
            "name": "Brass lamp",
            "kind": "price_drop",
            "price": {"amount": 4000, "currency": "USD"},
            "target_price": {"amount": 4000, "currency": "USD"},
        }
    ]
    (triggered,) = watch.all("user-2")
    assert (triggered.state, triggered.triggered_at) == ("triggered", shop.clock.now())
    assert triggered.triggered_price.amount == 4000
    assert watch.states() == {patient.alert_id: "armed"}


def test_an_event_that_comes_again_tells_nobody_twice(shop: Shop, watch: Watch):
    lamp = shop.create()
    watch.set(lamp.product_id, 4000)
    cheaper(shop, lamp.product_id, 100)
    assert [watch.hear_of(lamp.product_id) for _ in range(3)] == [1, 0, 0]
    assert len(watch.told()) == 1


def test_a_price_that_has_risen_again_tells_nobody(shop: Shop, watch: Watch):
    lamp = shop.create()
    watch.set(lamp.product_id, 4000)
    cheaper(shop, lamp.product_id, 100)
    shop.edit(lamp.product_id, {"price": {"amount": 4900}})
    assert watch.hear_of(lamp.product_id) == 0
    assert set(watch.states().values()) == {"armed"}


def test_who_waited_for_stock_is_told_when_it_has_come(shop: Shop, watch: Watch):
    lamp = shop.create(stock_on_hand=0)
    watch.set(lamp.product_id, kind="back_in_stock")
    assert watch.hear_of(lamp.product_id) == 0
    shop.adjust(lamp.product_id, 3)
    assert watch.hear_of(lamp.product_id) == 1
    assert [data["kind"] for data in watch.told()] == ["back_in_stock"]


def test_a_triggered_alert_can_be_set_again(shop: Shop, watch: Watch):
    lamp = shop.create()
    watch.set(lamp.product_id, 4000)
    cheaper(shop, lamp.product_id, 4000)
    watch.hear_of(lamp.product_id)
    watch.set(lamp.product_id, 3000)
    assert set(watch.states().values()) == {"armed"}
    cheaper(shop, lamp.product_id, 2999)
    assert watch.hear_of(lamp.product_id) == 1
    assert len(watch.told()) == 2


@pytest.mark.parametrize("end", ["delete", "archive"])
def test_nobody_is_told_of_what_is_not_on_sale(shop: Shop, watch: Watch, end: str):
    lamp = shop.create()
    watch.set(lamp.product_id, 4000)
    cheaper(shop, lamp.product_id, 100)
    if end == "delete":
        shop.delete(lamp.product_id)
    else:
        shop.edit(lamp.product_id, {"status": "archived"})
    assert watch.hear_of(lamp.product_id) == 0
    assert watch.told() == []


def test_an_alert_that_is_deleted_meanwhile_holds_up_no_other(
    shop: Shop, watch: Watch, monkeypatch: pytest.MonkeyPatch
):
    lamp = shop.create()
    for number in range(3):
        watch.set(lamp.product_id, 4000, user=f"user-{number}")
    cheaper(shop, lamp.product_id, 100)
    trigger = AlertStore.trigger

    def late(store: AlertStore, *arguments: Any) -> None:
        if watch.states("user-1"):
            delete_price_alert(store, user_id="user-1", alert_id=f"{lamp.product_id}.price_drop")
        trigger(store, *arguments)

    monkeypatch.setattr(AlertStore, "trigger", late)
    assert watch.hear_of(lamp.product_id) == 2
    assert {data["user_id"] for data in watch.told()} == {"user-0", "user-2"}


def test_what_one_try_does_not_manage_the_next_one_does(
    shop: Shop, watch: Watch, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("omnilife.catalogue.trigger_alerts.MOST", 2)
    monkeypatch.setattr("omnilife.catalogue.store.alerts.PAGE", 1)
    lamp = shop.create()
    for number in range(3):
        watch.set(lamp.product_id, 4000, user=f"user-{number}")
    cheaper(shop, lamp.product_id, 100)
    with pytest.raises(Unavailable):
        watch.hear_of(lamp.product_id)
    assert len(watch.told()) == 2
    watch.hear_of(lamp.product_id)
    assert {data["user_id"] for data in watch.told()} == {"user-0", "user-1", "user-2"}


def test_an_erasure_leaves_no_alert_and_nobody_is_told_afterwards(shop: Shop, watch: Watch):
    lamp = shop.create()
    watch.set(lamp.product_id, 4000)
    held = held_by_catalogue(shop.table)
    told = held.export(Person("user-1"), None).records
    assert {"entity": "price_alerts", "target": 4000}.items() <= told[0].items()
    assert held.erase(Person("user-1")).finished
    cheaper(shop, lamp.product_id, 100)
    assert watch.hear_of(lamp.product_id) == 0
    assert shop.items("price_alerts") == []
