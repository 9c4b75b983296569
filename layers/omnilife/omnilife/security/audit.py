"""The audit trail: who changed what, in chains that show when a record was changed or removed.

Records stand in sixteen chains. Each holds its number, the hash of the one before it, and what happened; its
own hash is the SHA-256 of all that as canonical JSON (RFC 8785 for what is in it: texts, whole numbers,
lists, objects). The chain's head names the last number and hash, so that cutting the end off shows too. Who
could rewrite a whole chain with its head is betrayed by the heads that each verification logs.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from omnilife.core.clock import Timestamp, rfc3339
from omnilife.core.events import ReceivedEvent
from omnilife.security.plain import plain

CHAINS = 16
GENESIS = "0" * 64

AUDITED_NAMES = frozenset(
    {
        "authz_admin",
        "authz_change",
        "privilege_permissions_changed",
        "sensitive_create",
        "sensitive_read",
        "sensitive_update",
        "sensitive_delete",
        "user_archived",
        "user_deleted",
    }
)
AUDITED_EVENTS = frozenset(
    {
        "ApiKeyCreated",
        "ApiKeyRevoked",
        "BlacklistChanged",
        "PricingRuleChanged",
        "ReindexRequested",
        "RolesChanged",
        "RuleChanged",
        "RuleDeleted",
        "SynonymsChanged",
    }
)
"""What administrators and keys change, in all domains; events under `AUDITED_NAMES` beside."""


class AuditRecord(BaseModel):
    """One record of a chain. `hash` is over all the rest."""

    model_config = ConfigDict(frozen=True)

    chain: int
    seq: int
    previous: str
    event_id: str
    action: str
    actor: str
    subject: str
    at: Timestamp
    request_id: str
    details: dict[str, Any]
    hash: str = ""

    @classmethod
    def of(cls, event: ReceivedEvent, *, chain: int, seq: int, previous: str) -> Self:
        """The record of an event, with its hash."""
        record = cls(
            chain=chain,
            seq=seq,
            previous=previous,
            event_id=event.id,
            action=event.type,
            actor=event.actor,
            subject=f"{event.aggregate}:{event.aggregate_id}",
            at=event.time,
            request_id=event.correlation_id,
            details=plain(event.data),
        )
        return record.model_copy(update={"hash": hash_of(record.model_dump(mode="json"))})


class AuditPage(BaseModel):
    """Records, newest first."""

    model_config = ConfigDict(frozen=True)

    items: list[AuditRecord]
    next_cursor: str | None


class Break(BaseModel):
    """Where a chain does not hold: at which number, and what is wrong there."""

    model_config = ConfigDict(frozen=True)

    chain: int
    seq: int
    problem: str
    event_id: str | None = None


def is_audited(event: ReceivedEvent) -> bool:
    """Whether an event belongs into the trail."""
    return event.type in AUDITED_EVENTS or event.data.get("vocabulary") in AUDITED_NAMES


def chain_of(event: ReceivedEvent) -> int:
    """One thing's records share a chain, in the order in which they came."""
    return zlib.crc32(f"{event.aggregate}:{event.aggregate_id}".encode()) % CHAINS


def hash_of(record: Mapping[str, Any]) -> str:
    """SHA-256 of a record without its hash, as canonical JSON, in hexadecimal."""
    content = {name: value for name, value in record.items() if name != "hash"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check_chain(chain: int, records: Iterable[Mapping[str, Any]], head: tuple[int, str]) -> list[Break]:
    """What is wrong with a chain, in its order: every record that was changed, replaced or is missing.

    Args:
        records: all of it up to the head, by number.
        head: the number and the hash of its last record; (0, GENESIS) for none.
    """
    broken: list[Break] = []
    before: Mapping[str, Any] = {"seq": 0, "hash": GENESIS, "event_id": None}
    for record in records:
        seq, event_id = record["seq"], record["event_id"]
        gap = range(before["seq"] + 1, seq)
        broken += [Break(chain=chain, seq=lost, problem="missing") for lost in gap]
        if hash_of(record) != record["hash"]:
            broken.append(Break(chain=chain, seq=seq, problem="changed", event_id=event_id))
        elif not gap and record["previous"] != before["hash"]:
            # This one is whole and says what was before it: that one was made anew, with a hash of its own.
            broken.append(
                Break(chain=chain, seq=before["seq"], problem="replaced", event_id=before["event_id"])
            )
        before = record
    broken += [
        Break(chain=chain, seq=lost, problem="missing") for lost in range(before["seq"] + 1, head[0] + 1)
    ]
    if before["seq"] == head[0] and before["hash"] != head[1]:
        broken.append(Break(chain=chain, seq=head[0], problem="replaced", event_id=before["event_id"]))
    return broken


def position_of(record: AuditRecord) -> str:
    """Where a record stands in the list of all: by time, then by event."""
    return f"{rfc3339(record.at)}#{record.event_id}"
