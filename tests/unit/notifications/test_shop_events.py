"""What happens in the shop is told once, to whom it concerns, in words that can be sent."""

import pytest

from omnilife.checkout.order_models import Fulfilment, Order, OrderLine, Payment, Tracking
from omnilife.checkout.pricing_models import SpentPoints
from omnilife.core.events import ReceivedEvent
from omnilife.core.money import Money
from omnilife.notifications.models import CHANNELS
from omnilife.notifications.rendering import render
from omnilife.notifications.shop_events import MAX_ITEMS, Telling, tell_of

AT = "2026-11-24T20:29:00Z"
EUR = {"currency": "EUR"}


def line(number: int, merchant: str = "m1") -> OrderLine:
    return OrderLine(
        line_id=str(number),
        product_id=f"p{number}",
        merchant_id=merchant,
        sku="s",
        name=f"Lamp {number}" + "x" * 200,
        category=[],
        tax_class="standard",
        quantity=2,
        unit_price=Money(amount=500, **EUR),
        subtotal=1_000,
        total=1_000,
    )


def an_order(lines: int = 2) -> Order:
    return Order.model_validate(
        {
            "order_id": "o1",
            "number": "OL-1042",
            "user_id": "user-1",
            "currency": "EUR",
            "lines": [line(1), *(line(number, "m2") for number in range(2, lines + 1))],
            "shipping": [],
            "coupons": [],
            "points": SpentPoints(worth=Money.zero("EUR")),
            "subtotal": 2_000,
            "discount": 0,
            "shipping_total": 490,
            "tax": 0,
            "tax_included": False,
            "total": 2_490,
            "address": None,
            "fulfilments": [
                Fulfilment(merchant_id="m1", line_ids=["1"], tracking=Tracking(carrier="DHL", number="0034"))
            ],
            "payment": Payment(payment_id="pay"),
            "reserved_until": AT,
            "placed_at": AT,
            "updated_at": AT,
        }
    )


@pytest.fixture
def telling(house):
    return Telling(house.creating, {"o1": an_order()}.get, "https://shop.example")


def event(type_: str, event_id: str = "e1", /, **data) -> ReceivedEvent:
    return ReceivedEvent.model_validate(
        {
            "id": event_id,
            "type": type_,
            "time": AT,
            "aggregate": "x",
            "aggregate_id": "x",
            "version": 1,
            "correlation_id": "c",
            "actor": "system:tests",
            "data": {"user_id": "user-1", **data},
        }
    )


EVENTS = {
    "order_confirmation": event("OrderPaid", order_id="o1"),
    "order_shipped": event("FulfilmentShipped", order_id="o1", merchant_id="m1"),
    "order_refunded": event("RefundCompleted", order_id="o1", amount={"amount": 990, **EUR}),
    "price_alert": event(
        "PriceAlertTriggered", product_id="p1", name="Lamp", kind="price_drop", price={"amount": 990, **EUR}
    ),
    "security_alert": event(
        "EmailRequested", template="new_device", data={"address": "203.0.113.7", "user_agent": "Firefox"}
    ),
}


def told(house):
    page = house.notes.table.query("USER#user-1", index="index1", limit=50)
    return [house.note(item["notification_id"]) for item in page.items]


@pytest.mark.parametrize("template", sorted(EVENTS))
def test_each_event_is_told_once_however_often_it_comes(house, telling, template):
    assert tell_of(EVENTS[template], telling)
    assert tell_of(EVENTS[template], telling)
    [note] = told(house)
    assert (note.template, note.user_id) == (template, "user-1")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("template", sorted(EVENTS))
def test_what_an_event_has_is_all_that_its_template_takes(house, telling, template, channel):
    tell_of(EVENTS[template], telling)
    [note] = told(house)
    assert render(template, note.template_version, "en", channel, note.data).text


def test_an_order_is_confirmed_with_its_lines_and_its_total(house, telling):
    tell_of(EVENTS["order_confirmation"], telling)
    [note] = told(house)
    text = render("order_confirmation", 1, "en", "email", note.data).text
    assert "OL-1042" in text
    assert "2 × Lamp 1" in text
    assert "Total: €24.90" in text
    assert note.channels == ("email",)


def test_an_order_of_many_lines_says_how_many_more(house, telling):
    object.__setattr__(telling, "find_order", lambda _: an_order(MAX_ITEMS + 5))
    tell_of(EVENTS["order_confirmation"], telling)
    [note] = told(house)
    assert len(note.data["items"]) == MAX_ITEMS
    assert "and 5 more" in render("order_confirmation", 1, "en", "email", note.data).text


def test_a_shipment_is_of_one_merchants_lines_with_its_tracking(house, telling):
    tell_of(EVENTS["order_shipped"], telling)
    [note] = told(house)
    assert [item["quantity"] for item in note.data["items"]] == [2]
    assert note.data["tracking"] == "DHL 0034"


def test_a_shipment_without_tracking_says_nothing_of_it(house, telling):
    tell_of(event("FulfilmentShipped", order_id="o1", merchant_id="m2"), telling)
    [note] = told(house)
    assert "Tracking" not in render("order_shipped", 1, "en", "email", note.data).text


@pytest.mark.parametrize(
    ("what", "told_as"), [("password", "password"), ("e-mail address", "email"), ("x", "other")]
)
def test_a_changed_credential_is_told_by_push_beside_identitys_mail(house, telling, what, told_as):
    tell_of(event("EmailRequested", template="changed", data={"what": what}), telling)
    [note] = told(house)
    assert (note.data["what"], note.category, note.channels) == (told_as, "security", ("push",))


def test_a_product_that_is_back_says_so(house, telling):
    said = {"product_id": "p1", "name": "Lamp", "kind": "back_in_stock", "price": {"amount": 1, **EUR}}
    tell_of(event("PriceAlertTriggered", **said), telling)
    [note] = told(house)
    assert render("price_alert", 1, "en", "email", note.data).subject == "Lamp is back"


@pytest.mark.parametrize("kind", ["OrderPaid", "FulfilmentShipped", "RefundCompleted"])
def test_an_order_that_is_gone_is_not_told_of(house, telling, kind):
    assert not tell_of(event(kind, order_id="o9", merchant_id="m", amount={}), telling)
    assert told(house) == []


def test_what_concerns_nobody_is_told_to_nobody(house, telling):
    assert not tell_of(event("EmailRequested", template="verify", data={}), telling)
    assert not tell_of(event("StockAdjusted"), telling)
    assert told(house) == []
