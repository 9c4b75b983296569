"""Those who carry messages: one protocol for all channels, and the ways in which one can fail.

A provider answers with its own id for the message, or raises one of these failures when it certainly has
not taken it. Any other exception leaves that open, and whoever called must assume both.
"""

from dataclasses import dataclass
from typing import Protocol

from omnilife.notifications.models import Channel


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as one channel has it.

    Attributes:
        subject: of a mail, and the title of a push message; one line.
        text: the whole of an SMS, the body of a push message, the text part of a mail.
        html: of a mail.
        preheader: of a mail: what a list of mails shows after the subject.
        link: where a push message leads; https or http.
        links: all that a mail links to, in order: what its click redirects may lead to.
    """

    subject: str
    text: str
    html: str | None = None
    preheader: str = ""
    link: str | None = None
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What a provider is handed.

    Attributes:
        key: the same at every try of this message: an idempotency key, for providers that take one.
        tags: what a provider's webhooks are to repeat: notification_id, user_id, channel.
        headers: of a mail, such as List-Unsubscribe.
    """

    rendered: Rendered
    key: str
    tags: dict[str, str]
    headers: dict[str, str]


class SendFailure(Exception):  # noqa: N818 (says what happened)
    """The provider did not take the message. `code` is its own word for why; it names no address."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the message was not taken: {code}")
        self.code = code


class RetryLater(SendFailure):
    """Too many at once, or a quota: the same message may pass after `after_s`."""

    def __init__(self, code: str, *, after_s: int = 60) -> None:
        super().__init__(code)
        self.after_s = after_s


class ProviderDown(SendFailure):
    """The provider cannot be reached, or says that it is broken: a breaker counts these."""


class Refused(SendFailure):
    """This message will never be taken, from anybody to anybody."""


class RecipientInvalid(SendFailure):
    """This address will never take a message: a push token that is gone, a number that is none."""


class Provider(Protocol):
    """Carries the messages of one channel."""

    @property
    def name(self) -> str:
        """`ses`, `smtp`, `twilio`, `fcm`: as logs, metrics and delivery rows call it."""
        ...

    @property
    def channel(self) -> Channel: ...

    def send(self, message: Message, *, to: str) -> str:
        """Hand the message over, in one try; returns the provider's id for it.

        Args:
            to: a mail address, an E.164 number, a push token.

        Raises:
            SendFailure: it was certainly not taken; the class says what to do about it.
        """
        ...
