"""A stand-in for Cloudinary, written from its published API: signed uploads, destroy, delivery, downloads."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SECRET = "the-account's-secret"
UNSIGNED = {"file", "api_key", "cloud_name", "resource_type", "signature"}


class Account(ThreadingHTTPServer):
    """`files`: (type, public id) → bytes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[tuple[str, str], bytes] = {}
        self.invalidated: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def account() -> Iterator[Account]:
    """A running account."""
    server = Account()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def signed(parameters: dict[str, Any]) -> bool:
    """SHA-1 of the parameters, sorted, and the secret."""
    text = "&".join(f"{name}={value}" for name, value in sorted(parameters.items()) if name not in UNSIGNED)
    return hashlib.sha1(f"{text}{SECRET}".encode()).hexdigest() == parameters.get("signature")  # noqa: S324


class _Handler(BaseHTTPRequestHandler):
    server: Account

    def do_POST(self) -> None:
        action = self.path.rpartition("/")[2]
        fields = self._form()
        if not signed({name: value.decode() for name, value in fields.items() if name != "file"}):
            self._answer(401, {"error": {"message": "Invalid Signature"}})
            return
        name = (fields.get("type", b"upload").decode(), fields["public_id"].decode())
        if action == "upload":
            self.server.files[name] = fields["file"]
            self._answer(200, {"public_id": name[1], "bytes": len(fields["file"])})
        else:
            there = self.server.files.pop(name, None)
            self.server.invalidated.append(fields.get("invalidate", b"").decode())
            self._answer(200, {"result": "not found" if there is None else "ok"})

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        parameters = dict(parse_qsl(asked.query))
        data = self.server.files.get((parameters.get("type", ""), parameters.get("public_id", "")))
        if not signed(parameters) or data is None:
            self._answer(404, {})
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def _form(self) -> dict[str, bytes]:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts: Any = BytesParser().parsebytes(head + body).get_payload()
        return {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
            for part in parts
        }

    def _answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
