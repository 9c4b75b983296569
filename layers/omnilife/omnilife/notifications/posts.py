"""What delivering takes on each channel, by the environment. Made once a process: gates remember."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from omnilife.core.config import Settings
from omnilife.core.limits import Limit
from omnilife.identity import mail_for
from omnilife.notifications.deliver import FindTargets, Post, Target, Visibility
from omnilife.notifications.fcm import FcmProvider
from omnilife.notifications.gates import Gate
from omnilife.notifications.models import DeliveryOrder
from omnilife.notifications.provider import Provider
from omnilife.notifications.recipients import Recipient
from omnilife.notifications.signed_links import SignedLinks
from omnilife.notifications.smtp import mail_provider
from omnilife.notifications.store_deliveries import DeliveryStore
from omnilife.notifications.store_notes import NoteStore
from omnilife.notifications.store_recipients import RecipientStore
from omnilife.notifications.store_templates import TemplateStore
from omnilife.notifications.twilio_sms import TwilioProvider

WORKERS = 5
"""`MaximumConcurrency` of the queues' event source mappings: each worker has a fifth of a provider's rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSettings(Settings):
    """`provider_rate`: messages a second that the provider takes from us."""

    public_base_url: str
    delivery_queue_url: str
    provider_rate: int


def post_by_email() -> Post:
    """Mails, by SES or SMTP."""
    return _post(mail_provider(), mail_targets, SignedLinks.from_environment())


def post_by_sms() -> Post:
    """SMS, by Twilio."""
    return _post(TwilioProvider.from_environment(), sms_targets)


def post_by_push() -> Post:
    """Push messages, by FCM."""
    return _post(FcmProvider.from_environment(), push_targets)


def _post(provider: Provider, find_targets: FindTargets, links: SignedLinks | None = None) -> Post:
    settings = PostSettings.from_environment()
    notes = NoteStore.from_environment()
    return Post(
        DeliveryStore(notes.table),
        notes,
        RecipientStore(notes.table),
        _templates(),
        provider,
        _gate(provider.channel, settings.provider_rate),
        find_targets,
        Visibility(settings.delivery_queue_url),
        base_url=settings.public_base_url.rstrip("/"),
        links=links,
    )


def mail_targets(order: DeliveryOrder, recipient: Recipient) -> Sequence[Target]:  # noqa: ARG001
    """The address that the user's account has at this moment."""
    found = mail_for(user_id=order.user_id)
    return [] if found is None else [Target(found.address, found.name)]


def sms_targets(order: DeliveryOrder, recipient: Recipient) -> Sequence[Target]:  # noqa: ARG001
    """The number that the user wants to be told at."""
    phone = recipient.preferences.phone
    return [] if phone is None else [Target(phone)]


def push_targets(order: DeliveryOrder, recipient: Recipient) -> Sequence[Target]:  # noqa: ARG001
    """All of the user's devices."""
    return [Target(each.token, device_id=each.device_id) for each in recipient.devices]


@cache
def _gate(channel: str, rate: int) -> Gate:
    return Gate(Limit(channel, max(1, rate), WORKERS, burst=max(1, rate // WORKERS)))


@cache
def _templates() -> TemplateStore:
    return TemplateStore.from_environment()
