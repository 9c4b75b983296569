"""Twilio's and Google's HTTP APIs, as far as sending takes, on a port of this machine; and an SMTP server.

Written from their published references: twilio.com/docs/messaging/api/message-resource and /docs/api/errors,
firebase.google.com/docs/reference/fcm/rest/v1/projects.messages and ErrorCode, RFC 6749 for Google's tokens.
"""

import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SID, TOKEN = "AC" + "0" * 32, "twilio-secret"


class Desk:
    """What a provider was asked, and what it is to answer next: (status, body, headers)."""

    def __init__(self):
        self.asked, self.answers, self.url = [], [], ""


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        desk = self.server.desk
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        path = urlsplit(self.path).path
        if path == "/token":
            return self._answer(200, {"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}, {})
        desk.asked.append((path, dict(self.headers), body))
        if desk.answers:
            return self._answer(*desk.answers.pop(0))
        if path == f"/2010-04-01/Accounts/{SID}/Messages.json":
            if (
                self.headers["Authorization"]
                != "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
            ):
                return self._answer(*twilio_error(20003, 401))
            form = {name: values[0] for name, values in parse_qs(body).items()}
            return self._answer(201, {"sid": "SM" + "1" * 32, "status": "queued", "to": form["To"]}, {})
        if path == "/v1/projects/shop/messages:send":
            return self._answer(200, {"name": "projects/shop/messages/0:1"}, {})
        return self._answer(404, {}, {})

    def _answer(self, status, body, headers):
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        """Says nothing."""


@contextmanager
def provider_desk() -> Iterator[Desk]:
    """Both APIs on one port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.desk = desk = Desk()
    desk.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()


def twilio_error(code: int, status: int = 400):
    """As Twilio says that it refuses."""
    said = {"code": code, "message": "no", "more_info": f"https://www.twilio.com/docs/errors/{code}"}
    return status, {**said, "status": status}, {}


def fcm_error(status: int, name: str, code: str | None = None, **headers: str):
    """As FCM says that it refuses."""
    details = (
        []
        if code is None
        else [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}]
    )
    return status, {"error": {"code": status, "message": "no", "status": name, "details": details}}, headers


def service_account(url: str) -> str:
    """A service account's file, generated, whose tokens and messages go to `url`."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    account = {
        "type": "service_account",
        "project_id": "shop",
        "private_key_id": "k",
        "private_key": pem.decode(),
        "client_email": "push@shop.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": f"{url}/token",
        "fcm_url": url,
    }
    return json.dumps(account)


class Postbox:
    """An SMTP server's handler that keeps what it gets, or refuses it."""

    def __init__(self):
        self.mails, self.refuse_recipient, self.refuse_data = [], "", ""

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802, ARG002
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802, ARG002
        if self.refuse_data:
            return self.refuse_data
        self.mails.append((envelope, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@contextmanager
def smtp_server() -> Iterator[tuple[Postbox, int]]:
    """A real SMTP server, and its port."""
    box = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()
