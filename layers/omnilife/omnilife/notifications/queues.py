"""The queues of this domain. What lies in them has the form of a domain event, so that one reader reads all.

| queue              | type             | data                                    | read by |
|--------------------|------------------|-----------------------------------------|---------|
| NotificationsToRoute | NotificationDue  | notification_id                         | route_notifications |
| TimersToArm        | TimerSet         | notification_id, version, due_at        | arm_timers |
| PortionsToFanOut   | PortionOrdered   | notification_id, start, end             | fan_out |
| EmailsToSend, SmsToSend, PushesToSend | DeliveryOrdered | `models.DeliveryOrder` | deliver_email, … |
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from omnilife.core import aws
from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.config import Settings
from omnilife.core.context import current_correlation_id
from omnilife.core.errors import Unavailable
from omnilife.core.ids import IdMaker, new_id
from omnilife.notifications.models import CHANNELS, DeliveryOrder

MESSAGES_A_CALL = 10
TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchSettings(Settings):
    """The queues of who reads the table's stream."""

    route_queue_url: str
    timer_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSettings(Settings):
    """The queue of who has things decided again."""

    route_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSettings(Settings):
    """The queues of who decides."""

    portion_queue_url: str
    email_queue_url: str
    sms_queue_url: str
    push_queue_url: str


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a recipient list: places in the request's users, or bytes of the list's file."""

    notification_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Queues:
    """Lays messages into queues: all of them, or it says so. `urls`: of those that its user may write to."""

    urls: Mapping[str, str]
    client: Any = None
    clock: Clock = field(default=system_clock, kw_only=True)
    new_id: IdMaker = field(default=new_id, kw_only=True)

    def route(self, notification_ids: Iterable[str]) -> None:
        """Have notifications decided about."""
        self._send(
            "route",
            [("NotificationDue", each, {"notification_id": each}) for each in notification_ids],
        )

    def arm(self, timers: Iterable[Mapping[str, Any]]) -> None:
        """Have timers set: each with its notification_id, version and due_at."""
        self._send(
            "timer",
            [("TimerSet", str(timer["notification_id"]), dict(timer)) for timer in timers],
        )

    def fan_out(self, portions: Iterable[Portion]) -> None:
        """Have a notification made for each user of these portions."""
        self._send(
            "portion",
            [
                (
                    "PortionOrdered",
                    portion.notification_id,
                    {
                        "notification_id": portion.notification_id,
                        "start": portion.start,
                        "end": portion.end,
                    },
                )
                for portion in portions
            ],
        )

    def deliver(self, orders: Sequence[DeliveryOrder]) -> None:
        """Have messages sent, each on its channel."""
        for channel in CHANNELS:
            self._send(
                channel,
                [
                    ("DeliveryOrdered", order.notification_id, order.model_dump(mode="json"))
                    for order in orders
                    if order.channel == channel
                ],
            )

    def _send(self, queue: str, messages: Sequence[tuple[str, str, dict[str, Any]]]) -> None:
        if not messages:
            return
        client = self.client or aws.client("sqs")
        for start in range(0, len(messages), MESSAGES_A_CALL):
            left = [
                {"Id": str(number), "MessageBody": self._envelope(*message)}
                for number, message in enumerate(messages[start : start + MESSAGES_A_CALL])
            ]
            for _ in range(TRIES):
                answer = client.send_message_batch(QueueUrl=self.urls[queue], Entries=left)
                refused = {each["Id"] for each in answer.get("Failed", ())}
                left = [entry for entry in left if entry["Id"] in refused]
                if not left:
                    break
            if left:
                raise Unavailable("A queue does not take messages. Try again shortly.")

    def _envelope(self, kind: str, notification_id: str, data: dict[str, Any]) -> str:
        event = {
            "id": self.new_id(),
            "type": kind,
            "time": rfc3339(self.clock.now()),
            "aggregate": "notification",
            "aggregate_id": notification_id,
            "version": 0,
            "correlation_id": current_correlation_id(),
            "actor": "system:notifications",
            "data": data,
        }
        return json.dumps({"detail": event}, separators=(",", ":"))


def queues_to_dispatch() -> Queues:
    """Those of who reads the table's stream, by the environment."""
    settings = DispatchSettings.from_environment()
    return Queues({"route": settings.route_queue_url, "timer": settings.timer_queue_url})


def queues_to_decide() -> Queues:
    """Those of who decides, by the environment."""
    settings = RouteSettings.from_environment()
    return Queues(
        {
            "portion": settings.portion_queue_url,
            "email": settings.email_queue_url,
            "sms": settings.sms_queue_url,
            "push": settings.push_queue_url,
        }
    )


def queues_to_sweep() -> Queues:
    """Those of who has things decided again, by the environment."""
    return Queues({"route": SweepSettings.from_environment().route_queue_url})
