"""Signing keys, as the `trust` table has them: `core.trust` reads them to verify, this module to sign.

| entity | pk   | sk    | members |
|--------|------|-------|---------|
| keys   | KEYS | <kid> | jwk (JSON text), state, key_arn, signs_from, expires_at |

Times are epoch seconds. The one that signs is the one with the latest `signs_from` that has come: nobody is
told, every signer that has read the row since it was published knows. `state` is for people.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from omnilife.core.config import Settings
from omnilife.core.table import Item, Table

MAX_KEYS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySettings(Settings):
    trust_table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """A key whose tokens are believed.

    Attributes:
        key_arn: in KMS; empty for a key that somebody else signs with.
        signs_from: when it begins to sign, if no later one has by then.
        expires_at: from when on no token is believed by it; None while that is not decided.
    """

    kid: str
    jwk: Mapping[str, Any]
    state: str
    key_arn: str
    signs_from: int
    expires_at: int | None

    @classmethod
    def read(cls, item: Item) -> Self:
        return cls(
            kid=item["sk"],
            jwk=json.loads(item["jwk"]),
            state=item["state"],
            key_arn=item.get("key_arn", ""),
            signs_from=item.get("signs_from", 0),
            expires_at=item.get("expires_at"),
        )

    def verifies_at(self, now: int) -> bool:
        """Whether a token by it can be valid at `now`."""
        return self.expires_at is None or self.expires_at > now


@dataclass(frozen=True, slots=True)
class TrustedKeys:
    """The rows of signing keys."""

    table: Table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(KeySettings.from_environment().trust_table))

    def all(self) -> list[TrustedKey]:
        """Every key that is not deleted yet, oldest first. Cost: one consistent query."""
        items = self.table.query("KEYS", limit=MAX_KEYS, consistent=True).items
        return sorted(map(TrustedKey.read, items), key=lambda key: (key.signs_from, key.kid))
