"""SMTP where no server is needed to see it; tests/integration/test_providers.py has a real one."""

import json
import smtplib

import pytest

from omnilife.notifications import smtp
from omnilife.notifications.provider import Message, ProviderDown, Refused, Rendered
from omnilife.notifications.ses import SesProvider
from omnilife.notifications.smtp import SmtpProvider, SmtpServer, mail_provider


class Connection:
    """As smtplib's, failing as told at one of its calls."""

    def __init__(self, failing="", error=None):
        self.failing, self.error, self.closed, self.sent = failing, error, False, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.closed = True

    def _maybe(self, call):
        if call == self.failing:
            raise self.error

    def starttls(self, **_):
        self._maybe("starttls")

    def login(self, *_):
        self._maybe("login")

    def send_message(self, mail, **_):
        self._maybe("send")
        self.sent.append(mail)


@pytest.fixture
def connect(monkeypatch):
    def to(connection):
        monkeypatch.setattr(smtplib, "SMTP", lambda *_, **__: connection)
        return SmtpProvider(SmtpServer("mail.example", 587, "shop", "secret"), "shop@shop.example")

    return to


def message(subject="Hi"):
    return Message(Rendered(subject, "Hello"), "n1.email", {}, {})


@pytest.mark.parametrize(
    ("failing", "error", "code"),
    [
        ("starttls", smtplib.SMTPNotSupportedError("no TLS"), "unreachable"),
        ("login", smtplib.SMTPAuthenticationError(535, b"no"), "authentication"),
        ("login", smtplib.SMTPServerDisconnected("gone"), "unreachable"),
        ("login", TimeoutError(), "unreachable"),
    ],
    ids=["tls", "password", "hung up", "silent"],
)
def test_before_the_mail_is_handed_over_it_was_certainly_not_taken_and_nothing_stays_open(
    connect, failing, error, code
):
    connection = Connection(failing, error)
    with pytest.raises(ProviderDown, match=code):
        connect(connection).send(message(), to="ada@example.com")
    assert connection.closed


def test_a_mail_that_cannot_be_written_is_refused_and_the_server_not_asked(connect):
    connection = Connection()
    with pytest.raises(Refused, match="malformed"):
        connect(connection).send(message("a\r\nBcc: eve@example.com"), to="ada@example.com")
    assert connection.sent == []


def test_an_address_that_the_server_cannot_write_down_is_refused(connect):
    connection = Connection("send", smtplib.SMTPNotSupportedError("no SMTPUTF8"))
    with pytest.raises(Refused, match="not_supported"):
        connect(connection).send(message(), to="\u00e4da@example.com")


@pytest.fixture
def chosen(monkeypatch):
    monkeypatch.setenv("SENDER_ADDRESS", "shop@shop.example")
    monkeypatch.setenv("MAIL_SECRET_ARN", "arn")

    def by(said):
        monkeypatch.setattr(smtp, "secret", lambda _: json.dumps(said))
        return mail_provider()

    return by


def test_an_empty_secret_means_ses(chosen):
    assert isinstance(chosen({}), SesProvider)


def test_a_server_in_the_secret_is_used(chosen):
    provider = chosen({"smtp": {"host": "mail.example", "port": 25, "security": "none"}})
    assert provider.server == SmtpServer("mail.example", 25, security="none")


@pytest.mark.parametrize("said", [{"smpt": {}}, {"smtp": {"host": "mail.example"}}], ids=["misspelt", "half"])
def test_a_secret_that_says_something_else_fails_rather_than_to_choose_ses(chosen, said):
    with pytest.raises((KeyError, TypeError)):
        chosen(said)
