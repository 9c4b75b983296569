"""Idempotency keys: a POST that is sent again within 24 hours has its effect once.

`core.http` makes an `Idempotency` of the request. The store writes its `record` in the transaction of the
effect, so that there is never one without the other, and a repeat is answered from the `reference` (such as
the new product's id) that the first one left. `transact_once` is all of it in one call.

| entity | pk | sk |
|---|---|---|
| idempotency | IDEMPOTENCY#<SHA-256 of caller, route and key> | IDEMPOTENCY |
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from omnilife.core.clock import epoch_seconds
from omnilife.core.conditions import attribute, missing
from omnilife.core.errors import IdempotencyConflict
from omnilife.core.table import ConditionFailed, Part, Put, Table

LIFETIME = timedelta(hours=24)
PART = "idempotency"
"""The name of the record's part in a transaction, as `ConditionFailed` tells it."""

_SORT_KEY = "IDEMPOTENCY"


@dataclass(frozen=True, slots=True)
class Idempotency:
    """One use of an idempotency key.

    Attributes:
        key: the header's value.
        caller: whose key it is; two callers may use the same key.
        route: method and path template; one key may serve two routes.
        body_hash: SHA-256 of the body, in hexadecimal.
    """

    key: str
    caller: str
    route: str
    body_hash: str

    @property
    def pk(self) -> str:
        fields = (self.caller, self.route, self.key)
        digest = hashlib.sha256(b"".join(len(each.encode()).to_bytes(8) + each.encode() for each in fields))
        return f"IDEMPOTENCY#{digest.hexdigest()}"


def record(idem: Idempotency, reference: Mapping[str, Any], now: datetime, *, table: str = "") -> Put:
    """The part that records this use. It fails, as part `"idempotency"`, when there is a record already."""
    return Put(
        {
            "pk": idem.pk,
            "sk": _SORT_KEY,
            "entity": "idempotency",
            "body_hash": idem.body_hash,
            "reference": dict(reference),
            "expires_at": epoch_seconds(now + LIFETIME),
        },
        condition=missing("pk") | (attribute("expires_at") <= epoch_seconds(now)),
        name=PART,
        table=table,
    )


def recall(table: Table, idem: Idempotency, now: datetime) -> Mapping[str, Any] | None:
    """What the first use of this key left; None if this is the first within 24 hours. Cost: one read unit.

    Raises:
        IdempotencyConflict: the key was used with another body.
    """
    item = table.get(idem.pk, _SORT_KEY, consistent=True)
    if item is None or item["expires_at"] <= epoch_seconds(now):
        return None
    if item["body_hash"] != idem.body_hash:
        raise IdempotencyConflict("This Idempotency-Key was used with another body. Choose a new key.")
    reference: Mapping[str, Any] = item["reference"]
    return reference


def transact_once(
    table: Table,
    parts: Sequence[Part],
    *,
    idem: Idempotency | None,
    reference: Mapping[str, Any],
    now: datetime,
) -> Mapping[str, Any] | None:
    """Carry out `parts` unless an earlier request with this key did; without a key, always.

    Of two requests at the same instant one has its effect and the other learns of it here.

    Returns:
        None when the parts were carried out now; otherwise the reference that the first use left.

    Raises:
        IdempotencyConflict: the key was used with another body.
        ConditionFailed, Unavailable, ValueError: as `Table.transact`.
    """
    if idem is None:
        table.transact(parts)
        return None
    try:
        table.transact([record(idem, reference, now), *parts])
    except ConditionFailed as failed:
        if failed.part != PART:
            raise
        first = recall(table, idem, now)
        if first is None:  # it expired between the two calls: the client may try again
            raise
        return first
    return None
