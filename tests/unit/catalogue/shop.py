"""A shop as tests of the catalogue see it: its domain functions with one table, clock and maker of ids."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from omnilife.catalogue import (
    Adjustment,
    ImportFiles,
    ImportJob,
    ImportStore,
    ImportTicket,
    NewImport,
    NewProduct,
    Product,
    ProductFilters,
    ProductPage,
    ProductStore,
    StockEntry,
    UploadedFile,
    adjust_stock,
    create_import,
    create_product,
    delete_product,
    edit_product,
    find_import,
    find_product,
    finish_import,
    list_products,
    load_import_chunk,
    plan_import,
)
from omnilife.core import aws
from omnilife.core.attributes import item_from_wire
from omnilife.core.auth import Caller
from omnilife.core.clock import FixedClock
from omnilife.core.cursors import CursorCodec
from omnilife.core.idempotency import Idempotency
from omnilife.core.ids import IdMaker
from omnilife.core.table import Item, Table

CURRENCY = "USD"


def user(subject: str, *roles: str) -> Caller:
    return Caller(kind="user", address="203.0.113.9", subject=subject, roles=frozenset(roles))


MERCHANT = user("merchant-1", "merchant")
STRANGER = user("merchant-2", "merchant")
ADMIN = user("admin-1", "admin")
NOBODY = Caller(kind="anonymous", address="203.0.113.9")


def lamp(**changes: Any) -> dict[str, Any]:
    """A product as a client writes it."""
    return {
        "sku": "lamp-1",
        "name": "Brass lamp",
        "description": "Turns and dims.",
        "brand": "Halden",
        "category": ["home", "lighting"],
        "price": {"amount": 4900, "currency": CURRENCY},
        "attributes": {"colour": "brass", "voltage": ["12 V", "230 V"]},
        "stock_on_hand": 5,
    } | changes


def once(key: str, body: str = "body") -> Idempotency:
    """A use of an idempotency key with some body."""
    return Idempotency(key=key, caller="user:merchant-1", route="POST /x", body_hash=body)


@dataclass
class Shop:
    """One table, clock and maker of ids for all that a test does."""

    table: Table
    clock: FixedClock
    ids: IdMaker
    cursors: CursorCodec = field(default_factory=lambda: CursorCodec(b"s" * 32))

    @property
    def store(self) -> ProductStore:
        return ProductStore(self.table)

    @property
    def imports(self) -> ImportStore:
        return ImportStore(self.table)

    @property
    def _made(self) -> dict[str, Any]:
        return {"clock": self.clock, "make_id": self.ids}

    # -- products

    def create(
        self, caller: Caller = MERCHANT, *, idem: Idempotency | None = None, **changes: Any
    ) -> Product:
        new = NewProduct.model_validate(lamp(**changes))
        return create_product(
            self.store, new, caller=caller, currency=CURRENCY, idempotency=idem, **self._made
        )

    def fill(self, count: int, **changes: Any) -> list[Product]:
        """Products `lamp-0` … a second apart, the price a cent each more."""
        made = []
        for number in range(count):
            price = {"amount": 100 + number, "currency": CURRENCY}
            made.append(self.create(**({"sku": f"lamp-{number}", "price": price} | changes)))
            self.clock.advance(seconds=1)
        return made

    def find(self, product_id: str, caller: Caller = NOBODY) -> Product:
        return find_product(self.store, product_id, caller=caller)

    def edit(
        self,
        product_id: str,
        patch: Mapping[str, Any],
        caller: Caller = MERCHANT,
        if_match: int | None = None,
    ) -> Product:
        return edit_product(
            self.store, product_id, patch, caller=caller, currency=CURRENCY, if_match=if_match, **self._made
        )

    def delete(self, product_id: str, caller: Caller = MERCHANT, if_match: int | None = None) -> None:
        delete_product(self.store, product_id, caller=caller, if_match=if_match, **self._made)

    def browse(self, caller: Caller = NOBODY, **filters: Any) -> ProductPage:
        return list_products(
            self.store, ProductFilters.model_validate(filters), caller=caller, cursors=self.cursors
        )

    def pages(self, caller: Caller = NOBODY, **filters: Any) -> Sequence[ProductPage]:
        """All pages of a list."""
        pages = [self.browse(caller, **filters)]
        while cursor := pages[-1].next_cursor:
            pages.append(self.browse(caller, **filters, cursor=cursor))
        return pages

    def adjust(
        self,
        product_id: str,
        delta: int,
        caller: Caller = MERCHANT,
        *,
        idem: Idempotency | None = None,
        **more: Any,
    ) -> StockEntry:
        adjustment = Adjustment.model_validate({"delta": delta, "reason": "correction"} | more)
        return adjust_stock(self.store, product_id, adjustment, caller=caller, idempotency=idem, **self._made)

    # -- what stands in the table

    def items(self, entity: str) -> list[Item]:
        """All items of a kind."""
        found = aws.client("dynamodb").scan(TableName=self.table.name)["Items"]
        items = [item_from_wire(item) for item in found]
        return [item for item in items if item.get("entity") == entity]

    def events(self) -> list[dict[str, Any]]:
        """What the outbox holds, in the order of its making."""
        events = [json.loads(item["event"]) for item in self.items("outbox")]
        return sorted(events, key=lambda event: event["id"])

    def counts(self) -> dict[str, int]:
        """Counts by category path, without those of nothing."""
        return {path: count for path, count in self.store.category_counts().items() if count}


@dataclass
class ImportRun:
    """Imports from opening to report, run by hand as the state machine runs them."""

    shop: Shop
    bucket: str = "imports"

    @property
    def files(self) -> ImportFiles:
        return ImportFiles(self.bucket)

    def open(self, kind: str, caller: Caller = MERCHANT, **more: Any) -> ImportTicket:
        return create_import(
            self.shop.imports,
            self.files,
            NewImport.model_validate({"format": kind} | more),
            caller=caller,
            clock=self.shop.clock,
            make_id=self.shop.ids,
        )

    def upload(self, ticket: ImportTicket, content: bytes) -> UploadedFile:
        """Put the file where the form would; what S3 announces of it."""
        key = ticket.upload.fields["key"]
        put = aws.client("s3").put_object(Bucket=self.bucket, Key=key, Body=content)
        return UploadedFile(key, len(content), put["ETag"].strip('"'), put.get("VersionId", ""))

    def plan(self, file: UploadedFile, execution: str = "run-1") -> Any:
        return plan_import(
            self.shop.imports,
            self.files,
            file,
            execution=execution,
            currency=CURRENCY,
            clock=self.shop.clock,
        )

    def load(self, import_id: str, number: int = 0) -> None:
        load_import_chunk(
            self.shop.imports,
            self.shop.store,
            self.files,
            import_id=import_id,
            number=number,
            currency=CURRENCY,
            clock=self.shop.clock,
            make_id=self.shop.ids,
        )

    def find(self, import_id: str, caller: Caller = MERCHANT, **more: Any) -> ImportJob:
        return find_import(
            self.shop.imports,
            import_id,
            caller=caller,
            cursors=self.shop.cursors,
            clock=self.shop.clock,
            **more,
        )

    def run(self, kind: str, content: bytes, caller: Caller = MERCHANT, **more: Any) -> ImportJob:
        """One import from beginning to end."""
        ticket = self.open(kind, caller, **more)
        file = self.upload(ticket, content)
        plan = self.plan(file)
        for task in plan["chunks"]:
            self.load(task["import_id"], task["chunk"])
        if plan["run"]:
            finish_import(self.shop.imports, file.key, clock=self.shop.clock)
        return self.find(ticket.job_id, caller, limit=100)


def lines(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()
