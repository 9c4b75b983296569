"""Who may be believed: the `trust` table, as every function but its writers sees it, read only.

| entity    | pk                  | sk        | members                                                 |
|-----------|---------------------|-----------|---------------------------------------------------------|
| keys      | KEYS                | <kid>     | jwk (JSON text, public), state, expires_at              |
| denials   | DENY#<kind>#<id>    | DENY      | before, expires_at; kind is sid, family or sub          |
| API keys  | APIKEY#<sha256 hex> | APIKEY    | key_id, kind (service or write), scopes, expires_at,    |
|           |                     |           | revoked_at                                              |
| blacklist | BLACKLIST#<0..15>   | BLACKLIST | compressed (`Blacklist.pack`), the same in all sixteen  |

A key's `state` is for its writer: `published` ahead, then `signing`, then `retired` until its last token
has expired. All three verify, until `expires_at`; a key that must not, is deleted. A denial without `before`
denies every token; with it, those issued earlier (`iat` < `before`, epoch seconds). To deny what was issued
in this very second too, write the next one. The hash in an API key's pk is of the key as presented. Times
are epoch seconds; TTL deletes late, so every reader checks them. Identity and security write this table.
"""

import json
import time
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses
from random import SystemRandom
from socket import AF_INET, AF_INET6, inet_pton
from typing import TYPE_CHECKING, Any, Literal

from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.errors import Unavailable

if TYPE_CHECKING:
    from omnilife.core.table import Table

KEYS_HELD_S = 300
KEYS_REREAD_S = 1
BLACKLIST_HELD_S = 20
BLACKLIST_STALE_S = 300
BLACKLIST_COPIES = 16
MAX_BLACKLIST_BYTES = 100_000
"""Compressed. A longer one is the writer's to refuse."""

_random = SystemRandom().random  # from the system, so that restored snapshots do not all draw the same
_V4_IN_V6 = bytes(10) + b"\xff\xff"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key for server-side callers (`service`), or one that can only send events (`write`)."""

    key_id: str
    kind: Literal["service", "write"]
    scopes: frozenset[str]


class Blacklist:
    """Blocked addresses, as sorted, disjoint ranges of their 16-byte form: one bisection finds one."""

    def __init__(self, starts: Sequence[bytes] = (), ends: Sequence[bytes] = ()) -> None:
        self._starts = starts
        self._ends = ends

    def __contains__(self, address: str) -> bool:
        packed = pack_address(address)
        if packed is None:
            return False
        index = bisect_right(self._starts, packed) - 1
        return index >= 0 and packed <= self._ends[index]

    @staticmethod
    def pack(networks: Iterable[IPv4Network | IPv6Network]) -> bytes:
        """The form that is stored: first and last address of each range, 16 bytes each, deflated."""
        networks = list(networks)
        v4 = collapse_addresses(n for n in networks if isinstance(n, IPv4Network))
        v6 = collapse_addresses(n for n in networks if isinstance(n, IPv6Network))
        ranges = [(_V4_IN_V6 + n[0].packed, _V4_IN_V6 + n[-1].packed) for n in v4]
        ranges += [(n[0].packed, n[-1].packed) for n in v6]
        return zlib.compress(b"".join(start + end for start, end in sorted(ranges)), 9)

    @classmethod
    def unpack(cls, compressed: bytes) -> "Blacklist":
        """The list that `pack` made."""
        raw = zlib.decompress(compressed)
        return cls(
            [raw[i : i + 16] for i in range(0, len(raw), 32)],
            [raw[i : i + 16] for i in range(16, len(raw), 32)],
        )


def pack_address(address: str) -> bytes | None:
    """An IP address in 16 bytes, IPv4 in its IPv6 form so that it has one spelling; None if it is none."""
    try:
        return _V4_IN_V6 + inet_pton(AF_INET, address)
    except (OSError, ValueError):
        pass
    try:
        return inet_pton(AF_INET6, address)
    except (OSError, ValueError):
        return None


class TrustStore:
    """The table's reader. One a process: it holds keys for 300 s and the blacklist for 20 s."""

    def __init__(
        self,
        table: "Table",
        *,
        clock: Clock = system_clock,
        monotonic: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = _random,
    ) -> None:
        self._table = table
        self._clock = clock
        self._monotonic = monotonic
        self._random = random
        self._keys: Mapping[str, Mapping[str, Any]] = {}
        self._keys_read_at = float("-inf")
        self._blacklist = Blacklist()
        self._blacklist_until = float("-inf")
        self._blacklist_read_at = float("-inf")

    def signing_key(self, kid: str) -> Mapping[str, Any] | None:
        """The public key (JWK) of that id, or None.

        A rotation's new key is found at once: an unknown id has the keys read again, but not more than once
        a second, so that made-up ids cost nothing. Cost: now and then one query, 0.5 RCU.
        """
        age = self._monotonic() - self._keys_read_at
        if age >= KEYS_HELD_S or (kid not in self._keys and age >= KEYS_REREAD_S):
            now = self._now()
            rows = self._table.query("KEYS", limit=100, consistent=True).items
            self._keys = {row["sk"]: json.loads(row["jwk"]) for row in rows if _valid(row, now)}
            self._keys_read_at = self._monotonic()
        return self._keys.get(kid)

    def denied(self, *, session_id: str, family: str, subject: str, issued_at: int) -> bool:
        """Whether a token was taken back: by its session, its refresh family, or all of its user's.

        Strongly consistent, so that a logout holds from the next request on. Cost: one BatchGetItem, 3 RCU.

        Raises:
            Unavailable: the table could not say; then nothing may be believed.
        """
        named = {"sid": session_id, "family": family, "sub": subject}
        keys = [{"pk": f"DENY#{kind}#{value}", "sk": "DENY"} for kind, value in named.items() if value]
        now = self._now()
        rows = self._table.batch_get(keys, consistent=True)
        return any(_valid(row, now) and issued_at < row.get("before", issued_at + 1) for row in rows)

    def api_key(self, presented_hash: str) -> ApiKey | None:
        """The key whose presented form has this SHA-256, unless it expired or was revoked.

        Strongly consistent. Cost: one BatchGetItem, 1 RCU.

        Raises:
            Unavailable: the table could not say.
        """
        rows = self._table.batch_get([{"pk": f"APIKEY#{presented_hash}", "sk": "APIKEY"}], consistent=True)
        now = self._now()
        for row in rows:
            if _valid(row, now) and not row.get("revoked_at"):
                return ApiKey(key_id=row["key_id"], kind=row["kind"], scopes=frozenset(row["scopes"]))
        return None

    def blocks(self, address: str) -> bool:
        """Whether the blacklist has this address. Cost: every 20 s, one read of at most 12.5 RCU.

        While the table does not answer, the list that is known stays in force for five minutes.

        Raises:
            Unavailable: the table could not say, and no list so young is known.
        """
        now = self._monotonic()
        if now >= self._blacklist_until:
            try:
                self._blacklist = self._read_blacklist()
                self._blacklist_read_at = now
            except Unavailable:
                if now - self._blacklist_read_at > BLACKLIST_STALE_S:
                    raise
            # With jitter, so that a fleet that started together does not read together.
            self._blacklist_until = now + BLACKLIST_HELD_S * (0.75 + 0.5 * self._random())
        return address in self._blacklist

    def _read_blacklist(self) -> Blacklist:
        copy = int(self._random() * BLACKLIST_COPIES)
        item = self._table.get(f"BLACKLIST#{copy}", "BLACKLIST")
        return Blacklist.unpack(bytes(item["compressed"])) if item else Blacklist()

    def _now(self) -> int:
        return epoch_seconds(self._clock.now())


def _valid(row: Mapping[str, Any], now: int) -> bool:
    return bool(row.get("expires_at", now + 1) > now)
