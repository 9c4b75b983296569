"""`ImportStore`: import jobs and the chunks of their files."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Self

from omnilife.catalogue.import_models import RowError
from omnilife.catalogue.store.files import UploadedFile
from omnilife.catalogue.store.products import CatalogueSettings
from omnilife.catalogue.stored_import import Counts, ImportChunk, StoredImport
from omnilife.core.attributes import Item
from omnilife.core.clock import epoch_seconds, rfc3339
from omnilife.core.conditions import Path, attribute, missing
from omnilife.core.idempotency import Idempotency, transact_once
from omnilife.core.jobs import JobProblem
from omnilife.core.table import ConditionFailed, Part, Put, Table, Update
from omnilife.core.transactions import Key

KEPT = timedelta(days=90)
PUTS_A_TRANSACTION = 50


def import_key(import_id: str) -> Key:
    return {"pk": f"IMPORT#{import_id}", "sk": "IMPORT"}


def chunk_key(import_id: str, number: int) -> Key:
    return {"pk": f"IMPORT#{import_id}", "sk": f"CHUNK#{number:06}"}


class ImportStore:
    """Imports in the `catalogue` table, each kept for 90 days; keys are in this package's docstring."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(CatalogueSettings.from_environment().catalogue_table))

    def create(
        self, job: StoredImport, *, idempotency: Idempotency | None, now: datetime
    ) -> StoredImport | None:
        """Write a new import; with an idempotency key that was used before, return the one it made."""
        first = transact_once(
            self.table,
            [Put(_item(job), condition=missing("pk"), name="import")],
            idem=idempotency,
            reference={"import_id": job.import_id},
            now=now,
        )
        return None if first is None else self.find(first["import_id"], now=now)

    def find(self, import_id: str, *, now: datetime) -> StoredImport | None:
        """An import, strongly consistent; None when there is none or its time is over."""
        key = import_key(import_id)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        if item is None or item["expires_at"] <= epoch_seconds(now):
            return None
        return StoredImport.model_validate(item, extra="ignore")

    def start(
        self, import_id: str, file: UploadedFile, *, execution: str, now: datetime
    ) -> StoredImport | None:
        """Take on a queued import for one run of the state machine; None when another run has it.

        The same run may come again: its first try may have been cut off after this.
        """
        try:
            item = self.table.update(
                import_key(import_id),
                set={
                    "state": "running",
                    "execution": execution,
                    "file": asdict(file),
                    "started_at": rfc3339(now),
                },
                condition=(attribute("state") == "queued")
                | ((attribute("state") == "running") & (attribute("execution") == execution)),
            )
        except ConditionFailed:
            return None
        return StoredImport.model_validate(item, extra="ignore")

    def save_plan(
        self, job: StoredImport, chunks: Sequence[ImportChunk], *, layout: Sequence[str | None], total: int
    ) -> None:
        """Write the chunks, and what they add up to. A plan made again is the same plan."""
        unfinished = missing("pk") | (attribute("finished") == False)  # noqa: E712 (a condition on the item)
        puts = [Put(_chunk_item(job, chunk), condition=unfinished) for chunk in chunks]
        try:
            for start in range(0, len(puts), PUTS_A_TRANSACTION):
                self.table.transact(puts[start : start + PUTS_A_TRANSACTION])
        except ConditionFailed:
            return  # chunks are loaded already: this try was thought lost, and another one made the plan
        self.table.update(import_key(job.import_id), set={"layout": list(layout), "total": total})

    def find_chunk(self, import_id: str, number: int) -> ImportChunk | None:
        """A chunk, strongly consistent."""
        key = chunk_key(import_id, number)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        return None if item is None else ImportChunk.model_validate(item, extra="ignore")

    def finish_chunk(self, import_id: str, number: int, counts: Counts, errors: Sequence[RowError]) -> None:
        """Keep what came of a chunk and count it into the import, once however often it is told."""
        done: dict[str | Path, Any] = {
            "finished": True,
            "failed": counts.get("failed", 0),
            "errors": [error.model_dump() for error in errors],
        }
        parts: list[Part] = [
            Update(
                chunk_key(import_id, number),
                set=done,
                condition=attribute("finished") == False,  # noqa: E712 (a condition on the item)
                name="chunk",
            ),
            Update(
                import_key(import_id),
                add={"done": sum(counts.values()), **{str(name): n for name, n in counts.items() if n}},
                name="import",
            ),
        ]
        try:
            self.table.transact(parts)
        except ConditionFailed:
            return

    def finish(self, import_id: str, *, problem: JobProblem | None, now: datetime) -> None:
        """End a running import, as succeeded or with a problem; one that has ended stays as it is."""
        ended: dict[str | Path, Any] = {
            "state": "failed" if problem else "succeeded",
            "finished_at": rfc3339(now),
        }
        if problem:
            ended["problem"] = problem.model_dump()
        try:
            self.table.update(
                import_key(import_id), set=ended, condition=attribute("state").is_in(["queued", "running"])
            )
        except ConditionFailed:
            return

    def errors_from(self, import_id: str, number: int, *, limit: int) -> tuple[list[ImportChunk], int | None]:
        """Those of `limit` chunks from `number` on that have errors, and the number to go on from."""
        page = self.table.query(
            import_key(import_id)["pk"],
            between=(chunk_key(import_id, number)["sk"], chunk_key(import_id, 999_999)["sk"]),
            limit=limit,
            filter=attribute("failed") > 0,
            consistent=True,
        )
        chunks = [ImportChunk.model_validate(item, extra="ignore") for item in page.items]
        return chunks, int(page.last_key["sk"].partition("#")[2]) + 1 if page.last_key else None


def _item(job: StoredImport) -> Item:
    return {
        **import_key(job.import_id),
        "entity": "imports",
        "expires_at": epoch_seconds(job.created_at + KEPT),
        **job.model_dump(exclude_none=True),
    }


def _chunk_item(job: StoredImport, chunk: ImportChunk) -> Item:
    return {
        **chunk_key(job.import_id, chunk.number),
        "entity": "imports",
        "expires_at": epoch_seconds(job.created_at + KEPT),
        **chunk.model_dump(),
    }
