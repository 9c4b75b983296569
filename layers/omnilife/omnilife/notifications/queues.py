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
from typing import Any, Self

from omnilife.core import aws
from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.config import Settings
from omnilife.core.context import current_correlation_id
from omnilife.core.errors import Unavailable
from omnilife.core.ids import IdMaker, new_id
from omnilife.notifications.models import Channel, DeliveryOrder

MESSAGES_A_CALL = 10
TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings(Settings):
    """Addresses. A function has those that it writes to; without one, laying something there is an error."""

    route_queue_url: str = ""
    timer_queue_url: str = ""
    portion_queue_url: str = ""
    email_queue_url: str = ""
    sms_queue_url: str = ""
    push_queue_url: str = ""


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a recipient list: places in the request's users, or bytes of the list's file."""

    notification_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Queues:
    """Lays messages into queues: all of them, or it says so."""

    urls: QueueSettings
    client: Any = None
    clock: Clock = field(default=system_clock, kw_only=True)
    new_id: IdMaker = field(default=new_id, kw_only=True)

    @classmethod
    def from_environment(cls) -> Self:
        return cls(QueueSettings.from_environment())

    def route(self, notification_ids: Iterable[str]) -> None:
        """Have notifications decided about."""
        self._send(
            self.urls.route_queue_url,
            [("NotificationDue", each, {"notification_id": each}) for each in notification_ids],
        )

    def arm(self, timers: Iterable[Mapping[str, Any]]) -> None:
        """Have timers set: each with its notification_id, version and due_at."""
        self._send(
            self.urls.timer_queue_url,
            [("TimerSet", str(timer["notification_id"]), dict(timer)) for timer in timers],
        )

    def fan_out(self, portions: Iterable[Portion]) -> None:
        """Have a notification made for each user of these portions."""
        self._send(
            self.urls.portion_queue_url,
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
        urls: Mapping[Channel, str] = {
            "email": self.urls.email_queue_url,
            "sms": self.urls.sms_queue_url,
            "push": self.urls.push_queue_url,
        }
        for channel, url in urls.items():
            self._send(
                url,
                [
                    ("DeliveryOrdered", order.notification_id, order.model_dump(mode="json"))
                    for order in orders
                    if order.channel == channel
                ],
            )

    def _send(self, url: str, messages: Sequence[tuple[str, str, dict[str, Any]]]) -> None:
        if not messages:
            return
        client = self.client or aws.client("sqs")
        for start in range(0, len(messages), MESSAGES_A_CALL):
            left = [
                {"Id": str(number), "MessageBody": self._envelope(*message)}
                for number, message in enumerate(messages[start : start + MESSAGES_A_CALL])
            ]
            for _ in range(TRIES):
                answer = client.send_message_batch(QueueUrl=url, Entries=left)
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
