"""A shop whose index is built anew: the catalogue's and search's tables, a stand-in engine, and the steps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st

from omnilife.catalogue import (
    Adjustment,
    FeedPage,
    IndexedProduct,
    NewProduct,
    Product,
    ProductStore,
    adjust_stock,
    create_product,
    delete_product,
    edit_product,
)
from omnilife.core import aws
from omnilife.core.attributes import item_from_wire
from omnilife.core.auth import Caller
from omnilife.core.clock import FixedClock, system_clock
from omnilife.core.errors import NotFound
from omnilife.core.ids import IdMaker, new_id
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
from omnilife.search.update_index import read_versions
from tests.support.callers import ADMIN
from tests.support.machine import EXECUTION, Machine
from tests.support.search import a_product, deleted, indexed

ALIAS = "products"
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
    clock: FixedClock = field(default_factory=lambda: FixedClock(system_clock.now()))
    ids: IdMaker = new_id
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

    def truth(self) -> dict[str, tuple[int, str]]:
        """Product id → version and status, of every product that ever was."""
        pages = aws.client("dynamodb").get_paginator("scan").paginate(TableName=self.catalogue_table.name)
        items = [item_from_wire(item) for page in pages for item in page["Items"]]
        product_ids = {item["product_id"] for item in items if item["sk"] == "PRODUCT"}
        versions = read_versions(product_ids, store=self.store)
        return {each.product_id: (each.number, each.document["status"]) for each in versions}

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


class QuickReindexing(Reindexing):
    """The same with the catalogue's truth in this process: for many runs, each of which moto would make long.

    It keeps the promises of the catalogue's three functions that search calls, and is put in their place.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self._truth: dict[str, IndexedProduct] = {}

    def take_the_catalogues_place(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, function in {
            "find_products_for_index": lambda _, ids: {
                each: self._truth[each] for each in ids if each in self._truth
            },
            "list_products_for_index": self._list,
            "count_products_for_index": lambda _: len(self._on_sale()),
        }.items():
            monkeypatch.setattr(f"omnilife.catalogue.{name}", function)

    def truth(self) -> dict[str, tuple[int, str]]:
        return {key: (each.version, each.status) for key, each in self._truth.items()}

    def create(self, **changes: Any) -> Product:
        self._number += 1
        product = a_product(f"p{self._number:02}", **changes)
        self._truth[product.product_id] = indexed(product)
        return product

    def rename(self, product_id: str, name: str) -> None:
        self._change(product_id, name=name)

    def show(self, product_id: str, status: str) -> None:
        self._change(product_id, status=status)

    def restock(self, product_id: str) -> None:
        self._change(product_id)

    def delete(self, product_id: str) -> None:
        self._truth[product_id] = deleted(product_id, self._known(product_id).version + 1)

    def _change(self, product_id: str, **changes: Any) -> None:
        held = self._known(product_id)
        assert held.product is not None
        product = held.product.model_copy(update=changes)
        self._truth[product_id] = indexed(product, held.version + 1)

    def _known(self, product_id: str) -> IndexedProduct:
        held = self._truth[product_id]
        if held.product is None:
            raise NotFound
        return held

    def _on_sale(self) -> list[str]:
        return sorted(key for key, each in self._truth.items() if each.status == "active")

    def _list(self, _: Any, segment: int, *, after: str | None = None, limit: int) -> FeedPage:
        left = [
            each for each in self._on_sale() if int(each[1:]) % SEGMENTS == segment and each > (after or "")
        ]
        page = left[:limit]
        return FeedPage(page, page[-1] if len(left) > limit else None)


class Change(NamedTuple):
    """A change of the truth, and how late its consumer is, counted in steps of the state machine."""

    step: int
    product: int
    what: str
    handled_after: int
    written_after: int
    """Counted from when the consumer has read which generations are followed, and the truth."""


CHANGES = st.lists(
    st.builds(
        Change,
        step=st.integers(1, 12),
        product=st.integers(0, 2),
        what=st.sampled_from(["rename", "restock", "rename", "delete", "draft", "active", "create"]),
        handled_after=st.sampled_from([0, 0, 0, 1, 2]),
        written_after=st.sampled_from([0, 0, 0, 1, 2]),
    ),
    max_size=12,
)


class Interleaved:
    """A reindex of three products, with `changes` between its steps.

    Consumers are paused where they can be: before they begin, and before they write what they have read.
    """

    def __init__(self, shop: Reindexing, changes: list[Change]) -> None:
        self._shop = shop
        self._changes = changes
        self._step = 0
        self._waiting: list[tuple[int, Callable[[], None]]] = []
        self._products = [shop.create().product_id for _ in range(3)]
        shop.follow(*self._products)

    def run(self) -> ReindexJob:
        self._shop.between = self._between
        job = self._shop.reindex()
        self._shop.between = lambda _: None
        self._settle(10_000)
        return job

    def assert_that_the_truth_is_held(self, held: dict[str, tuple[int, str]]) -> None:
        """`held`: product id → version and status of its document."""
        truth = self._shop.truth()
        assert {key: state for key, state in held.items() if state[1] == "active"} == {
            key: state for key, state in truth.items() if state[1] == "active"
        }
        assert {key: truth[key] for key in held} == held

    def _between(self, _: str) -> None:
        self._step += 1
        for change in self._changes:
            if change.step == self._step:
                product_id = self._change(self._products[change.product], change.what)
                self._later(change.handled_after, self._consumer(product_id, change.written_after))
        self._settle(self._step)

    def _change(self, product_id: str, what: str) -> str:
        shop = self._shop
        try:
            match what:
                case "rename":
                    shop.rename(product_id, f"Name {self._step}")
                case "restock":
                    shop.restock(product_id)
                case "delete":
                    shop.delete(product_id)
                case "create":
                    return shop.create().product_id
                case status:
                    shop.show(product_id, status)
        except NotFound:
            pass  # it was deleted before
        return product_id

    def _consumer(self, product_id: str, pause: int) -> Callable[[], None]:
        def consume() -> None:
            followed = self._shop.jobs.followed()
            versions = read_versions([product_id], store=self._shop.store)

            def write() -> None:
                assert self._shop.index.put(versions, followed) == set()

            self._later(pause, write)

        return consume

    def _later(self, steps: int, do: Callable[[], None]) -> None:
        self._waiting.append((self._step + steps, do))

    def _settle(self, until: int) -> None:
        while due := [each for each in self._waiting if each[0] <= until]:
            for each in due:
                self._waiting.remove(each)
                each[1]()
