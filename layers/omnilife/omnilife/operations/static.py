"""Content that is the same for everyone until the next deploy: compressed once, then answered from memory."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from omnilife.core.http.reply import Reply

MAX_AGE_S = 300
"""How long a browser may show what a newer deploy has replaced."""


@dataclass(frozen=True)
class StaticContent:
    """Bytes, with the headers that belong to them."""

    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def reply(self, request_headers: Mapping[str, str]) -> Reply[bytes]:
        """The content, compressed for who can read that.

        Args:
            request_headers: by lower-case name; only `accept-encoding` is read.
        """
        headers = {"Cache-Control": f"public, max-age={MAX_AGE_S}", "Vary": "Accept-Encoding", **self.headers}
        if accepts_gzip(request_headers.get("accept-encoding", "")):
            return Reply(self._compressed, headers={**headers, "Content-Encoding": "gzip"})
        return Reply(self.content, headers=headers)

    @cached_property
    def _compressed(self) -> bytes:
        return gzip.compress(self.content, compresslevel=6, mtime=0)


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an `Accept-Encoding` (RFC 9110, 12.5.3) lets us send gzip. What cannot be read does not."""
    weights: dict[str, float] = {}
    for choice in accept_encoding.lower().split(","):
        coding, _, parameter = choice.partition(";")
        name, _, weight = parameter.partition("=")
        try:
            weights[coding.strip()] = float(weight) if name.strip() == "q" else 1.0
        except ValueError:
            weights[coding.strip()] = 0.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0
