"""One stable base URL for the deployed HTTP APIs, as edge.yaml's CloudFront gives it in AWS.

An ASGI wrapper around MiniStack: requests to the front port go to the API that the route table names,
anything else there is a 404; requests to MiniStack's own port pass unchanged.
"""

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from pathlib import Path
from typing import Any

MAILBOX = "/mailbox"
MAILBOX_MESSAGES = "/mailbox/messages"
SES_MESSAGES = "/_ministack/ses/messages"
MAILBOX_PAGE = Path(__file__).with_name("mailbox.html")
"""Shows in a browser what SES was given. Only here: in AWS there is neither the page nor the path."""

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
type Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
type App = Callable[[Scope, Receive, Send], Awaitable[None]]


BUCKET = "bucket:"
"""How a route's target says that it is a bucket, and no API."""


class RouteTable:
    """`[[pattern, api id], …]` in a JSON file that a deploy rewrites; read again when it has changed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read_at = -1
        self._routes: list[tuple[str, str]] = []

    def api_for(self, path: str) -> str | None:
        """The API of the first pattern that matches, as CloudFront picks a cache behaviour."""
        for pattern, api_id in self._fresh():
            if matches(pattern, path):
                return api_id
        return None

    @property
    def deployed(self) -> bool:
        return bool(self._fresh())

    def _fresh(self) -> list[tuple[str, str]]:
        if self._file.exists() and (changed_at := self._file.stat().st_mtime_ns) != self._read_at:
            self._routes = [(pattern, api_id) for pattern, api_id in json.loads(self._file.read_text())]
            self._read_at = changed_at
        return self._routes


def matches(pattern: str, path: str) -> bool:
    """CloudFront's path patterns: `*` is any run of characters, slashes too; `?` is one; case matters."""
    return _compiled("/" + pattern.removeprefix("/")).fullmatch(path) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(letter, re.escape(letter)) for letter in pattern), re.DOTALL)


class Front:
    """The wrapper; `port` is the front's own."""

    def __init__(self, app: App, *, port: int, table: RouteTable) -> None:
        self._app = app
        self._port = port
        self._table = table

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["server"][1] != self._port:
            await self._app(scope, receive, send)
            return
        if scope["path"] == MAILBOX:
            await _answer(send, 200, b"text/html; charset=utf-8", MAILBOX_PAGE.read_bytes())
            return
        if scope["path"] == MAILBOX_MESSAGES and scope["method"] == "GET":
            await self._app({**scope, "path": SES_MESSAGES, "raw_path": SES_MESSAGES.encode()}, receive, send)
            return
        target = self._table.api_for(scope["path"])
        if target is not None and target.startswith(BUCKET):
            await self._app(in_bucket(scope, target.removeprefix(BUCKET)), receive, send)
        elif target is not None:
            await self._app(addressed_to(scope, target), receive, send)
        elif self._table.deployed:
            await _problem(send, 404, "not-found", "Not found")
        else:
            await _problem(send, 503, "unavailable", "Nothing is deployed yet")


def in_bucket(scope: Scope, bucket: str) -> Scope:
    """The same path, as an object's key: what the edge reads of the media's bucket."""
    path = f"/{bucket}{scope['path']}"
    headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
    return {
        **scope,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [*headers, (b"host", b"localhost")],
    }


def addressed_to(scope: Scope, api_id: str) -> Scope:
    """The same request under MiniStack's address of an API's $default stage."""
    prefix = f"/_aws/execute-api/{api_id}/$default"
    raw_path = scope.get("raw_path") or scope["path"].encode()
    # A virtual host in front of the API would be read as an address of its own.
    headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
    return {
        **scope,
        "path": prefix + scope["path"],
        "raw_path": prefix.encode() + raw_path,
        "headers": [*headers, (b"host", b"localhost")],
    }


async def _problem(send: Send, status: int, slug: str, title: str) -> None:
    body = json.dumps({"type": f"/problems/{slug}", "title": title, "status": status}).encode()
    await _answer(send, status, b"application/problem+json", body)


async def _answer(send: Send, status: int, media_type: bytes, body: bytes) -> None:
    headers = [(b"content-type", media_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
