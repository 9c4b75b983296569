"""One row of an import, read as a merge patch on the product that has its SKU.

JSON Lines rows are products in the API's own shape. CSV columns have the fields' names; a price is in major
units ("19.99"), a category path is "a > b > c" or "a/b/c", `attr.<name>` columns hold attributes, and several
values or images are divided by "|". An empty cell clears its field, as null does in JSON Lines; a column that
the file does not have leaves it alone.
"""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Self

from omnilife.catalogue.import_models import RowError
from omnilife.catalogue.import_records import ImportFormat, Record
from omnilife.core.errors import FieldError
from omnilife.core.money import Money

ATTRIBUTE = "attr."
MAX_COLUMNS = 200
MAX_REASON = 200
MAX_ERRORS_A_ROW = 3
MAX_NESTING = 8


class BadRow(Exception):  # noqa: N818 (a verdict on data, not a fault)
    """A row that cannot be loaded; `errors` says why, at most three times."""

    def __init__(self, errors: Iterable[RowError]) -> None:
        super().__init__("bad row")
        self.errors = list(errors)[:MAX_ERRORS_A_ROW]

    @classmethod
    def at(cls, row: int, field: str, reason: str) -> Self:
        return cls([RowError(row=row, field=field[:80], reason=reason[:MAX_REASON])])

    @classmethod
    def of(cls, row: int, errors: Iterable[FieldError]) -> Self:
        """From what is wrong with a document: `/price/amount` becomes `price.amount`."""
        return cls(
            RowError(
                row=row, field=error.pointer[1:].replace("/", ".")[:80], reason=error.detail[:MAX_REASON]
            )
            for error in errors
        )


class BadHeader(ValueError):  # noqa: N818 (a verdict on data, not a fault)
    """The file's first row does not say what its columns are."""


def read_text(record: Record) -> str:
    """The record's text.

    Raises:
        BadRow: it could not be cut out, or is not UTF-8.
    """
    if record.problem:
        raise BadRow.at(record.row, "", record.problem)
    try:
        return record.data.decode()
    except UnicodeDecodeError:
        raise BadRow.at(record.row, "", "not UTF-8 text") from None


def read_json_row(record: Record) -> dict[str, Any]:
    """The merge patch in a line of JSON Lines.

    Raises:
        BadRow: it is not a JSON object, or names a member twice, or is nested over eight levels.
    """
    text = read_text(record).removeprefix("\ufeff")
    try:
        row = json.loads(text, object_pairs_hook=_no_name_twice, parse_constant=_no_constant)
    except RecursionError:
        raise BadRow.at(record.row, "", "nested too deeply") from None
    except ValueError as error:
        raise BadRow.at(record.row, "", f"not JSON: {error}") from None
    if not isinstance(row, dict):
        raise BadRow.at(record.row, "", "not a JSON object")
    if not _within(row, MAX_NESTING):
        raise BadRow.at(record.row, "", "nested too deeply")
    return row


def _within(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    members = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_within(member, levels - 1) for member in members)


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member is named twice")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _integer(cell: str) -> int:
    # int() also takes "1_000" and other scripts' digits, which nobody means.
    if not (cell.removeprefix("-").isascii() and cell.removeprefix("-").isdigit() and len(cell) <= 18):
        raise ValueError("not a whole number")
    return int(cell)


def _decimal(cell: str) -> Decimal:
    try:
        number = Decimal(cell)
    except InvalidOperation:
        raise ValueError("not a number") from None
    if not number.is_finite() or "_" in cell:
        raise ValueError("not a number")
    return number


def _list(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _category(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(">" if ">" in cell else "/")]


def _images(cell: str) -> list[dict[str, str]]:
    return [{"url": part} if ":" in part else {"image_id": part} for part in _list(cell)]


READERS: Mapping[str, Callable[[str], Any]] = {
    "sku": str,
    "name": str,
    "description": str,
    "brand": str,
    "category": _category,
    "price": _decimal,
    "compare_at_price": _decimal,
    "currency": str,
    "tax_class": str,
    "weight_g": _integer,
    "images": _images,
    "status": str,
    "stock_on_hand": _integer,
    "merchant_id": str,
    "rating": _decimal,
    "review_count": _integer,
}
MONEY = ("price", "compare_at_price")


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """What each column of a CSV file holds: a field's name, `attr.<name>`, or None for one to pass over."""

    columns: tuple[str | None, ...]

    @classmethod
    def from_header(cls, record: Record, renamed: Mapping[str, str | None]) -> Self:
        """Read the header row; `renamed` gives fields to headers that have other names, None to ignore one.

        Headers are compared without case, and with spaces and hyphens as underscores.

        Raises:
            BadHeader: unknown, repeated or missing columns; the message names them.
        """
        try:
            (headers,) = csv.reader([read_text(record).removeprefix("\ufeff")], strict=True)
        except (BadRow, csv.Error, ValueError):
            raise BadHeader("The first row is not a CSV header.") from None
        if len(headers) > MAX_COLUMNS:
            raise BadHeader(f"There are {len(headers)} columns, more than {MAX_COLUMNS}.")
        choices = {_plain(header): field for header, field in renamed.items()}
        columns = [_column(header, choices) for header in headers]
        unknown = [
            header
            for header, column in zip(headers, columns, strict=True)
            if column is not None and column not in READERS and not _is_attribute(column)
        ]
        if unknown:
            raise BadHeader(f"Unknown columns: {', '.join(header[:40] for header in unknown[:10])}.")
        named = [column for column in columns if column is not None]
        if repeated := sorted({column for column in named if named.count(column) > 1}):
            raise BadHeader(f"Columns that occur twice: {', '.join(repeated)}.")
        if "sku" not in named:
            raise BadHeader("There is no column sku.")
        return cls(tuple(columns))

    def read(self, record: Record, currency: str) -> dict[str, Any]:
        """The merge patch in one row; prices are in the row's `currency` column, or in `currency`.

        Raises:
            BadRow: the number of cells is wrong, or cells cannot be read as their columns' kind.
        """
        cells = self._cells(record)
        errors: list[RowError] = []
        patch: dict[str, Any] = {}
        for column, cell in zip(self.columns, cells, strict=True):
            if column is None:
                continue
            try:
                value = _value(column, cell.strip())
            except ValueError as error:
                errors.append(RowError(row=record.row, field=column[:80], reason=str(error)[:MAX_REASON]))
                continue
            if _is_attribute(column):
                patch.setdefault("attributes", {})[column.removeprefix(ATTRIBUTE)] = value
            else:
                patch[column] = value
        currency = patch.pop("currency", None) or currency
        for field in MONEY:
            if patch.get(field) is not None:
                try:
                    patch[field] = Money.from_decimal(patch[field], currency).model_dump()
                except ValueError as error:
                    errors.append(RowError(row=record.row, field=field, reason=_money_reason(error)))
        if errors:
            raise BadRow(errors)
        return patch

    def _cells(self, record: Record) -> Sequence[str]:
        text = read_text(record)
        try:
            rows = list(csv.reader([text.removesuffix("\n").removesuffix("\r")], strict=True))
        except csv.Error as error:
            raise BadRow.at(record.row, "", f"not CSV: {error}") from None
        cells = rows[0] if rows else []
        if len(cells) != len(self.columns):
            raise BadRow.at(record.row, "", f"{len(cells)} cells, the header has {len(self.columns)}")
        return cells


type RowReader = Callable[[Record], dict[str, Any]]


def row_reader(kind: ImportFormat, columns: Sequence[str | None], currency: str) -> RowReader:
    """What reads the rows of a file of that kind, whose columns (if it has any) are these."""
    return partial(CsvLayout(tuple(columns)).read, currency=currency) if kind == "csv" else read_json_row


def _money_reason(error: ValueError) -> str:
    # pydantic's own error text shows its input and a link; the reason for a person is short.
    from pydantic import ValidationError  # noqa: PLC0415 (already loaded; keeps the name beside its use)

    return "not an amount of money" if isinstance(error, ValidationError) else str(error)


def _plain(header: str) -> str:
    return header.strip().lower().replace(" ", "_").replace("-", "_")


def _column(header: str, choices: Mapping[str, str | None]) -> str | None:
    plain = _plain(header)
    if plain in choices:
        return choices[plain]
    return ATTRIBUTE + header.strip()[len(ATTRIBUTE) :] if plain.startswith(ATTRIBUTE) else plain


def _is_attribute(column: str) -> bool:
    return column.startswith(ATTRIBUTE) and len(column) > len(ATTRIBUTE)


def _value(column: str, cell: str) -> Any:
    if not cell:
        return None
    if _is_attribute(column):
        values = _list(cell)
        return values[0] if len(values) == 1 else values
    return READERS[column](cell)
