"""Messages that were ordered, sent: claimed, written, handed over, noted."""

import hashlib
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import ValidationError

from omnilife.core import aws
from omnilife.core.clock import Clock, system_clock
from omnilife.core.consumer import Envelope
from omnilife.core.context import correlated
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.notifications.claims import Busy
from omnilife.notifications.gates import Gate
from omnilife.notifications.models import MANDATORY, Channel, DeliveryOrder, Notification
from omnilife.notifications.problems import UnknownTemplate
from omnilife.notifications.provider import (
    Message,
    Provider,
    ProviderDown,
    RecipientInvalid,
    Rendered,
    RetryLater,
    SendFailure,
)
from omnilife.notifications.recipients import Recipient
from omnilife.notifications.rendering import render_content, render_template
from omnilife.notifications.signed_links import SignedLinks
from omnilife.notifications.store_deliveries import DeliveryStore
from omnilife.notifications.store_notes import NoteStore
from omnilife.notifications.store_recipients import RecipientStore
from omnilife.notifications.store_templates import TemplateStore

FIRST_WAIT_S = 15
LONGEST_WAIT_S = 240
"""Twenty tries are some fifty minutes: longer than a provider's hiccup, shorter than most links live."""

STOPPED = "21610"
"""Twilio's word for: the recipient answered STOP."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where one message goes, and the name of whom it is for. `device_id`: whose push token it is."""

    address: str
    name: str = ""
    device_id: str = ""

    @property
    def address_hash(self) -> str:
        """By which a suppression knows the address without naming it."""
        return hashlib.sha256(self.address.strip().lower().encode()).hexdigest()


type FindTargets = Callable[[DeliveryOrder, Recipient], Sequence[Target]]


class Later(Protocol):
    """Has a queue bring a message again, not before so many seconds."""

    def __call__(self, receipt: str, seconds: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Post:
    """What delivering on one channel takes."""

    deliveries: DeliveryStore
    notes: NoteStore
    recipients: RecipientStore
    templates: TemplateStore
    provider: Provider
    gate: Gate
    find_targets: FindTargets
    later: Later
    base_url: str = ""
    links: SignedLinks | None = None
    clock: Clock = system_clock
    uniform: Callable[[float, float], float] = random.uniform


def deliver_orders(envelopes: Sequence[Envelope], post: Post) -> Iterable[str]:
    """Send what each message of the queue orders; yields the record ids of those that are to come again."""
    for envelope in envelopes:
        with correlated(envelope.event.correlation_id):
            try:
                wait = _deliver(envelope, post)
            except Exception:  # noqa: BLE001 (one message must not hold up the others of its batch)
                logger.exception("a message failed", extra={"event": envelope.event.id})
                count("MessagesErred", provider=post.provider.name)
                wait = FIRST_WAIT_S
            if wait:
                _put_off(envelope, post, wait)
                yield envelope.record_id


def _put_off(envelope: Envelope, post: Post, at_least: int) -> None:
    """Have it come again after twice as long as the last time, with jitter."""
    backoff = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(10, envelope.receives - 1))
    seconds = max(at_least, round(post.uniform(backoff / 2, backoff)))
    try:
        post.later(envelope.receipt, min(seconds, 900))
    except Exception:  # noqa: BLE001 (then it comes again after the queue's own time)
        logger.exception("a message keeps the queue's own visibility timeout")


def _deliver(envelope: Envelope, post: Post) -> int:
    """Returns 0 when it is done with, else after how many seconds at least it may come again."""
    try:
        order = DeliveryOrder.model_validate(envelope.event.data)
    except ValidationError as error:
        logger.error("not an order", extra={"event": envelope.event.id, "errors": error.error_count()})
        return FIRST_WAIT_S
    if wait := post.gate.wait_s():
        count("MessagesHeldBack", channel=order.channel, provider=post.provider.name)
        return wait
    try:
        if not post.deliveries.claim(order):
            return 0
    except Busy:
        return FIRST_WAIT_S
    return _send(order, post)


def _send(order: DeliveryOrder, post: Post) -> int:
    try:
        ready = _prepare(order, post)
    except Exception:
        post.deliveries.give_back(order, "not_written")
        raise
    if isinstance(ready, str):
        post.deliveries.suppressed(order, ready)
        count("MessagesSuppressed", channel=order.channel, reason=ready)
        return 0
    message, targets = ready
    return _hand_over(order, message, targets, post)


def _hand_over(order: DeliveryOrder, message: Message, targets: Sequence[Target], post: Post) -> int:
    """To one address, or to each of a user's devices.

    Once one of them has it, it is sent: a try for those that it did not reach would repeat it on the others.
    """
    accepted: list[str] = []
    failures: list[SendFailure] = []
    for target in targets:
        try:
            accepted.append(post.provider.send(message, to=target.address))
        except SendFailure as failure:
            failures.append(failure)
            _learn(order, target, failure, post)
        except Exception:
            post.gate.down()
            if not accepted:
                raise  # the claim stays: it may have been taken, and is tried once more at most
            logger.exception("a device's message is uncertain")
        else:
            post.gate.up()
    if accepted:
        post.deliveries.sent(order, provider=post.provider.name, provider_id=accepted[0])
        count("MessagesSent", channel=order.channel, provider=post.provider.name)
        return 0
    waiting = [each for each in failures if isinstance(each, RetryLater | ProviderDown)]
    if waiting:
        post.deliveries.give_back(order, waiting[0].code)
        count("MessagesNotTaken", channel=order.channel, reason=waiting[0].code)
        return max(each.after_s if isinstance(each, RetryLater) else FIRST_WAIT_S for each in waiting)
    post.deliveries.failed(order, failures[0].code)
    count("MessagesFailed", channel=order.channel, reason=failures[0].code)
    return 0


def _learn(order: DeliveryOrder, target: Target, failure: SendFailure, post: Post) -> None:
    """What a failure says of the provider, and of the address."""
    if isinstance(failure, ProviderDown):
        post.gate.down()
        return
    post.gate.up()
    if not isinstance(failure, RecipientInvalid):
        return
    if target.device_id:
        post.recipients.remove_device(order.user_id, target.device_id)
        count("DevicesForgotten", reason=failure.code)
    elif failure.code == STOPPED:
        post.recipients.suppress(
            order.user_id,
            order.channel,
            "stopped",
            now=post.clock.now(),
            address_hash=target.address_hash,
        )


def _prepare(order: DeliveryOrder, post: Post) -> tuple[Message, Sequence[Target]] | str:
    """The message and where it goes; or the reason for which it does not go."""
    note = post.notes.get(order.notification_id)
    if note is None:
        return "gone"
    if note.expired(post.clock.now()):
        return "expired"
    recipient = post.recipients.recipient(order.user_id)
    targets = post.find_targets(order, recipient)
    if not targets:
        return "unreachable"
    suppressed = recipient.suppressed.get(order.channel)
    if suppressed is not None:
        targets = [each for each in targets if suppressed.address_hash not in ("", each.address_hash)]
        if not targets:
            return suppressed.reason
    rendered, headers = _written(note, order, recipient, targets[0], post)
    tags = {"notification_id": order.notification_id, "user_id": order.user_id, "channel": order.channel}
    return Message(rendered, order.key, tags, headers), targets


def _written(
    note: Notification, order: DeliveryOrder, recipient: Recipient, target: Target, post: Post
) -> tuple[Rendered, dict[str, str]]:
    links = post.links if order.channel == "email" else None
    leave = links.unsubscribe_url(order.user_id, note.category) if links else ""
    ours = {
        "name": target.name,
        "base_url": post.base_url,
        "mandatory": note.category in MANDATORY,
        "time_zone": recipient.preferences.time_zone,
        "unsubscribe_url": leave,
    }
    rendered = _rendered(note, order.channel, recipient, ours, post.templates)
    if links is not None and rendered.html is not None:
        rendered = Rendered(
            rendered.subject,
            rendered.text,
            links.follow(rendered.html, order.notification_id),
            rendered.preheader,
            rendered.link,
            rendered.links,
        )
    # RFC 8058: a mail program may unsubscribe by itself, with one POST.
    one_click = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return rendered, one_click if leave else {}


def _rendered(
    note: Notification, channel: Channel, recipient: Recipient, ours: dict[str, Any], templates: TemplateStore
) -> Rendered:
    if note.content is not None:
        return render_content(note.content, channel, ours)
    template = templates.version(note.template or "", note.template_version)
    if template is None:
        raise UnknownTemplate(note.template or "")
    language = note.language or recipient.preferences.language
    return render_template(template, language, channel, {**note.data, **ours})


@dataclass(frozen=True, slots=True)
class Visibility:
    """`Later`, of an SQS queue."""

    queue_url: str
    client: Any = None

    def __call__(self, receipt: str, seconds: int) -> None:
        client = self.client or aws.client("sqs")
        client.change_message_visibility(
            QueueUrl=self.queue_url, ReceiptHandle=receipt, VisibilityTimeout=seconds
        )
