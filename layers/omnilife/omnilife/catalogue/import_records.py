"""Cutting an uploaded file into records, without holding the file: bytes in, one record after the other out.

A record is a line, or in CSV (RFC 4180) as many lines as a quoted field spans. Cutting depends on nothing but
the bytes from a record's start on. So a file can be cut once to plan the work, and a range of whole records
cut again by whoever loads it, with the same outcome.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

type ImportFormat = Literal["csv", "jsonl"]

MAX_ROW_BYTES = 65_536
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file.

    `row` counts as a spreadsheet does: the file's first record is row 1, the header of a CSV file included.
    `start` and `length` are its place in the file in bytes. `problem` says why it cannot be read at all, and
    then `data` is empty.
    """

    row: int
    start: int
    length: int
    data: bytes
    problem: str = ""

    @property
    def blank(self) -> bool:
        return not self.problem and not self.data.strip()


def cut_records(
    pieces: Iterable[bytes],
    kind: ImportFormat,
    *,
    row: int = 1,
    start: int = 0,
    max_row_bytes: int = MAX_ROW_BYTES,
) -> Iterator[Record]:
    """The records in `pieces`, the content of a file from its byte `start` on, where its row `row` begins.

    A record over `max_row_bytes` becomes one with a problem, and cutting goes on after the line in which it
    passed the limit: a forgotten quote costs at most that many bytes of the rows that follow it.
    """
    held = bytearray()
    length = 0
    quoted = False
    for line, size in _lines(pieces, max_row_bytes):
        length += size
        if length > max_row_bytes:
            yield Record(row, start, length, b"", f"longer than {max_row_bytes} bytes{_hint(quoted)}")
        else:
            held += line
            quoted = kind == "csv" and ends_quoted(line, quoted)
            if quoted:
                continue
            yield Record(row, start, length, bytes(held))
        row, start, length, quoted = row + 1, start + length, 0, False
        held.clear()
    if length:
        yield Record(row, start, length, b"", "the file ends inside a quoted field")


def _hint(quoted: bool) -> str:
    return ": a quote was probably never closed" if quoted else ""


def _lines(pieces: Iterable[bytes], longest: int) -> Iterator[tuple[bytes, int]]:
    """Lines with their line feed, and their sizes; of a line over `longest` bytes only the size is true."""
    held = bytearray()
    dropped = 0
    for piece in pieces:
        *ended, rest = piece.split(b"\n")
        for end in ended:
            held += end + b"\n"
            yield bytes(held), dropped + len(held)
            held.clear()
            dropped = 0
        held += rest
        if len(held) > longest:
            dropped += len(held)
            held.clear()
    if held or dropped:
        yield bytes(held), dropped + len(held)


def ends_quoted(line: bytes, quoted: bool) -> bool:
    """Whether a quoted CSV field is still open after `line`; `quoted`: whether one was open before it.

    As Python's csv module reads: a quote opens only at a field's start, two inside a quoted field are one
    quote of its text, and what follows a closing quote belongs to the field up to the next comma.
    """
    if not quoted and b'"' not in line:
        return False
    at = 0
    while True:
        if quoted:
            at = line.find(b'"', at)
            if at < 0:
                return True
            if line[at + 1 : at + 2] == b'"':
                at += 2
                continue
            quoted = False
        elif line[at : at + 1] == b'"':
            quoted = True
            at += 1
            continue
        at = line.find(b",", at)
        if at < 0:
            return False
        at += 1
