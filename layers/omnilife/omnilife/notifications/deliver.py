"""Messages that were ordered, sent: claimed, written, handed over, noted."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from pydantic import ValidationError

from omnilife.core.clock import Clock, system_clock
from omnilife.core.consumer import Envelope
from omnilife.core.context import correlated
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.identity import mail_for
from omnilife.notifications.models import MANDATORY, Channel, DeliveryOrder, Notification
from omnilife.notifications.problems import UnknownTemplate
from omnilife.notifications.provider import (
    Message,
    Provider,
    RecipientInvalid,
    Refused,
    Rendered,
    SendFailure,
)
from omnilife.notifications.recipients import Recipient
from omnilife.notifications.rendering import render_content, render_template
from omnilife.notifications.ses import SesProvider
from omnilife.notifications.store import Busy
from omnilife.notifications.store_deliveries import DeliveryStore
from omnilife.notifications.store_notes import NoteStore
from omnilife.notifications.store_recipients import RecipientStore
from omnilife.notifications.store_templates import TemplateStore


@dataclass(frozen=True, slots=True)
class Target:
    """Where one message goes, and the name of whom it is for."""

    address: str
    name: str = ""

    @property
    def address_hash(self) -> str:
        """By which a suppression knows the address without naming it."""
        return hashlib.sha256(self.address.strip().lower().encode()).hexdigest()


type FindTarget = Callable[[DeliveryOrder, Recipient], Target | None]


@dataclass(frozen=True, slots=True)
class Post:
    """What delivering takes."""

    deliveries: DeliveryStore
    notes: NoteStore
    recipients: RecipientStore
    templates: TemplateStore
    providers: Mapping[Channel, Provider]
    find_target: FindTarget
    clock: Clock = system_clock

    @classmethod
    def from_environment(cls) -> Self:
        return cls(
            DeliveryStore.from_environment(),
            NoteStore.from_environment(),
            RecipientStore.from_environment(),
            TemplateStore.from_environment(),
            {"email": SesProvider.from_environment()},
            mail_target,
        )


def deliver_orders(envelopes: Sequence[Envelope], post: Post) -> Iterable[str]:
    """Send what each message of the queue orders; yields the record ids of those that are to come again."""
    for envelope in envelopes:
        with correlated(envelope.event.correlation_id):
            try:
                done = _deliver(envelope, post)
            except Exception:  # noqa: BLE001 (one message must not hold up the others of its batch)
                logger.exception("a message failed", extra={"event": envelope.event.id})
                done = False
            if not done:
                yield envelope.record_id


def _deliver(envelope: Envelope, post: Post) -> bool:
    try:
        order = DeliveryOrder.model_validate(envelope.event.data)
    except ValidationError as error:
        logger.error("not an order", extra={"event": envelope.event.id, "errors": error.error_count()})
        return False
    try:
        return _send(order, post) if post.deliveries.claim(order) else True
    except Busy:
        return False


def _send(order: DeliveryOrder, post: Post) -> bool:
    try:
        ready = _prepare(order, post)
    except Exception:
        post.deliveries.give_back(order, "not_written")
        raise
    if isinstance(ready, str):
        post.deliveries.suppressed(order, ready)
        count("MessagesSuppressed", channel=order.channel, reason=ready)
        return True
    message, target = ready
    provider = post.providers[order.channel]
    try:
        provider_id = provider.send(message, to=target.address)
    except (Refused, RecipientInvalid) as failure:
        post.deliveries.failed(order, failure.code)
        count("MessagesFailed", channel=order.channel, reason=failure.code)
        return True
    except SendFailure as failure:
        post.deliveries.give_back(order, failure.code)
        count("MessagesNotTaken", channel=order.channel, reason=failure.code)
        return False
    post.deliveries.sent(order, provider=provider.name, provider_id=provider_id)
    count("MessagesSent", channel=order.channel, provider=provider.name)
    return True


def _prepare(order: DeliveryOrder, post: Post) -> tuple[Message, Target] | str:
    """The message and where it goes; or the reason for which it does not go."""
    note = post.notes.get(order.notification_id)
    if note is None:
        return "gone"
    if note.expired(post.clock.now()):
        return "expired"
    recipient = post.recipients.recipient(order.user_id)
    target = post.find_target(order, recipient)
    if target is None:
        return "unreachable"
    suppressed = recipient.suppressed.get(order.channel)
    if suppressed is not None and suppressed.address_hash in ("", target.address_hash):
        return suppressed.reason
    rendered = _rendered(note, order.channel, recipient, target, post.templates)
    tags = {"notification_id": order.notification_id, "user_id": order.user_id, "channel": order.channel}
    return Message(rendered, order.key, tags, {}), target


def _rendered(
    note: Notification, channel: Channel, recipient: Recipient, target: Target, templates: TemplateStore
) -> Rendered:
    ours = {
        "name": target.name,
        "mandatory": note.category in MANDATORY,
        "time_zone": recipient.preferences.time_zone,
    }
    if note.content is not None:
        return render_content(note.content, channel, ours)
    template = templates.version(note.template or "", note.template_version)
    if template is None:
        raise UnknownTemplate(note.template or "")
    language = note.language or recipient.preferences.language
    return render_template(template, language, channel, {**note.data, **ours})


def mail_target(order: DeliveryOrder, recipient: Recipient) -> Target | None:  # noqa: ARG001 (the account has it)
    """The address that the user's account has at this moment."""
    found = mail_for(user_id=order.user_id)
    return None if found is None else Target(found.address, found.name)
