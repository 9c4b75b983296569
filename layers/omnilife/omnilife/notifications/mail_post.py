"""Mails that were asked for, sent: each once, to the address that its user has at that moment."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from pydantic import ValidationError

from omnilife.core.config import Settings
from omnilife.core.consumer import Envelope
from omnilife.core.context import correlated
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.identity import Addressee, mail_for
from omnilife.notifications.claims import Busy
from omnilife.notifications.mailer import Carrier, NotSent, Ses
from omnilife.notifications.orders import MailOrder
from omnilife.notifications.store import MailStore
from omnilife.notifications.templates import CHANGES_ADDRESS, VARIABLES, link_to, render_mail

type FindAddressee = Callable[[MailOrder], Addressee | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSettings(Settings):
    sender_address: str
    public_base_url: str


@dataclass(frozen=True, slots=True)
class MailPost:
    """What delivering takes: who carries, where it is noted, who knows the addresses, and our own address."""

    store: MailStore
    carrier: Carrier
    base_url: str
    find_addressee: FindAddressee

    @classmethod
    def from_environment(cls) -> Self:
        settings = PostSettings.from_environment()
        return cls(
            MailStore.from_environment(), Ses(settings.sender_address), settings.public_base_url, _addressee
        )


def deliver_mails(envelopes: Sequence[Envelope], post: MailPost) -> Iterable[str]:
    """Send what each event asks for; yields the record ids of those that are to come again."""
    for envelope in envelopes:
        with correlated(envelope.event.correlation_id):
            try:
                done = _deliver(envelope, post)
            except Exception:  # noqa: BLE001 (one mail must not hold up the others of its batch)
                logger.exception("a mail failed", extra={"event": envelope.event.id})
                count("MailsErred", carrier=post.carrier.name)
                done = False
            if not done:
                yield envelope.record_id


def _deliver(envelope: Envelope, post: MailPost) -> bool:
    try:
        order = MailOrder.model_validate(envelope.event.data)
    except ValidationError as error:
        logger.error(
            "not an order for a mail", extra={"event": envelope.event.id, "errors": error.error_count()}
        )
        return False
    try:
        if post.store.claim(order):
            return _send(order, post)
    except Busy:
        return False
    return True


def _send(order: MailOrder, post: MailPost) -> bool:
    """Send a mail that was claimed. Whatever fails before the carrier has it gives it back."""
    try:
        addressee = post.find_addressee(order)
        if addressee is None:
            post.store.suppressed(order, "the user is gone, or the link is dead")
            count("MailsSuppressed", template=order.template)
            return True
        mail = render_mail(order.template, order.locale, _values(order, addressee, post.base_url))
    except Exception:
        post.store.give_back(order, "it could not be written")
        raise
    try:
        carrier_id = post.carrier.send(mail, to=addressee.address)
    except NotSent as failure:
        post.store.give_back(order, failure.code)
        logger.warning("a mail was not taken", extra={"mail_id": order.mail_id, "code": failure.code})
        count("MailsNotTaken", reason=failure.code)
        return False
    post.store.sent(order, carrier=post.carrier.name, carrier_id=carrier_id)
    logger.info("a mail was sent", extra={"mail_id": order.mail_id, "template": order.template})
    count("MailsSent", template=order.template)
    return True


def _values(order: MailOrder, addressee: Addressee, base_url: str) -> dict[str, str]:
    wanted = VARIABLES[order.template]
    changes = order.template == "verify" and order.data.get("what") == CHANGES_ADDRESS
    page = "verify a change" if changes else order.template
    return {
        **{name: value for name, value in order.data.items() if name in wanted},
        "name": addressee.name,
        "code": addressee.token or "",
        "link": link_to(page, base_url, addressee.token),
        "base_url": base_url,
    }


def _addressee(order: MailOrder) -> Addressee | None:
    return mail_for(user_id=order.user_id, token_id=order.token_id, recipient=order.recipient)
