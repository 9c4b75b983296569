"""What the end-to-end tests do with a deployed shop, as its clients would: HTTP and nothing else."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

JSON = dict[str, Any]


def eventually[T](look: Callable[[], T], *, until: Callable[[T], bool], within: float = 30.0) -> T:
    """What `look` sees once `until` holds for it; the last sight in the failure when it never does.

    The one place that waits: a side effect travels through a stream, a bus, a queue and an index refresh,
    and none of them tells the client when it is done.
    """
    deadline = time.monotonic() + within
    while True:
        seen = look()
        if until(seen):
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:.0f} s; last seen: {seen!r}")
        time.sleep(0.1)


def lamp(**changes: Any) -> JSON:
    """A product that a merchant might write, with a name that no other test uses."""
    word = f"lamp{uuid.uuid4().hex[:10]}"
    return {
        "sku": word,
        "name": f"Brass desk lamp {word}",
        "description": "Turns, dims and folds away.",
        "brand": "Halden",
        "category": ["home", "lighting"],
        "price": {"amount": 4900, "currency": "USD"},
        "weight_g": 1200,
        "attributes": {"colour": "brass", "voltage": ["12 V", "230 V"]},
        "stock_on_hand": 7,
        "status": "active",
    } | changes


@dataclass(frozen=True)
class Shop:
    """A deployed shop seen from outside. Every test takes a merchant of its own, so tests share nothing."""

    base_url: str
    mint: Callable[[str, str], str]
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30.0))

    def token(self, role: str, subject: str) -> str:
        """A token as the development command signs it."""
        return self.mint(role, subject)

    def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> httpx.Response:
        """One request; any answer is returned, none raises."""
        sent = dict(headers or {})
        if token:
            sent["authorization"] = f"Bearer {token}"
        return self.client.request(method, self.base_url + path, headers=sent, **kwargs)

    def create(self, token: str, product: JSON) -> JSON:
        """A product written through the API."""
        answer = self.call("POST", "/api/marketplace/products", token=token, json=product)
        assert answer.status_code == 201, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def search(self, **query: Any) -> JSON:
        """A shopper's search that answers."""
        answer = self.call("GET", "/api/search/products", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def found(self, text: str, **query: Any) -> list[JSON]:
        """The products found for a text, best first."""
        return [item["product"] for item in self.search(q=text, **query)["items"]]

    def await_found(
        self, text: str, *, until: Callable[[list[JSON]], bool], within: float = 30.0
    ) -> list[JSON]:
        """What a search finds once the index has followed.

        An engine that has just started takes its time over its first queries: a 503 means come again here, as
        its Retry-After says. Nothing else but an answer passes.
        """

        def look() -> list[JSON] | None:
            answer = self.call("GET", "/api/search/products", params={"q": text})
            assert answer.status_code in {200, 503}, answer.text
            if answer.status_code == 503:
                return None
            return [item["product"] for item in answer.json()["items"]]

        found = eventually(look, until=lambda seen: seen is not None and until(seen), within=within)
        assert found is not None
        return found

    def await_search(self, *, within: float = 60.0) -> None:
        """Wait until the search engine answers a query in time."""
        eventually(
            lambda: self.call("GET", "/api/search/products").status_code,
            until=lambda status: status == 200,
            within=within,
        )


@dataclass(frozen=True)
class Merchant:
    """A merchant with a token."""

    id: str
    token: str
