"""Amazon SES as a provider of mail, in one try: it takes no idempotency key, so a second is a second mail."""

from dataclasses import dataclass
from typing import Any

from omnilife.core import aws
from omnilife.notifications.mailer import SENDER_NAME
from omnilife.notifications.models import Channel
from omnilife.notifications.provider import Message, ProviderDown, Refused, RetryLater, SendFailure

_LATER = frozenset({"TooManyRequestsException", "LimitExceededException", "SendingPausedException"})
_OURS = frozenset({"AccountSuspendedException", "MailFromDomainNotVerifiedException"})
"""Our account or sender is wrong, as with any 401 and 403: every mail fails until somebody mends it."""


@dataclass(frozen=True, slots=True)
class SesProvider:
    """Sends from one address."""

    sender: str
    client: Any = None
    name: str = "ses"
    channel: Channel = "email"

    def send(self, message: Message, *, to: str) -> str:
        """As `Provider.send`."""
        from botocore.exceptions import (  # noqa: PLC0415 (deferred)
            ClientError,
            ConnectTimeoutError,
            EndpointConnectionError,
        )

        client = self.client or aws.client("sesv2", attempts=1)
        rendered = message.rendered
        body = {"Text": {"Data": rendered.text, "Charset": "UTF-8"}}
        if rendered.html is not None:
            body["Html"] = {"Data": rendered.html, "Charset": "UTF-8"}
        try:
            answer = client.send_email(
                FromEmailAddress=f"{SENDER_NAME} <{self.sender}>",
                Destination={"ToAddresses": [to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": rendered.subject, "Charset": "UTF-8"},
                        "Body": body,
                        "Headers": [
                            {"Name": name, "Value": value} for name, value in message.headers.items()
                        ],
                    }
                },
                EmailTags=[{"Name": name, "Value": value} for name, value in message.tags.items()],
            )
        except ClientError as error:
            failure = _failure(error)
            if failure is None:
                raise  # it may have been taken
            raise failure from error
        except (ConnectTimeoutError, EndpointConnectionError) as error:
            raise ProviderDown("unreachable") from error
        message_id: str = answer["MessageId"]
        return message_id


def _failure(error: Any) -> SendFailure | None:
    """What SES's answer means; None: nobody knows whether it took the mail."""
    code: str = error.response["Error"]["Code"]
    status: int = error.response["ResponseMetadata"]["HTTPStatusCode"]
    if status >= 500:
        return None
    if code in _LATER or status == 429:
        return RetryLater(code)
    if code in _OURS or status in (401, 403):
        return ProviderDown(code)
    return Refused(code)
