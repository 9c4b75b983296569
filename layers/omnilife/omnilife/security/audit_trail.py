"""Keeping, reading and verifying the audit trail."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from omnilife.core.clock import Timestamp, rfc3339
from omnilife.core.cursors import CursorCodec
from omnilife.core.errors import FieldError, Invalid
from omnilife.core.events import ReceivedEvent
from omnilife.core.logging import logger
from omnilife.security.audit import CHAINS, AuditPage, AuditRecord, Break, check_chain, is_audited
from omnilife.security.store.audit import AuditStore

Named = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:._#-]{1,130}$")]


class AuditFilters(BaseModel):
    """All filters must hold: `actor=user:<id>`, `action=RolesChanged`, `subject=user:<id>`, a window."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    actor: Named | None = None
    action: Named | None = None
    subject: Named | None = None
    since: Annotated[Timestamp | None, Field(alias="from")] = None
    until: Annotated[Timestamp | None, Field(alias="to")] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=3000)] | None = None


class ChainHead(BaseModel):
    """A chain's end as a verification found it. Kept outside, it betrays a chain that is made anew later."""

    model_config = ConfigDict(frozen=True)

    chain: int
    seq: int
    hash: str


class Verification(BaseModel):
    """What a verification found: nothing is wrong when `broken` is empty."""

    model_config = ConfigDict(frozen=True)

    records: int
    heads: list[ChainHead]
    broken: list[Break]


class AuditChainBroken(Exception):  # noqa: N818 (says what is the case)
    """Records of the trail were changed or removed."""


def append_audit(store: AuditStore, event: ReceivedEvent) -> bool:
    """Record an event that belongs into the trail, once; False for others and for repeats."""
    return is_audited(event) and store.append(event)


def list_audit(store: AuditStore, filters: AuditFilters, *, cursors: CursorCodec) -> AuditPage:
    """A page of the records that pass all filters, newest first.

    Raises:
        Invalid: a window that ends before it begins.
        BadCursor: not one of ours, or of another query.
    """
    if filters.since and filters.until and filters.until <= filters.since:
        raise Invalid("The window is empty.", errors=[FieldError("/query/to", "not after from")])
    query = "audit:" + filters.model_dump_json(exclude={"limit", "cursor"})
    position = cursors.read(filters.cursor, bound_to=query) if filters.cursor else None
    read = store.browse(
        actor=filters.actor,
        action=filters.action,
        subject=filters.subject,
        since=rfc3339(filters.since) if filters.since else None,
        until=rfc3339(filters.until) if filters.until else None,
        limit=filters.limit,
        position=position,
    )
    items = [AuditRecord.model_validate(item["record"]) for item in read.take(filters.limit)]
    return AuditPage(
        items=items, next_cursor=None if read.ended else cursors.issue(read.position, bound_to=query)
    )


def verify_audit_chain(store: AuditStore) -> Verification:
    """Check every record of every chain, and log the chains' heads.

    The head is read before its chain: what is appended meanwhile is looked at the next time.

    Raises:
        AuditChainBroken: after naming in the log each record that was changed or is missing.
    """
    heads: list[ChainHead] = []
    broken: list[Break] = []
    total = 0
    for chain in range(CHAINS):
        seq, last = store.head(chain)
        records = list(store.records(chain, through=seq))
        broken += check_chain(chain, records, (seq, last))
        total += len(records)
        heads.append(ChainHead(chain=chain, seq=seq, hash=last))
    result = Verification(records=total, heads=heads, broken=broken)
    logger.info("the audit trail was verified", extra={"heads": [head.model_dump() for head in heads]})
    if broken:
        for each in broken[:100]:
            logger.critical("a record of the audit trail does not hold", extra=each.model_dump())
        raise AuditChainBroken(f"{len(broken)} records of the audit trail do not hold; the log names them")
    return result
