"""Mail by SMTP (RFC 5321), for who has a server of their own; and the choice between it and SES.

The secret is JSON: `{"smtp": {"host", "port", "user", "password", "security"}}`, with `security` one of
`starttls`, `tls` and `none`; an empty one means SES.
"""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr
from typing import Any, Literal

from omnilife.core.config import Settings
from omnilife.core.secrets import secret
from omnilife.notifications.mailer import SENDER_NAME
from omnilife.notifications.models import Channel
from omnilife.notifications.provider import (
    Message,
    Provider,
    ProviderDown,
    RecipientInvalid,
    Refused,
    RetryLater,
    SendFailure,
)
from omnilife.notifications.ses import SesProvider

TIMEOUT_S = 8
_NO_SUCH_MAILBOX = frozenset({550, 551, 553})


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings(Settings):
    sender_address: str
    mail_secret_arn: str


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    security: Literal["starttls", "tls", "none"] = "starttls"


@dataclass(frozen=True, slots=True)
class SmtpProvider:
    """Hands mail to one server, a connection a mail: a queue's worker sends few at a time."""

    server: SmtpServer
    sender: str
    name: str = "smtp"
    channel: Channel = "email"

    def send(self, message: Message, *, to: str) -> str:
        """As `Provider.send`. The id is the mail's own Message-ID: the same at each try."""
        import smtplib  # noqa: PLC0415 (deferred: see core.lazy)

        try:
            mail = compose(message, sender=self.sender, to=to)
        except ValueError as error:
            raise Refused("malformed") from error
        try:
            with self._connected() as connection:
                connection.send_message(mail, from_addr=self.sender, to_addrs=[to])
        except smtplib.SMTPRecipientsRefused as error:
            code, _ = next(iter(error.recipients.values()))
            raise _failure(code, of_recipient=True) from error
        except smtplib.SMTPResponseException as error:
            raise _failure(error.smtp_code, of_recipient=False) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Refused("not_supported") from error  # an address that this server cannot write down
        return str(mail["Message-ID"])

    def _connected(self) -> Any:
        import smtplib  # noqa: PLC0415 (deferred: see core.lazy)

        server = self.server
        connection: smtplib.SMTP | None = None
        try:
            if server.security == "tls":
                context = ssl.create_default_context()
                connection = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
            else:
                connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
                if server.security == "starttls":
                    connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
        except (OSError, smtplib.SMTPException) as error:
            if connection is not None:
                connection.close()
            refused = isinstance(error, smtplib.SMTPAuthenticationError)
            raise ProviderDown("authentication" if refused else "unreachable") from error
        return connection


def mail_provider() -> Provider:
    """SMTP if its secret names a server, else SES."""
    settings = MailSettings.from_environment()
    said: Mapping[str, Any] = json.loads(secret(settings.mail_secret_arn))
    if not said:
        return SesProvider(settings.sender_address)
    # What is misspelt fails here, rather than to send by SES what was meant for a server.
    return SmtpProvider(SmtpServer(**said["smtp"]), settings.sender_address)


def compose(message: Message, *, sender: str, to: str) -> EmailMessage:
    """The mail as it travels (RFC 5322). `EmailMessage` refuses line breaks in headers."""
    rendered = message.rendered
    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr((SENDER_NAME, sender))
    mail["To"] = to
    mail["Subject"] = rendered.subject
    mail["Message-ID"] = f"<{message.key}@{sender.rpartition('@')[2]}>"
    for name, value in message.headers.items():
        mail[name] = value
    mail.set_content(rendered.text)
    if rendered.html is not None:
        mail.add_alternative(rendered.html, subtype="html")
    return mail


def _failure(code: int, *, of_recipient: bool) -> SendFailure:
    if 400 <= code < 500:
        return RetryLater(str(code))
    if of_recipient and code in _NO_SUCH_MAILBOX:
        return RecipientInvalid(str(code))
    return Refused(str(code))
