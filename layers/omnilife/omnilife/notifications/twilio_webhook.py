"""What Twilio tells of a message, signed.

The signature is over the public URL, as we gave it to Twilio, and not over the one that reached us: behind
API Gateway that has another host, and may have another scheme. Of ports Twilio is not sure itself, so both
forms fit, as in its own client.
Source: https://www.twilio.com/docs/usage/security#validating-requests.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import BaseModel

from omnilife.core.clock import Clock, system_clock
from omnilife.core.secrets import secret
from omnilife.core.webhooks import BadSignature
from omnilife.notifications.store_deliveries import DeliveryStore
from omnilife.notifications.store_notes import NoteStore
from omnilife.notifications.twilio_sms import TwilioAccount, TwilioSettings

PATH = "/api/notifications/webhooks/twilio"
MAX_FIELDS = 100

STATES = {"delivered": "delivered", "read": "opened", "undelivered": "bounced", "failed": "bounced"}
"""Of Twilio's states those that say more than that it has the message."""


class Heard(BaseModel):
    """Whether it changed anything."""

    noted: bool


@dataclass(frozen=True, slots=True)
class TwilioWebhook:
    """What it takes to believe and note it."""

    account: TwilioAccount | None
    base_url: str
    deliveries: DeliveryStore
    clock: Clock = system_clock

    @classmethod
    def from_environment(cls) -> Self:
        settings = TwilioSettings.from_environment()
        return cls(
            TwilioAccount.read(secret(settings.sms_secret_arn)),
            settings.api_base_url.rstrip("/"),
            DeliveryStore(NoteStore.from_environment().table),
        )

    def hear(self, body: bytes, signature: str, tags: Mapping[str, str]) -> Heard:
        """Note what became of the message that `tags`, the query of our callback, name.

        Raises:
            BadSignature: not Twilio, or not about this URL and these fields.
        """
        fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
        url = self.base_url + PATH + (f"?{urlencode(tags)}" if tags else "")
        if self.account is None or not signed(url, fields, signature, self.account.auth_token):
            raise BadSignature
        said = dict(fields)
        what = STATES.get(said.get("MessageStatus", ""))
        if what is None or tags.keys() < {"notification_id", "user_id"}:
            return Heard(noted=False)
        noted = self.deliveries.note(
            user_id=tags["user_id"],
            notification_id=tags["notification_id"],
            channel="sms",
            what=what,
            at=self.clock.now(),
            detail=said.get("ErrorCode", ""),
        )
        return Heard(noted=noted)


def signed(url: str, fields: list[tuple[str, str]], signature: str, token: str) -> bool:
    """Whether Twilio signed this: HMAC-SHA1 over the URL and the sorted fields."""
    said = "".join(name + value for name, value in sorted(set(fields)))
    found = [
        b64encode(hmac.digest(token.encode(), (form + said).encode(), "sha1")).decode()
        for form in _forms(url)
    ]
    return any([hmac.compare_digest(each.encode(), signature.encode()) for each in found])  # noqa: C419 (all)


def _forms(url: str) -> tuple[str, str]:
    """The URL without its port, and with it."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = parts.hostname or ""
    return tuple(parts._replace(netloc=each).geturl() for each in (host, f"{host}:{port}"))  # type: ignore[return-value]
