"""Notifications: what is asked for, what is kept, and what the queues carry."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from omnilife.core.cards import free_of_cards
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier

Channel = Literal["push", "email", "sms"]
"""How a message leaves the house. The inbox is no channel: it is where every notification is anyhow."""

CHANNELS: tuple[Channel, ...] = ("push", "email", "sms")
"""By what they cost, the cheapest first: the order in which `auto` tries them."""

Category = Literal["security", "account", "order", "price_alert", "reminder", "marketing"]
CATEGORIES: tuple[Category, ...] = ("security", "account", "order", "price_alert", "reminder", "marketing")

MANDATORY: frozenset[Category] = frozenset({"security"})
"""Sent whatever the user prefers, at any hour and however many: they are how a theft is noticed."""

THROTTLED: frozenset[Category] = frozenset({"price_alert", "reminder", "marketing"})
"""Of these a user gets so many an hour and no more; what follows from one's own order is not counted."""

Priority = Literal["low", "normal", "high"]
"""High ones do not wait for the end of quiet hours."""

State = Literal["scheduled", "due", "collected", "queued", "fanned_out", "suppressed", "expired", "cancelled"]
"""Of a notification; see docs/notifications.md.

    scheduled → due | cancelled          due → queued | collected | suppressed | expired | scheduled
    queued → scheduled (a further step of its escalation)         a list: due → fanned_out
"""

DeliveryState = Literal[
    "claimed",
    "sent",
    "delivered",
    "opened",
    "clicked",
    "bounced",
    "complained",
    "suppressed",
    "failed",
    "uncertain",
]
"""Of one message of it; `notification_logs`."""

Outcome = Literal["deliver", "suppress", "defer", "collect", "later"]

TemplateId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]

MAX_USERS = 1_000
"""In one request; more come as a list in S3."""

MAX_DATA_BYTES = 8_000
"""Of a template's data, as JSON: it is kept in the notification's row."""


class Content(BaseModel):
    """What is said without a template. Text only: HTML is a template's business."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, StringConstraints(min_length=1, max_length=200), BeforeValidator(free_of_cards)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=10_000), BeforeValidator(free_of_cards)]
    link: Annotated[str, StringConstraints(max_length=2_000), BeforeValidator(free_of_cards)] | None = None


class Decided(BaseModel):
    """What was decided about one channel, and why: the answer to “why did I (not) get this?”."""

    model_config = ConfigDict(frozen=True)

    channel: Literal["push", "email", "sms", "inbox"]
    outcome: Outcome
    reason: str = Field(description="a word for programs, such as `muted` or `quiet_hours`")
    at: Timestamp
    until: Timestamp | None = Field(default=None, description="of `defer`, `collect` and `later`")


class Notification(BaseModel):
    """A notification as it is kept, in `notifications`.

    It is for one user, or for many (`user_ids`, or a list in S3): then it becomes one for each of them when
    it is due, and is itself only what can be cancelled and moved until then.

    Attributes:
        version: of its schedule. A timer is for one version, and does nothing at another.
        due_at: when it is to be decided about (again).
        step: how many channels of `auto` were tried.
        template_version: pinned when the notification was made.
        arrived_at: when the inbox had it.
        unread_at: when it was marked as unread again.
        correlation_id: of the request that made it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    notification_id: Identifier
    user_id: Identifier | None = None
    user_ids: tuple[Identifier, ...] = ()
    list_id: Identifier | None = None
    list_version: str = ""
    parent_id: Identifier | None = None
    kind: Literal["one", "many", "digest"] = "one"
    state: State
    version: int = 1
    due_at: Timestamp
    step: int = 0
    category: Category
    priority: Priority = "normal"
    template: TemplateId | None = None
    template_version: int = 0
    language: Language | None = None
    data: Mapping[str, Any] = {}
    content: Content | None = None
    channels: tuple[Channel, ...] = ()
    auto: bool = True
    escalate_after_s: int | None = None
    digest_key: str | None = None
    digest_id: Identifier | None = None
    inbox: bool = True
    expires_at: Timestamp | None = None
    created_at: Timestamp
    created_by: str
    arrived_at: Timestamp | None = None
    read_at: Timestamp | None = None
    unread_at: Timestamp | None = None
    opened_at: Timestamp | None = None
    archived_at: Timestamp | None = None
    decided: tuple[Decided, ...] = ()
    correlation_id: str = ""

    def expired(self, now: datetime) -> bool:
        """Whether it is too late to say it."""
        return self.expires_at is not None and self.expires_at <= now


class Delivery(BaseModel):
    """What became of a notification on one channel, in `notification_logs`. Neither address nor text is kept.

    Attributes:
        tries: how often a worker took it.
        reason: why it is suppressed, or why its last try failed.
        provider_id: the provider's own id for the message.
        events: `{"at", "what", "detail"}`, the oldest first: attempts, and what the provider told later.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    notification_id: Identifier
    user_id: Identifier
    channel: Channel
    state: DeliveryState
    tries: int = 0
    reason: str | None = None
    provider: str | None = None
    provider_id: str | None = None
    updated_at: Timestamp
    events: tuple[Mapping[str, Any], ...] = ()


class DeliveryOrder(BaseModel):
    """What a channel's queue carries: which notification, to whom, and how. Never what it says.

    On the queue it is the `data` of an envelope of the form of a domain event (`core.consumer` reads it):
    `{"detail": {"id", "type": "DeliveryOrdered", …, "data": {…}}}`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    notification_id: Identifier
    user_id: Identifier
    channel: Channel
    category: Category
    expires_at: Timestamp | None = None

    @property
    def key(self) -> str:
        """The same for every copy of this order: where a provider takes an idempotency key, this is it."""
        return f"{self.notification_id}.{self.channel}"
