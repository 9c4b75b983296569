"""The payment gateway's webhook: believed by its signature, taken once, and passed on as a hint to look.

What it says of a payment is not passed on: whoever hears of it asks the gateway itself. So a webhook that is
late, or comes after a younger one, does no harm.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from omnilife.core import webhooks
from omnilife.core.clock import Clock, system_clock
from omnilife.core.config import Settings
from omnilife.core.errors import MalformedBody
from omnilife.core.ids import Identifier, IdMaker, new_id
from omnilife.core.metrics import count
from omnilife.core.secrets import secret
from omnilife.core.table import Table
from omnilife.security.payment_events import PaymentEventReceived
from omnilife.security.store.webhooks import WebhookStore

SENDER = "system:payment_gateway"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings(Settings):
    security_table: str
    payment_webhook_secret_arn: str


class WebhookAnswer(BaseModel):
    """It was taken. `duplicate`: it had been before, and nothing followed."""

    received: bool = True
    duplicate: bool = False


class _Metadata(BaseModel):
    order_id: Identifier | None = None


class _Object(BaseModel):
    """A payment intent; or what belongs to one, a charge or a refund, and names it."""

    id: str = Field(max_length=255)
    object: str = Field(max_length=64)
    payment_intent: str | None = Field(default=None, max_length=255)
    metadata: _Metadata = _Metadata()


class _Data(BaseModel):
    object: _Object


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str = Field(min_length=1, max_length=255)
    type: str = Field(min_length=1, max_length=64)
    data: _Data


_EVENT: TypeAdapter[_Event] = TypeAdapter(_Event)


@dataclass(frozen=True, slots=True)
class WebhookDesk:
    """What taking a webhook needs. `secrets`: all that the gateway may sign with now."""

    store: WebhookStore
    secrets: Callable[[], Sequence[str]]
    clock: Clock = system_clock
    make_id: IdMaker = new_id

    @classmethod
    def from_environment(cls) -> Self:
        settings = WebhookSettings.from_environment()
        return cls(
            WebhookStore(Table(settings.security_table)),
            lambda: secret(settings.payment_webhook_secret_arn).split(),
        )


def take_payment_webhook(desk: WebhookDesk, body: bytes, signature: str) -> WebhookAnswer:
    """Check a webhook and announce it, once for its id.

    One that comes again is answered as the first was, or the gateway would send it for days.

    Raises:
        BadSignature, SignedAtAnotherTime: nothing of the body is looked at before.
        MalformedBody: signed, and still no event.
    """
    now = desk.clock.now()
    try:
        webhooks.verify(body, signature, desk.secrets(), now=now)
    except webhooks.BadSignature:
        count("PaymentWebhooksRefused")
        raise
    event = _read(body)
    about = event.data.object
    order_id = about.metadata.order_id
    if order_id is None:
        # Of this account, and not of this shop: a payment that somebody made by hand at the gateway.
        return WebhookAnswer()
    announced = PaymentEventReceived.of(
        order_id=order_id,
        gateway_id=about.id if about.object == "payment_intent" else about.payment_intent,
        kind=event.type,
        event_id=desk.make_id(),
        actor=SENDER,
        at=now,
    )
    return WebhookAnswer(duplicate=not desk.store.take(event.id, announced, now=now))


def _read(body: bytes) -> _Event:
    try:
        document: Any = json.loads(body)
        return _EVENT.validate_python(document)
    except (ValueError, RecursionError, ValidationError) as error:
        raise MalformedBody("This is no event of a payment.") from error
