"""Loading one chunk of an import: good rows into the shop, bad ones into the report."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from omnilife.catalogue.import_changes import Loading, Row, RowChange, change_of, identify
from omnilife.catalogue.import_models import RowError
from omnilife.catalogue.import_records import Record, cut_records
from omnilife.catalogue.import_rows import BadRow, row_reader
from omnilife.catalogue.store.files import ImportFiles
from omnilife.catalogue.store.imports import ImportStore
from omnilife.catalogue.store.products import ProductStore
from omnilife.catalogue.stored import StoredProduct
from omnilife.catalogue.stored_import import ImportChunk, Outcome, StoredImport
from omnilife.core.clock import Clock, system_clock
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed
from omnilife.core.transactions import MAX_PARTS

WRITERS = 4
ATTEMPTS = 5


def load_import_chunk(
    imports: ImportStore,
    products: ProductStore,
    files: ImportFiles,
    *,
    import_id: str,
    number: int,
    currency: str,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> None:
    """Load the rows of a chunk, each a product made or changed by its merchant's SKU, and report on them.

    Safe to repeat, wholly or from any point: a row that is there already writes nothing and counts as it did,
    and a chunk that was finished is not looked at again. About twenty rows share a transaction.

    Raises:
        Unavailable: the store is busy or down; some rows may be loaded. Try again.
        FileReplaced: the file is not there any more.
    """
    job = imports.find(import_id, now=clock.now())
    chunk = imports.find_chunk(import_id, number)
    if job is None or job.state != "running" or job.file is None or chunk is None or chunk.finished:
        return
    loading = Loading(job, currency, clock.now(), make_id)
    report = Report()
    pieces = files.read(job.file, chunk.start, chunk.length)
    records = cut_records(pieces, job.format, row=chunk.first_row, start=chunk.start)
    rows = list(_readable(records, job, chunk, currency, report))
    changes = list(_changes(products, rows, loading, report))
    writes = [each for each in changes if each.write.parts]
    report.count(each for each in changes if not each.write.parts)
    with ThreadPoolExecutor(WRITERS) as writers:
        for written in writers.map(lambda batch: _write(products, batch, loading), _batches(writes)):
            report.add(written)
    imports.finish_chunk(import_id, number, report.counts, report.in_order())


@dataclass(slots=True)
class Report:
    """What came of rows: how many of each outcome, and the errors of those that failed."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)

    def refuse(self, bad: BadRow) -> None:
        """One row failed."""
        self.counts["failed"] += 1
        self.errors += bad.errors

    def count(self, changes: Iterable[RowChange]) -> None:
        """These rows came to what they were planned to."""
        self.counts.update(change.outcome for change in changes)

    def add(self, other: "Report") -> None:
        self.counts.update(other.counts)
        self.errors += other.errors

    def in_order(self) -> list[RowError]:
        """The errors in the order of the file."""
        return sorted(self.errors, key=lambda error: error.row)


def _readable(
    records: Iterable[Record], job: StoredImport, chunk: ImportChunk, currency: str, report: Report
) -> Iterator[Row]:
    read = row_reader(job.format, job.layout, currency)
    for record in records:
        if record.blank:
            continue
        try:
            if first := chunk.duplicates.get(str(record.row)):
                raise BadRow.at(record.row, "sku", f"row {first} has this SKU already")
            yield identify(record.row, read(record), job)
        except BadRow as bad:
            report.refuse(bad)


def _changes(
    products: ProductStore, rows: Sequence[Row], loading: Loading, report: Report
) -> Iterator[RowChange]:
    found = _find(products, rows)
    for row in rows:
        try:
            yield change_of(row, found.get(row.identity), loading)
        except BadRow as bad:
            report.refuse(bad)


def _find(products: ProductStore, rows: Iterable[Row]) -> dict[tuple[str, str], StoredProduct]:
    ids = products.find_by_skus(row.identity for row in rows)
    found = products.find_many(ids.values())
    return {
        identity: product
        for identity, product_id in ids.items()
        if isinstance(product := found.get(product_id), StoredProduct)
    }


def _batches(changes: Iterable[RowChange]) -> Iterator[list[RowChange]]:
    """Changes that fit one transaction each, together with the counters of their categories."""
    batch: list[RowChange] = []
    parts = 0
    paths: set[str] = set()
    for each in changes:
        if batch and parts + len(each.write.parts) + len(paths | each.write.counts.keys()) > MAX_PARTS:
            yield batch
            batch, parts, paths = [], 0, set()
        batch.append(each)
        parts += len(each.write.parts)
        paths |= each.write.counts.keys()
    if batch:
        yield batch


def _write(products: ProductStore, batch: Sequence[RowChange], loading: Loading) -> Report:
    """Write a batch in one transaction, or row by row when one of its products was changed meanwhile."""
    report = Report()
    try:
        _commit(products, batch)
    except ConditionFailed:
        for each in batch:
            try:
                report.count([_write_alone(products, each, loading)])
            except BadRow as bad:
                report.refuse(bad)
    else:
        report.count(batch)
    return report


def _write_alone(products: ProductStore, planned: RowChange, loading: Loading) -> RowChange:
    for _ in range(ATTEMPTS):
        found = _find(products, [planned.row]).get(planned.row.identity)
        planned = change_of(planned.row, found, loading)
        if not planned.write.parts:
            return planned
        try:
            _commit(products, [planned])
        except ConditionFailed:
            continue
        return planned
    raise BadRow.at(planned.row.number, "", "others kept changing this product")


def _commit(products: ProductStore, batch: Sequence[RowChange]) -> None:
    products.commit([each.write for each in batch], shard_by=batch[0].product_id)
