"""A shop whose index is built anew: the catalogue's and search's tables, a stand-in engine, and the steps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from omnilife.catalogue import (
    Adjustment,
    NewProduct,
    Product,
    ProductStore,
    adjust_stock,
    create_product,
    delete_product,
    edit_product,
)
from omnilife.core.auth import Caller
from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from omnilife.search import (
    IndexGenerations,
    NewReindex,
    ProductIndex,
    ReindexJob,
    ReindexStore,
    begin_reindex,
    cancel_reindex,
    check_reindex,
    drop_reindex,
    find_reindex,
    finish_reindex,
    index_products,
    index_segment,
    request_reindex,
)
from omnilife.search.engine import Engine
from omnilife.search.reindex_models import ReindexStep
from tests.support.machine import EXECUTION, Machine

ALIAS = "products"
ADMIN = Caller("user", "203.0.113.9", "admin-1", roles=frozenset({"admin"}))
MERCHANT = Caller("user", "203.0.113.9", "merchant-1", roles=frozenset({"merchant"}))


SEGMENTS = 3


def cut_into_few_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen segments, as the catalogue has them, would only be more calls to moto."""
    for place in ("store.items.SHARDS", "store.products.SHARDS", "INDEX_SEGMENTS"):
        monkeypatch.setattr(f"omnilife.catalogue.{place}", SEGMENTS)


@dataclass
class Reindexing:
    """What a test does with it. Steps may be called one by one, or by `run` as the state machine does."""

    catalogue_table: Table
    search_table: Table
    engine: Engine
    clock: FixedClock
    ids: IdMaker
    alias: str = ALIAS
    between: Callable[[str], None] = field(default=lambda _: None)
    """Called before each step of `run`, with its name."""
    work_s: float = 1000.0

    def __post_init__(self) -> None:
        self.store = ProductStore(self.catalogue_table)
        self.jobs = ReindexStore(self.search_table)
        self.index = ProductIndex(self.engine, self.alias)
        self.generations = IndexGenerations(self.engine, self.alias)
        self._number = 0

    # -- the catalogue

    def create(self, **changes: Any) -> Product:
        """A product in the truth; the index does not know of it yet."""
        self._number += 1
        fields: dict[str, Any] = {
            "sku": f"sku-{self._number}",
            "name": "Brass desk lamp",
            "category": ["home", "lighting"],
            "price": {"amount": 4900, "currency": "USD"},
            "stock_on_hand": 7,
            "status": "active",
        } | changes
        return create_product(self.store, NewProduct(**fields), caller=MERCHANT, currency="USD")

    def rename(self, product_id: str, name: str) -> None:
        edit_product(self.store, product_id, {"name": name}, caller=MERCHANT, currency="USD")

    def show(self, product_id: str, status: str) -> None:
        edit_product(self.store, product_id, {"status": status}, caller=MERCHANT, currency="USD")

    def restock(self, product_id: str) -> None:
        adjust_stock(self.store, product_id, Adjustment(delta=1, reason="received"), caller=MERCHANT)

    def delete(self, product_id: str) -> None:
        delete_product(self.store, product_id, caller=MERCHANT)

    def follow(self, *product_ids: str) -> None:
        """What the queue's consumer does about changes of these products."""
        failed = index_products(product_ids, store=self.store, index=self.index, jobs=self.jobs)
        assert failed == set()

    # -- the job

    def request(self, **new: Any) -> ReindexJob:
        return request_reindex(self.jobs, NewReindex(**new), caller=ADMIN, clock=self.clock, make_id=self.ids)

    def find(self, job_id: str) -> ReindexJob:
        return find_reindex(self.jobs, job_id, clock=self.clock)

    def cancel(self, job_id: str) -> ReindexJob:
        return cancel_reindex(self.jobs, job_id, clock=self.clock)

    def begin(self, job_id: str, execution: str = EXECUTION) -> ReindexStep:
        return begin_reindex(
            self.jobs,
            self.store,
            self.generations,
            job_id=job_id,
            execution=execution,
            clock=self.clock,
        )

    def walk(self, job_id: str, number: int) -> bool:
        return index_segment(
            self.jobs,
            self.store,
            self.index,
            job_id=job_id,
            number=number,
            work_s=self.work_s,
            clock=self.clock,
        )

    def check(self, job_id: str) -> ReindexStep:
        return check_reindex(self.jobs, self.store, self.generations, job_id=job_id, clock=self.clock)

    def finish(self, job_id: str) -> ReindexStep:
        return finish_reindex(self.jobs, self.generations, job_id=job_id, clock=self.clock)

    def drop(self, job_id: str) -> None:
        drop_reindex(self.jobs, self.generations, job_id=job_id, clock=self.clock)

    def machine(self) -> Machine:
        """The state machine's own definition, over these steps."""
        return Machine("reindex_products", self._task, waited=lambda s: self.clock.advance(seconds=s))

    def run(self, job_id: str) -> Machine:
        """Run a job to its end; returns the machine, whose path tells how it went."""
        machine = self.machine()
        machine.run({"detail": {"data": {"job_id": job_id, "rollback": False}}})
        return machine

    def reindex(self, **new: Any) -> ReindexJob:
        """A whole job, a second later than anything before."""
        self.clock.advance(seconds=1)
        job = self.request(**new)
        self.run(job.job_id)
        return self.find(job.job_id)

    def _task(self, name: str, payload: Any) -> Any:
        self.between(name)
        job_id = payload["job_id"]
        match name:
            case "BeginReindex":
                return self.begin(job_id, payload["execution"]).model_dump()
            case "IndexSegment":
                return {"finished": self.walk(job_id, payload["segment"])}
            case "CheckReindex":
                return self.check(job_id).model_dump()
            case "FinishReindex":
                return self.finish(job_id).model_dump()
        return self.drop(job_id)
