"""Dead letters of notifications: looked at with their reasons, and sent again, all of them or some.

What is sent again is laid into its queue first and removed from the dead letters then: who dies between the
two leaves it in both. It is told once all the same: whoever delivers claims a message first, and a
notification that was decided about is not decided about again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from omnilife.core import aws
from omnilife.core.config import Settings
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.notifications.models import DeliveryOrder
from omnilife.notifications.store_deliveries import DeliveryStore

QueueName = Literal["email", "sms", "push", "route", "portion"]

AT_ONCE = 10
HIDDEN_S = 60
"""Longer than a run may take: no other run sees what this one holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedriveSettings(Settings):
    """Each queue and its dead letters, by address."""

    email_queue_url: str
    email_letters_url: str
    sms_queue_url: str
    sms_letters_url: str
    push_queue_url: str
    push_letters_url: str
    route_queue_url: str
    route_letters_url: str
    portion_queue_url: str
    portion_letters_url: str


class RedriveOrder(BaseModel):
    """What to do, by hand.

    Attributes:
        send: False only lists them.
        message_ids: only these; all of them if it is left out.
        most: how many letters are looked at.
    """

    model_config = ConfigDict(extra="forbid")

    queue: QueueName
    send: bool = False
    message_ids: list[str] | None = Field(default=None, max_length=1_000)
    most: int = Field(default=100, ge=1, le=1_000)


class Letter(BaseModel):
    """A dead letter. `reason`: of its last try, as far as the delivery log has one."""

    message_id: str
    type: str
    notification_id: str
    receives: int
    reason: str


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Queues with their dead letters, and the log that knows why."""

    urls: Mapping[str, tuple[str, str]]
    deliveries: DeliveryStore
    client: Any = None

    @classmethod
    def from_environment(cls) -> Self:
        told = RedriveSettings.from_environment()
        return cls(
            {
                "email": (told.email_queue_url, told.email_letters_url),
                "sms": (told.sms_queue_url, told.sms_letters_url),
                "push": (told.push_queue_url, told.push_letters_url),
                "route": (told.route_queue_url, told.route_letters_url),
                "portion": (told.portion_queue_url, told.portion_letters_url),
            },
            DeliveryStore.from_environment(),
        )

    def redrive(self, order: RedriveOrder) -> dict[str, Any]:
        """List dead letters or send them again; says which, and how many were sent."""
        queue, letters = self.urls[order.queue]
        sqs = self.client or aws.client("sqs")
        seen: list[Letter] = []
        left: list[Mapping[str, Any]] = []
        sent = 0
        for message in _receive(sqs, letters, order.most):
            letter = self._read(message)
            seen.append(letter)
            wanted = order.message_ids is None or letter.message_id in order.message_ids
            if not (order.send and wanted):
                left.append(message)
                continue
            sqs.send_message(QueueUrl=queue, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=letters, ReceiptHandle=message["ReceiptHandle"])
            sent += 1
        for message in left:  # only now: a letter that is shown at once would be received again
            sqs.change_message_visibility(
                QueueUrl=letters, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
        if sent:
            logger.info("dead letters were sent again", extra={"queue": order.queue, "sent": sent})
            count("LettersRedriven", sent, queue=order.queue)
        return {"sent": sent, "letters": [each.model_dump() for each in seen]}

    def _read(self, message: Mapping[str, Any]) -> Letter:
        try:
            event = json.loads(message["Body"])["detail"]
            kind, about = str(event["type"]), str(event["aggregate_id"])
        except (ValueError, KeyError, TypeError):
            event, kind, about = {}, "unreadable", ""
        return Letter(
            message_id=message["MessageId"],
            type=kind,
            notification_id=about,
            receives=int(message.get("Attributes", {}).get("ApproximateReceiveCount", 0)),
            reason=self._reason(event),
        )

    def _reason(self, event: Mapping[str, Any]) -> str:
        try:
            order = DeliveryOrder.model_validate(event.get("data"))
        except ValidationError:
            return "see the log"
        for delivery in self.deliveries.of(order.user_id, order.notification_id):
            if delivery.channel == order.channel:
                return delivery.reason or delivery.state
        return "never claimed"


def _receive(sqs: Any, url: str, most: int) -> Iterator[Mapping[str, Any]]:
    """Up to `most` messages of a queue, each once."""
    found: set[str] = set()
    while len(found) < most:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(AT_ONCE, most - len(found)),
            VisibilityTimeout=HIDDEN_S,
            AttributeNames=["ApproximateReceiveCount"],
        )
        fresh: Iterable[Mapping[str, Any]] = [
            each for each in answer.get("Messages", ()) if each["MessageId"] not in found
        ]
        if not fresh:
            return
        for message in fresh:
            found.add(message["MessageId"])
            yield message
