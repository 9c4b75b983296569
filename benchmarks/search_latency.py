"""What a search takes: `python -m benchmarks.search_latency --catalogue products.yaml --products 100000`.

In one process: the function's handler, warm, is given API Gateway's events. OpenSearch and Valkey are real
(OPENSEARCH_URL, VALKEY_URL); DynamoDB is a stand-in that takes `--dynamodb-ms` for each call and keeps
nothing. The same requests are sent to the engine alone, by the same client, before or after. Queries are
two words of a product's name; every second one is filtered, all facets are counted.

With `--url` instead: over HTTP against a running deployment, by one client and by `--clients`.

The handler's time ends with its answer. What is done behind it (the log's outcome, keeping the answer) is
told apart; the next request begins after it, as in Lambda.

Nothing is asserted. The tables go to docs/benchmarks.md.
"""

import argparse
import os
import platform
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode
from uuid import uuid4

from local.demo import retail
from omnilife.catalogue import IndexedProduct, Product
from omnilife.core import aws
from omnilife.core.afterwards import process_afterwards
from omnilife.core.cache import process_cache
from omnilife.search import ProductIndex, answers
from omnilife.search.documents import version_of
from omnilife.search.engine import engine_at
from tests.support.functions import Functions
from tests.support.http import http_event

BATCH = 500
WARM = 100
SIZES = ("small", "large", "classic", "compact", "deluxe", "travel", "outdoor", "mini", "pro", "plus")


def main() -> None:
    options = _options()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {platform.machine()}, {os.cpu_count()} CPUs")
    if options.url:
        over_http(options)
        return
    for size in options.products:
        in_process(options, size)


# -- in one process


class DynamoDB:
    """Takes its time, and holds nothing."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.calls: Counter[str] = Counter()

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        def call(**_: Any) -> dict[str, Any]:
            self.calls[operation] += 1
            time.sleep(self.seconds)
            return {"Items": [], "ScannedCount": 0, "Attributes": {}, "SecretString": "c" * 43}

        return call


def in_process(options: argparse.Namespace, size: int) -> None:
    alias = f"latency_{uuid4().hex}"
    os.environ.update(_environment(alias))
    dynamodb = DynamoDB(options.dynamodb_ms / 1000)
    with patch.object(aws, "client", lambda _: dynamodb):
        index = ProductIndex.from_environment()
        engine = engine_at(os.environ["OPENSEARCH_URL"])
        catalogue = generated(options.catalogue, size)
        try:
            for start in range(0, size, BATCH):
                index.put([version_of(each) for each in catalogue[start : start + BATCH]])
            engine.request(
                "POST", f"/{alias}/_forcemerge", b"", params={"max_num_segments": "1"}, patience_s=600
            )
            engine.request("POST", f"/{alias}/_refresh", b"", patience_s=60)
            measure(options, catalogue, dynamodb)
        finally:
            engine.request("DELETE", f"/{alias}-*", b"", patience_s=60)


class Handler:
    """The function, warm: asked, timed, and its round trips counted."""

    def __init__(self) -> None:
        self._functions = Functions()
        self._transport = engine_at(os.environ["OPENSEARCH_URL"])._transport
        self.send = self._transport.perform_request
        self.requests: list[tuple[str, str, dict[str, Any]]] = []
        self.trips = Counter[str]()
        self.behind: list[float] = []
        cache = process_cache()
        assert cache is not None
        call = cache.call

        def recorded(method: str, path: str, **more: Any) -> Any:
            self.requests.append((method, path, more | {"meanwhile": None}))
            self.trips["engine"] += 1
            return self.send(method, path, **more)

        def counted(use: Any) -> Any:
            self.trips["Valkey"] += 1
            return call(use)

        self._transport.perform_request = recorded
        cache.call = counted  # type: ignore[method-assign]

    def __call__(self, query: dict[str, Any]) -> float:
        """Seconds until the answer; what is left to do behind it is done before this returns."""
        event = http_event("GET", "/api/search/products", query=query, source_ip=_address())
        with redirect_stdout(StringIO()) as said:
            started = time.perf_counter()
            answer = self._functions("search/search_products", event)
            taken = time.perf_counter() - started
            # Lambda gives a process its next request when nothing of the last one is left to do.
            process_afterwards().wait(5)
            self.behind.append(time.perf_counter() - started - taken)
        assert answer["statusCode"] == 200, said.getvalue()
        return taken


def measure(options: argparse.Namespace, catalogue: list[IndexedProduct], dynamodb: DynamoDB) -> None:
    ask = Handler()
    asked = list(queries(catalogue, options.requests + WARM))
    uncached, alone, cached = [], [], []
    with patch.object(answers, "LIFE_S", 0.001):
        for query in asked[:WARM]:
            ask(query)
        ask.requests.clear()
        for query in asked[WARM:]:
            ask(query)
        requests = list(ask.requests)
        ask.trips.clear()
        dynamodb.calls.clear()
        for number, (query, request) in enumerate(zip(asked[WARM:], requests, strict=True)):
            if number % 2:
                uncached.append(ask(query))
            alone.append(engine_alone(ask.send, request))
            if number % 2 == 0:
                uncached.append(ask(query))
    trips, writes = Counter(ask.trips), Counter(dynamodb.calls)
    behind = statistics.median(ask.behind[-len(uncached) :])
    hits = 0
    for query in asked[WARM:]:
        ask(query)
        ask.trips.clear()
        cached.append(ask(query))
        hits += ask.trips["engine"] == 0
    print(f"\n{len(catalogue):,} products, {len(alone)} queries; DynamoDB: {options.dynamodb_ms:g} ms\n")
    print("| | p50 ms | p95 ms | p99 ms | × engine at p50 | engine trips | Valkey trips |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    count = len(alone)
    _row("the engine's query alone", alone, alone, "1", "0")
    _row(
        "handler, uncached",
        uncached,
        alone,
        f"{trips['engine'] / count:.2f}",
        f"{trips['Valkey'] / count:.2f}",
    )
    _row(f"handler, cached ({hits} of {count})", cached, alone, "0", "1")
    print(
        f"\nDynamoDB calls for {count} uncached searches: {dict(writes)}; "
        f"what is done behind their answers takes {behind * 1000:.1f} ms at the median"
    )


def engine_alone(send: Callable[..., Any], request: tuple[str, str, dict[str, Any]]) -> float:
    method, path, more = request
    started = time.perf_counter()
    send(method, path, **more)
    return time.perf_counter() - started


def generated(path: Path, size: int) -> list[IndexedProduct]:
    """The catalogue, and variations of it up to `size`."""
    rows = [each.row for each in retail.products(path)]
    draw, now = Random(1), datetime(2026, 11, 25, tzinfo=UTC)  # noqa: S311
    found = []
    for number in range(size):
        row = dict(rows[number % len(rows)])
        if number >= len(rows):
            row["name"] = f"{row['name']} {draw.choice(SIZES)} {draw.randrange(1000)}"
            row["price"] = {**row["price"], "amount": row["price"]["amount"] + draw.randrange(5000)}
        product = Product(
            **{**row, "sku": f"sku-{number}"},
            product_id=f"p{number}",
            merchant_id="merchant-1",
            rating=draw.choice([None, 3.5, 4.2, 4.8]),
            review_count=draw.randrange(200),
            version=1,
            created_at=now,
            updated_at=now,
        )
        found.append(IndexedProduct(product.product_id, 2, "active", product))
    return found


def queries(catalogue: list[IndexedProduct], number: int) -> Iterator[dict[str, Any]]:
    draw = Random(2)  # noqa: S311
    for each in range(number):
        product = draw.choice(catalogue).product
        assert product is not None
        words = product.name.split()
        query: dict[str, Any] = {"q": " ".join(draw.sample(words, min(2, len(words))))}
        if each % 2:
            query["max_price"] = product.price.amount * 2
        yield query


# -- over HTTP


def over_http(options: argparse.Namespace) -> None:
    import httpx  # noqa: PLC0415

    asked = [urlencode(query) for query in queries(generated(options.catalogue, 2465), options.requests)]
    print(f"\nover HTTP at {options.url}, {len(asked)} queries with all facets\n")
    print("| clients | | p50 ms | p95 ms | p99 ms | requests a second | refused |")
    print("|--:|---|--:|--:|--:|--:|--:|")
    for clients in (1, options.clients):
        for name, repeat in (("uncached", 1), ("cached", 2)):
            times: list[float] = []
            refused = Counter[int]()

            def work(part: list[str], times: list[float] = times, refused: Counter[int] = refused) -> None:
                with httpx.Client(base_url=options.url, timeout=30) as client:
                    for query in part:
                        for turn in range(repeat):  # noqa: B023
                            # A parameter of its own keeps what an earlier round left in the cache out of it.
                            salt = f"&limit={salts[name]}"  # noqa: B023
                            started = time.perf_counter()
                            answer = client.get(f"/api/search/products?{query}{salt}")
                            if answer.status_code != 200:
                                refused[answer.status_code] += 1
                            elif turn == repeat - 1:  # noqa: B023
                                times.append(time.perf_counter() - started)

            salts = {"uncached": 20 + (clients > 1), "cached": 22 + (clients > 1)}
            begun = time.perf_counter()
            threads = [threading.Thread(target=work, args=(asked[n::clients],)) for n in range(clients)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            rate = len(asked) * repeat / (time.perf_counter() - begun)
            print(f"| {clients} | {name} | {_times(times)} | {rate:.0f} | {sum(refused.values())} |")


# -- printing


def _row(name: str, times: list[float], alone: list[float], engine: str, valkey: str) -> None:
    times_ = _times(times)
    ratio = statistics.median(times) / statistics.median(alone)
    print(f"| {name} | {times_} | {ratio:.2f} | {engine} | {valkey} |")


def _times(times: list[float]) -> str:
    if len(times) < 2:
        return "– | – | –"
    cuts = statistics.quantiles(times, n=100)
    return " | ".join(f"{cuts[at] * 1000:.1f}" for at in (49, 94, 98))


_addresses = iter(range(10**9))


def _address() -> str:
    """A client of its own each time: the limit is not what is measured."""
    number = next(_addresses)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _environment(alias: str) -> dict[str, str]:
    from tests.conftest import ENVIRONMENT  # noqa: PLC0415

    engines = {name: os.environ[name] for name in ("OPENSEARCH_URL", "VALKEY_URL")}
    return {**ENVIRONMENT, **engines, "SEARCH_ALIAS": alias, "POWERTOOLS_METRICS_NAMESPACE": "OmniLife"}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--catalogue", type=Path, required=True, help="the retail demo store's products.yaml")
    parser.add_argument("--products", type=int, nargs="+", default=[2465])
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--dynamodb-ms", type=float, default=3.0)
    parser.add_argument("--url", default="", help="of a running deployment")
    parser.add_argument("--clients", type=int, default=8)
    return parser.parse_args()


if __name__ == "__main__":
    main()
