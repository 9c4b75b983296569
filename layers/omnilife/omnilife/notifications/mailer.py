"""Those who carry mail: one protocol, and SES behind it.

A carrier answers with its own id for the mail, or says how it failed: `NotSent` when it certainly has not
taken it. Any other exception leaves that open, and whoever called must assume both.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from omnilife.core import aws
from omnilife.notifications.templates import Mail

SENDER_NAME = "OmniLife"


class NotSent(Exception):  # noqa: N818 (says what happened)
    """The carrier did not take the mail. `code` is its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the mail was not taken: {code}")
        self.code = code


class Carrier(Protocol):
    """Carries mails."""

    @property
    def name(self) -> str: ...

    def send(self, mail: Mail, *, to: str) -> str:
        """Hand the mail over; returns the carrier's id for it.

        Raises:
            NotSent: it was certainly not taken.
        """
        ...


@dataclass(frozen=True, slots=True)
class Ses:
    """Amazon SES, in one try: SES has no idempotency key, so a second one could be a second mail."""

    sender: str
    client: Any = None
    name: str = "ses"

    def send(self, mail: Mail, *, to: str) -> str:
        from botocore.exceptions import ClientError, EndpointConnectionError  # noqa: PLC0415 (deferred)

        client = self.client or aws.client("sesv2", attempts=1)
        try:
            answer = client.send_email(
                FromEmailAddress=f"{SENDER_NAME} <{self.sender}>",
                Destination={"ToAddresses": [to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": mail.text, "Charset": "UTF-8"},
                            "Html": {"Data": mail.html, "Charset": "UTF-8"},
                        },
                    }
                },
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
                raise
            raise NotSent(error.response["Error"]["Code"]) from error
        except EndpointConnectionError as error:
            raise NotSent("unreachable") from error
        message_id: str = answer["MessageId"]
        return message_id
