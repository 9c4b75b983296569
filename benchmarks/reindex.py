"""What a reindex costs, and whom: `python -m benchmarks.reindex --products 100000`.

An embedded cloud of its own is filled with generated products, by the catalogue's own rows but without its
events, and the index is built a first time. Then a second reindex runs while shoppers search and a merchant
writes, all over HTTP. Searches are told apart by when they began: before the job, or during it. Every write
is read back from the index by its product's id afterwards; one that is not there in its last state is lost.

Nothing is asserted. The table goes to docs/benchmarks.md.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.request import Request, urlopen

import httpx

from local.cloud import Cloud, Ports
from local.paths import STATE
from omnilife.catalogue import Product
from omnilife.catalogue.stock import Stock, StockChange
from omnilife.catalogue.store.items import category_key, product_item, shard_of, stock_item
from omnilife.core.ids import UuidV7Maker
from omnilife.core.table import Table

MATERIALS = [
    "brass",
    "oak",
    "linen",
    "steel",
    "glass",
    "walnut",
    "copper",
    "ceramic",
    "cotton",
    "leather",
    "bamboo",
    "marble",
]
KINDS = [
    "lamp",
    "table",
    "chair",
    "shelf",
    "kettle",
    "rug",
    "mirror",
    "clock",
    "basket",
    "blanket",
    "drill",
    "hose",
    "pan",
    "stool",
]
USES = [
    "desk",
    "floor",
    "kitchen",
    "garden",
    "bedroom",
    "travel",
    "workshop",
    "office",
    "children",
    "outdoor",
]
BRANDS = [f"Brand {n}" for n in range(40)]
STARTED = datetime(2026, 1, 1, tzinfo=UTC)
ALIAS = "products"
TOKEN_AGE_S = 300.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--products", type=int, default=100_000)
    options.add_argument("--before-s", type=float, default=20, help="seconds of searches before the job")
    options.add_argument("--searchers", type=int, default=2)
    chosen = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Cloud(Path(folder), Ports.free(), environ={}, built=STATE / "sam") as cloud,
    ):
        cloud.build()
        cloud.deploy()
        run(cloud, chosen)


def run(cloud: Cloud, chosen: argparse.Namespace) -> None:
    say(f"writing {chosen.products} products …")
    began = time.monotonic()
    fill(cloud, chosen.products)
    filled_s = time.monotonic() - began
    with Shop(cloud) as shop:
        say(f"written in {filled_s:.0f} s; building the index a first time …")
        quiet = shop.reindex()
        shop.warm_up()
        traffic = Traffic(shop)
        traffic.start(searchers=chosen.searchers)
        time.sleep(chosen.before_s)
        say("building it again under traffic …")
        busy_from = time.monotonic()
        busy = shop.reindex()
        busy_to = time.monotonic()
        traffic.stop()
        lost = read_back(cloud, traffic.written)
        title(chosen.products)
        report_jobs({"nobody there": quiet, "under traffic": busy})
        report_searches(traffic, busy_from, busy_to)
        report_writes(traffic, lost)


def fill(cloud: Cloud, products: int) -> None:
    """The truth's rows of `products` active products: product, stock, and their categories' counters."""
    table = Table(cloud.stack.outputs["CatalogueTableName"], cloud.client("dynamodb"))
    counts: Counter[tuple[int, str]] = Counter()

    def rows() -> Iterator[dict[str, Any]]:
        for product in generated(products):
            counts[shard_of(product.product_id), "/".join(product.category)] += 1
            change = StockChange(at=product.created_at, reason="initial", delta=7, actor="system:benchmark")
            stock = Stock(product_id=product.product_id, on_hand=7, reserved=0, version=1, last_change=change)
            yield product_item(product, None)
            yield stock_item(stock)

    waiting: list[dict[str, Any]] = []
    for row in rows():
        waiting.append(row)
        if len(waiting) == 500:
            table.batch_put(waiting)
            waiting.clear()
    table.batch_put(waiting)
    table.batch_put(
        {**category_key(shard, path), "entity": "categories", "count": count}
        for (shard, path), count in counts.items()
    )


def generated(products: int) -> Iterator[Product]:
    """Products of a few words each, no two of one name, the same every time."""
    random = Random(7)  # noqa: S311 (names, not secrets)
    make_id = UuidV7Maker()
    for number in range(products):
        material, use, kind = random.choice(MATERIALS), random.choice(USES), random.choice(KINDS)
        name = f"{material} {use} {kind} model {number}"
        made = STARTED + timedelta(seconds=number)
        yield Product(
            product_id=make_id(),
            merchant_id="merchant-bench",
            sku=f"BENCH-{number:07}",
            name=name.capitalize(),
            description=f"A {kind} of {material} for {use} use. " * random.randint(1, 8),
            brand=random.choice(BRANDS),
            category=["home", use, kind],
            price={"amount": random.randint(100, 90_000), "currency": "USD"},
            attributes={"colour": random.choice(["red", "blue", "sand", "black"]), "material": material},
            status="active",
            stock_on_hand=7,
            rating=random.choice([None, 3.5, 4.0, 4.5]),
            review_count=random.randint(0, 500),
            version=1,
            created_at=made,
            updated_at=made,
        )


class Shop:
    """The deployed shop over HTTP, as an administrator, a merchant and shoppers use it."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._admin = httpx.Client(base_url=cloud.base_url, timeout=60)
        self._tokens: dict[str, tuple[str, float]] = {}

    def __enter__(self) -> "Shop":
        return self

    def __exit__(self, *_: object) -> None:
        self._admin.close()

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self._cloud.base_url, timeout=30)

    def bearer(self, role: str) -> dict[str, str]:
        """Headers with a token that is good for some minutes yet."""
        token, made = self._tokens.get(role, ("", -TOKEN_AGE_S))
        if time.monotonic() - made >= TOKEN_AGE_S:
            token = self._cloud.token(role, f"{role}-bench")
            self._tokens[role] = token, time.monotonic()
        return {"authorization": f"Bearer {token}"}

    def warm_up(self, *, searches: int = 20) -> None:
        """Search until the engine has answered so often in a row."""
        answered = 0
        with self.client() as client:
            while answered < searches:
                query: dict[str, str | int] = {"q": "brass lamp", "min_price": answered + 1}
                answer = client.get("/api/search/products", params=query)
                answered = answered + 1 if answer.status_code == 200 else 0

    def reindex(self) -> dict[str, Any]:
        """A whole job; prints how it goes."""
        job: dict[str, Any] = self._admin.post(
            "/api/search/reindex", json={}, headers=self.bearer("admin")
        ).json()
        said = 0.0
        while job["state"] in {"queued", "running"}:
            time.sleep(1)
            answer = self._admin.get(f"/api/search/reindex/{job['job_id']}", headers=self.bearer("admin"))
            if answer.status_code != 200:
                continue
            job = answer.json()
            if time.monotonic() - said > 10:
                said = time.monotonic()
                say(f"  {job['state']} {job['progress']} {job['seconds_left']} s left")
        say(f"  {job['state']} {job.get('problem') or ''}")
        return job


@dataclass
class Traffic:
    """Searches and writes in threads of their own; what they met is kept."""

    shop: Shop
    searches: list[tuple[float, float, str]] = field(default_factory=list)
    """(began, ms, what was wrong with the answer or nothing)"""
    written: dict[str, str] = field(default_factory=dict)
    """Product id → the name of its last accepted write."""
    writes: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def start(self, *, searchers: int) -> None:
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._search, args=(n,)) for n in range(searchers)]
        self._threads.append(threading.Thread(target=self._write))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _search(self, seed: int) -> None:
        random = Random(seed)  # noqa: S311 (words, not secrets)
        with self.shop.client() as client:
            while not self._stopped.wait(0.02):
                # A bound that is seldom the same, so that no answer is one that was kept from before.
                query: dict[str, str | int] = {
                    "q": f"{random.choice(MATERIALS)} {random.choice(KINDS)}",
                    "min_price": random.randint(1, 99),
                }
                began = time.monotonic()
                try:
                    answer = client.get("/api/search/products", params=query)
                    wrong = "" if answer.status_code == 200 else str(answer.status_code)
                    if not wrong and not answer.json()["total"]:
                        wrong = "nothing found"
                except httpx.HTTPError as error:
                    wrong = type(error).__name__
                self.searches.append((began, (time.monotonic() - began) * 1000, wrong))

    def _write(self) -> None:
        known: list[str] = []
        random = Random(1)  # noqa: S311 (an order, not a secret)
        with self.shop.client() as client:
            while not self._stopped.wait(0.05):
                self.writes += 1
                bearer = self.shop.bearer("merchant")
                name = f"Written lamp number {self.writes}"
                if known and random.random() < 0.7:
                    product_id = random.choice(known)
                    path = f"/api/marketplace/products/{product_id}"
                    answer = client.patch(path, json={"name": name}, headers=bearer)
                else:
                    new = new_product(self.writes, name)
                    answer = client.post("/api/marketplace/products", json=new, headers=bearer)
                if answer.status_code not in {200, 201}:
                    self.refused[str(answer.status_code)] += 1
                    continue
                product_id = answer.json()["product_id"]
                self.written[product_id] = name
                if answer.status_code == 201:
                    known.append(product_id)


def new_product(number: int, name: str) -> dict[str, Any]:
    return {
        "sku": f"WRITTEN-{number}",
        "name": name,
        "category": ["home", "lighting"],
        "price": {"amount": 100 + number, "currency": "USD"},
        "stock_on_hand": 1,
        "status": "active",
    }


def read_back(cloud: Cloud, written: dict[str, str], *, patience_s: float = 120) -> int:
    """How many products the index does not hold as they were last written, when its queue is empty."""
    deadline = time.monotonic() + patience_s
    while True:
        missing = len(written) - sum(held_names(cloud, list(written)).get(k) == v for k, v in written.items())
        if not missing or time.monotonic() > deadline:
            return missing
        time.sleep(1)


def held_names(cloud: Cloud, product_ids: list[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for start in range(0, len(product_ids), 500):
        body = json.dumps({"ids": product_ids[start : start + 500]}).encode()
        request = Request(  # noqa: S310 (our own engine)
            f"{cloud.search.url}/{ALIAS}/_mget?_source=name", body, {"content-type": "application/json"}
        )
        with urlopen(request, timeout=30) as answer:  # noqa: S310
            docs = json.load(answer)["docs"]
        names |= {doc["_id"]: doc["_source"]["name"] for doc in docs if doc.get("found")}
    return names


def title(products: int) -> None:
    print(f"\n{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {processor()} · {products:,} products\n")


def report_jobs(jobs: dict[str, dict[str, Any]]) -> None:
    print("| reindex | state | products | seconds | products/s |")
    print("|---|---|--:|--:|--:|")
    for name, job in jobs.items():
        took = seconds(job)
        done = job["progress"]["done"]
        print(f"| {name} | {job['state']} | {done:,} | {took:.0f} | {done / took:,.0f} |")


def report_searches(traffic: Traffic, began: float, ended: float) -> None:
    print("\n| searches | number | failed | p50 ms | p99 ms |")
    print("|---|--:|--:|--:|--:|")
    parts = {
        "before": [each for each in traffic.searches if each[0] < began],
        "during": [each for each in traffic.searches if began <= each[0] <= ended],
    }
    for name, searches in parts.items():
        times = sorted(each[1] for each in searches)
        failed = Counter(each[2] for each in searches if each[2])
        kinds = ", ".join(f"{wrong}: {number}" for wrong, number in failed.items())
        told = f"{failed.total()} ({kinds})" if kinds else "0"
        p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
        print(f"| {name} | {len(times)} | {told} | {statistics.median(times):.0f} | {p99:.0f} |")


def report_writes(traffic: Traffic, lost: int) -> None:
    print("\n| writes | refused | products written | not in the index as last written |")
    print("|--:|--:|--:|--:|")
    print(f"| {traffic.writes} | {traffic.refused.total()} | {len(traffic.written)} | {lost} |")


def seconds(job: dict[str, Any]) -> float:
    began, ended = (datetime.fromisoformat(job[name]) for name in ("started_at", "finished_at"))
    return (ended - began).total_seconds()


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.machine()
    return f"{model}, {os.cpu_count()} CPUs"


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
