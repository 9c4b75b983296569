"""Queue consumer: writes and sends mails, those of notifications and those that identity asks for."""

from collections.abc import Iterable, Sequence

from omnilife.core.consumer import Envelope, consumer
from omnilife.notifications import MailPost, deliver_mails, deliver_orders, post_by_email


def deliver(envelopes: Sequence[Envelope]) -> Iterable[str]:
    asked = [each for each in envelopes if each.event.type == "EmailRequested"]
    ordered = [each for each in envelopes if each.event.type != "EmailRequested"]
    if asked:
        yield from deliver_mails(asked, MailPost.from_environment())
    if ordered:
        yield from deliver_orders(ordered, post_by_email())


handler = consumer(deliver)
