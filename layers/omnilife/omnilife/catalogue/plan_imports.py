"""Planning an import: reading the file once, to cut it into chunks of whole records."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypedDict

from omnilife.catalogue.import_models import MAX_IMPORT_BYTES, MAX_IMPORT_ROWS
from omnilife.catalogue.import_records import Record, cut_records
from omnilife.catalogue.import_rows import BadHeader, BadRow, CsvLayout, RowReader, row_reader
from omnilife.catalogue.store.files import FileReplaced, ImportFiles, UploadedFile, import_of
from omnilife.catalogue.store.imports import ImportStore
from omnilife.catalogue.stored_import import ImportChunk, StoredImport
from omnilife.core.clock import Clock, system_clock
from omnilife.core.jobs import JobProblem

ROWS_A_CHUNK = 250
BYTES_A_CHUNK = 1024 * 1024


class ChunkTask(TypedDict):
    """What a state machine hands to the loading of one chunk."""

    import_id: str
    chunk: int


class Plan(TypedDict):
    """What is left to do; `run` is False when there is nothing, because the file was refused or is known."""

    import_id: str
    run: bool
    chunks: list[ChunkTask]


class BadFile(Exception):  # noqa: N818 (a verdict on data, not a fault)
    """The file as a whole cannot be loaded; the text says why, to its merchant."""


def plan_import(
    imports: ImportStore,
    files: ImportFiles,
    file: UploadedFile,
    *,
    execution: str,
    currency: str,
    clock: Clock = system_clock,
) -> Plan:
    """Take on the import that an uploaded file belongs to, and cut the file into chunks.

    A file that cannot be loaded ends the import as failed, which is no failure of ours: nothing is raised.
    The same `execution` may plan again; another one for the same import (the file was announced twice, or
    uploaded again) is told to do nothing.
    """
    import_id = import_of(file.key)
    job = imports.start(import_id, file, execution=execution, now=clock.now()) if import_id else None
    if job is None:
        return Plan(import_id=import_id, run=False, chunks=[])
    try:
        cut = _cut(job, files, file, currency)
    except (BadFile, BadHeader) as refused:
        problem = JobProblem(
            type="/problems/bad-file", title="The file cannot be loaded", detail=str(refused)
        )
        imports.finish(import_id, problem=problem, now=clock.now())
        return Plan(import_id=import_id, run=False, chunks=[])
    imports.save_plan(job, cut.chunks, layout=cut.layout, total=cut.total)
    tasks = [ChunkTask(import_id=import_id, chunk=chunk.number) for chunk in cut.chunks]
    return Plan(import_id=import_id, run=True, chunks=tasks)


@dataclass(slots=True)
class _Cut:
    layout: list[str | None] = field(default_factory=list)
    chunks: list[ImportChunk] = field(default_factory=list)
    total: int = 0


def _cut(job: StoredImport, files: ImportFiles, file: UploadedFile, currency: str) -> _Cut:
    if file.size > MAX_IMPORT_BYTES:
        raise BadFile(f"The file has {file.size} bytes, more than {MAX_IMPORT_BYTES}.")
    cut = _Cut()
    try:
        records = cut_records(files.read(file), job.format)
        if job.format == "csv":
            cut.layout = list(_header(records, job).columns)
        read = row_reader(job.format, cut.layout, currency)
        _group(records, read, cut)
    except FileReplaced:
        raise BadFile("The file was removed or replaced before it could be read.") from None
    if not cut.total:
        raise BadFile("The file has no rows.")
    return cut


def _header(records: Iterator[Record], job: StoredImport) -> CsvLayout:
    first = next(records, None)
    if first is None:
        raise BadFile("The file is empty.")
    return CsvLayout.from_header(first, job.columns)


def _group(records: Iterator[Record], read: RowReader, cut: _Cut) -> None:
    """Append chunks of `records` to `cut`, each with the rows whose SKU stood in the file before.

    Of rows with the same SKU the first is loaded: chunks are loaded side by side and maybe twice, so that
    "the last one wins" would not be the same each time.
    """
    seen: dict[tuple[str, str], int] = {}
    chunk: list[Record] = []
    duplicates: dict[str, int] = {}

    def close() -> None:
        if chunk:
            cut.chunks.append(
                ImportChunk(
                    number=len(cut.chunks),
                    start=chunk[0].start,
                    length=sum(record.length for record in chunk),
                    first_row=chunk[0].row,
                    rows=sum(not record.blank for record in chunk),
                    duplicates=dict(duplicates),
                )
            )
        chunk.clear()
        duplicates.clear()

    for record in records:
        if len(chunk) >= ROWS_A_CHUNK or (chunk and record.start - chunk[0].start >= BYTES_A_CHUNK):
            close()
        chunk.append(record)
        if record.blank:
            continue
        cut.total += 1
        if cut.total > MAX_IMPORT_ROWS:
            raise BadFile(f"The file has more than {MAX_IMPORT_ROWS} rows.")
        identity = _identity(record, read)
        if identity and (first := seen.setdefault(identity, record.row)) != record.row:
            duplicates[str(record.row)] = first
    close()


def _identity(record: Record, read: RowReader) -> tuple[str, str] | None:
    """Which product a row is about; None when it cannot be read, which its loading will report."""
    try:
        row = read(record)
    except BadRow:
        return None
    return str(row.get("merchant_id") or ""), str(row.get("sku"))
