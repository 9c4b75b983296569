"""What happens in the shop, told to whom it concerns: orders, security, prices.

| event                                  | template             | channels             |
|----------------------------------------|----------------------|----------------------|
| OrderPaid                              | order_confirmation   | mail                 |
| FulfilmentShipped                      | order_shipped        | the cheapest that reaches |
| RefundCompleted                        | order_refunded       | mail                 |
| PriceAlertTriggered                    | price_alert          | the cheapest that reaches |
| EmailRequested: new_device, changed    | security_alert       | push, beside the mail of identity's own |

A notification's id follows from its event's, so that an event that comes again tells nobody again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from omnilife.checkout import OrderStore
from omnilife.core.config import Settings
from omnilife.core.events import ReceivedEvent
from omnilife.core.metrics import count
from omnilife.notifications.create import Creating, NewNotification, create_notification
from omnilife.notifications.ids import derived_id
from omnilife.notifications.models import Category, Channel

MAX_ITEMS = 20
"""That a message lists; of the rest it says how many."""

_CHANGED = {"password": "password", "e-mail address": "email"}

type Said = tuple[str, dict[str, Any], Category, tuple[Channel, ...] | None]
"""Template, data, category, and channels; None: the cheapest that reaches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSettings(Settings):
    public_base_url: str


@dataclass(frozen=True, slots=True)
class Telling:
    """What it takes. `find_order`: checkout's own, None for one that is gone."""

    creating: Creating
    find_order: Callable[[str], Any]
    base_url: str

    @classmethod
    def from_environment(cls) -> Self:
        base_url = ShopSettings.from_environment().public_base_url.rstrip("/")
        return cls(Creating.from_environment(), OrderStore.from_environment().get, base_url)


def tell_of(event: ReceivedEvent, telling: Telling) -> bool:
    """Make the notification that an event calls for; False if it calls for none.

    Raises:
        MissingVariables: a shop's own template takes what its event does not have.
    """
    say = _SAY.get(event.type)
    said = say(event, telling) if say else None
    if said is None:
        return False
    template, data, category, channels = said
    wanted = NewNotification.model_validate(
        {
            "user_id": event.data["user_id"],
            "template": template,
            "data": data,
            "category": category,
            "channels": channels or "auto",
        }
    )
    create_notification(
        wanted,
        telling.creating,
        created_by=f"system:{event.type}",
        notification_id=derived_id("shop", event.id, at=event.time),
    )
    count("EventsTold", event=event.type)
    return True


def _order_paid(event: ReceivedEvent, telling: Telling) -> Said | None:
    order = telling.find_order(event.data["order_id"])
    if order is None:
        return None
    data = {
        "number": order.number,
        "placed_at": order.placed_at.isoformat(),
        "items": [
            {
                "name": line.name[:80],
                "quantity": line.quantity,
                "total": {"amount": line.total, "currency": order.currency},
            }
            for line in order.lines[:MAX_ITEMS]
        ],
        "more": max(0, len(order.lines) - MAX_ITEMS),
        "shipping": {"amount": order.shipping_total, "currency": order.currency},
        "total": {"amount": order.total, "currency": order.currency},
    }
    return "order_confirmation", data, "order", ("email",)


def _shipped(event: ReceivedEvent, telling: Telling) -> Said | None:
    order = telling.find_order(event.data["order_id"])
    if order is None:
        return None
    merchant = event.data["merchant_id"]
    lines = [line for line in order.lines if line.merchant_id == merchant]
    tracking = [each.tracking for each in order.fulfilments if each.merchant_id == merchant and each.tracking]
    data = {
        "number": order.number,
        "items": [{"name": line.name[:80], "quantity": line.quantity} for line in lines[:MAX_ITEMS]],
        "tracking": f"{tracking[0].carrier} {tracking[0].number}" if tracking else "",
    }
    return "order_shipped", data, "order", None


def _refunded(event: ReceivedEvent, telling: Telling) -> Said | None:
    order = telling.find_order(event.data["order_id"])
    if order is None:
        return None
    return "order_refunded", {"number": order.number, "amount": event.data["amount"]}, "order", ("email",)


def _price(event: ReceivedEvent, telling: Telling) -> Said:
    said = event.data
    data = {
        "product": said["name"][:120],
        "price": said["price"],
        "kind": said["kind"],
        "url": f"{telling.base_url}/products/{said['product_id']}",
    }
    return "price_alert", data, "price_alert", None


def _account(event: ReceivedEvent, telling: Telling) -> Said | None:  # noqa: ARG001 (one form for all)
    said = event.data
    at = event.time.isoformat()
    if said["template"] == "new_device":
        device = said["data"].get("user_agent", "")[:120]
        data = {"what": "new_device", "at": at, "address": said["data"].get("address", ""), "device": device}
    elif said["template"] == "changed":
        data = {"what": _CHANGED.get(said["data"].get("what", ""), "other"), "at": at}
    else:
        return None
    return "security_alert", data, "security", ("push",)


_SAY: dict[str, Callable[[ReceivedEvent, Telling], Said | None]] = {
    "OrderPaid": _order_paid,
    "FulfilmentShipped": _shipped,
    "RefundCompleted": _refunded,
    "PriceAlertTriggered": _price,
    "EmailRequested": _account,
}
