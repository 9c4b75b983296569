"""Queue consumer: writes and sends the mails that domains ask for."""

from collections.abc import Iterable, Sequence

from omnilife.core.consumer import Envelope, consumer
from omnilife.notifications import MailPost, deliver_mails


def deliver(envelopes: Sequence[Envelope]) -> Iterable[str]:
    return deliver_mails(envelopes, MailPost.from_environment())


handler = consumer(deliver)
