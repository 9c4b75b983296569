"""SMS by Twilio's own client, in one try: its API takes no idempotency key, so a second is a second SMS.

The secret is JSON: `account_sid`, `auth_token`, `from` (a number, or a messaging service's `MG…`), and
`api_url` where another than Twilio's own is to be called. An empty one means that there is no account.
Source: https://www.twilio.com/docs/api/errors and /docs/messaging/api/message-resource.
"""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode

from omnilife.core.config import Settings
from omnilife.core.secrets import secret
from omnilife.notifications.connecting import never_connected
from omnilife.notifications.models import Channel
from omnilife.notifications.provider import (
    Message,
    ProviderDown,
    RecipientInvalid,
    Refused,
    RetryLater,
    SendFailure,
)

if TYPE_CHECKING:
    from twilio.rest import Client

TWILIO = "https://api.twilio.com"
TIMEOUT_S = 8.0
STOPPED = 21610
"""The recipient answered STOP to this sender."""

_NOBODY = frozenset({21211, 21214, 21217, 21614, STOPPED})
"""No number, or none that takes SMS, or one that does not want any."""

_LATER = frozenset({14107, 20429, 63038})
_OURS = frozenset({20003, 20403, 20005, 21606})
"""Our account or sender is wrong: every message fails until somebody mends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSettings(Settings):
    sms_secret_arn: str
    api_base_url: str


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """Who sends, and through which address."""

    account_sid: str
    auth_token: str = field(repr=False)
    sender: str
    api_url: str = TWILIO

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The account of a secret's text; None if it names none."""
        said = json.loads(text)
        if not said.get("account_sid"):
            return None
        return cls(said["account_sid"], said["auth_token"], said["from"], said.get("api_url") or TWILIO)


@dataclass(frozen=True)
class TwilioProvider:
    """Sends from one account.

    Attributes:
        callback: where Twilio tells what became of a message; its query says of which.
    """

    account: TwilioAccount | None
    callback: str
    name: str = "twilio"
    channel: Channel = "sms"

    @classmethod
    def from_environment(cls) -> Self:
        settings = TwilioSettings.from_environment()
        account = TwilioAccount.read(secret(settings.sms_secret_arn))
        return cls(account, f"{settings.api_base_url.rstrip('/')}/api/notifications/webhooks/twilio")

    def send(self, message: Message, *, to: str) -> str:
        """As `Provider.send`."""
        client, sender = self._client, self._account.sender
        from requests.exceptions import ConnectionError as NoConnection  # noqa: PLC0415 (deferred)
        from twilio.base.exceptions import TwilioRestException, TwilioServiceException  # noqa: PLC0415

        by = {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": sender}
        try:
            sent = client.messages.create(
                to=to,
                body=message.rendered.text,
                status_callback=f"{self.callback}?{urlencode(message.tags)}",
                **by,
            )
        except (TwilioRestException, TwilioServiceException) as error:
            raise _failure(error) from error
        except NoConnection as error:
            if never_connected(error):
                raise ProviderDown("unreachable") from error
            raise
        sid: str = sent.sid
        return sid

    @property
    def _account(self) -> TwilioAccount:
        if self.account is None:
            raise ProviderDown("not_configured")
        return self.account

    @cached_property
    def _client(self) -> "Client":
        from twilio.http.http_client import TwilioHttpClient  # noqa: PLC0415 (deferred)
        from twilio.rest import Client  # noqa: PLC0415

        account = self._account

        class Http(TwilioHttpClient):  # type: ignore[misc, unused-ignore]
            """Calls another address than Twilio's, if the secret names one."""

            def request(self, method: str, url: str, *arguments: Any, **more: Any) -> Any:
                return super().request(method, url.replace(TWILIO, account.api_url, 1), *arguments, **more)

        return Client(account.account_sid, account.auth_token, http_client=Http(timeout=TIMEOUT_S))


def _failure(error: Any) -> Exception:
    code, status = int(error.code or 0), int(error.status)
    failure: SendFailure
    if code in _NOBODY:
        failure = RecipientInvalid(str(code))
    elif status == 429 or code in _LATER:
        failure = RetryLater(str(code or status))
    elif status == 503 or status in (401, 403) or code in _OURS:
        failure = ProviderDown(str(code or status))
    elif status >= 500:
        return RuntimeError(f"Twilio answered {status}")
    else:
        failure = Refused(str(code or status))
    return failure
