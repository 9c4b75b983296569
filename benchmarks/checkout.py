"""What buying costs. Prints; asserts nothing.

    python benchmarks/checkout.py            in process, on moto: round trips, units, the engine's time
    python benchmarks/checkout.py --cloud    over HTTP, on an embedded cloud of its own, by 1 and 8 clients

Units are DynamoDB's, reckoned from the items' sizes: a write unit a KB, two in a transaction; a read unit for
each 4 KB of an item that is read strongly consistent, half of one in an index or a query that is not.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers/omnilife")]

from tests.conftest import ENVIRONMENT  # noqa: E402

LINES = (1, 5, 20, 80)
CLIENTS = (1, 8)
RULES = 20
"""Zones and tax rates that a quote has to read."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cloud", action="store_true", help="over HTTP, on an embedded cloud of its own")
    parser.add_argument("--times", type=int, default=40, help="calls of each kind and client, over HTTP")
    options = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {platform.machine()}, {os.cpu_count()} CPUs")
    if options.cloud:
        over_http(options.times)
        return
    os.environ.update(ENVIRONMENT)
    costs()
    engine()


# -- what requests cost


@dataclass
class Meter:
    """Round trips and units of what happens within `with meter:`."""

    trips: int = 0
    writes: int = 0
    reads: float = 0.0

    def __enter__(self) -> "Meter":
        from omnilife.core import aws  # noqa: PLC0415 (after the environment is set)

        self._events = aws.client("dynamodb").meta.events
        self._events.register("before-parameter-build.dynamodb", self._sent)
        self._events.register("after-call.dynamodb", self._answered)
        return self

    def __exit__(self, *_: object) -> None:
        self._events.unregister("before-parameter-build.dynamodb", self._sent)
        self._events.unregister("after-call.dynamodb", self._answered)

    def _sent(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.trips += 1
        if model.name == "PutItem":
            self.writes += units(params["Item"], 1024)
        for part in params.get("TransactItems", []):
            for operation in part.values():
                self.writes += 2 * units(operation.get("Item") or operation["Key"], 1024)

    def _answered(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name == "GetItem":
            self.reads += units(parsed.get("Item", {}), 4096)
        if model.name == "BatchGetItem":
            self.reads += sum(units(item, 4096) for each in parsed["Responses"].values() for item in each)
        if model.name == "Query":
            self.reads += -(-sum(size(item) for item in parsed["Items"]) // 4096) / 2


def size(value: Any) -> int:
    """Bytes of an item or value as DynamoDB counts them, within a few per cent."""
    if isinstance(value, dict):
        return sum(len(str(name).encode()) + 1 + size(each) for name, each in value.items())
    if isinstance(value, list):
        return sum(1 + size(each) for each in value)
    return len(str(value).encode())


def units(item: Any, unit: int) -> int:
    """Of one item, at least one."""
    return max(1, -(-size(item) // unit))


def costs() -> None:
    """Round trips and units of looks, additions and quotes, by the number of lines."""
    print("\n| lines | request | round trips | write units | read units |\n|--:|---|--:|--:|--:|")
    for lines in LINES:
        with buying() as (shop, carts):
            products = shop.fill(lines, stock_on_hand=900)
            for product in products:
                carts.add(product.product_id)
            first = products[0].product_id
            requests: list[tuple[str, Callable[[], object]]] = [
                ("look", carts.look),
                ("add", partial(carts.add, first)),
                ("add, with a key", partial(carts.add, first, idem=once("add"))),
                ("quote, with a coupon", partial(carts.quote, coupons=["TEN"])),
            ]
            for name, request in requests:
                with Meter() as meter:
                    request()
                print(f"| {lines} | {name} | {meter.trips} | {meter.writes} | {meter.reads:g} |")


@contextmanager
def buying() -> Iterator[tuple[Any, Any]]:
    """An empty shop with carts, rules and a coupon, on moto."""
    from moto import mock_aws  # noqa: PLC0415 (after the environment is set)

    from omnilife.core import aws  # noqa: PLC0415
    from omnilife.core.clock import FixedClock  # noqa: PLC0415
    from omnilife.core.ids import new_id  # noqa: PLC0415
    from tests.conftest import create_table  # noqa: PLC0415
    from tests.support.templates import table_properties  # noqa: PLC0415
    from tests.unit.catalogue.shop import Shop  # noqa: PLC0415
    from tests.unit.checkout.buying import Buying  # noqa: PLC0415
    from tests.unit.checkout.pricing import NOW, coupon, rate, zone  # noqa: PLC0415

    aws.reset()
    with mock_aws():
        tables = [
            create_table(name, table_properties(f"{name.capitalize()}Table"))
            for name in ("catalogue", "checkout")
        ]
        shop = Shop(tables[0], FixedClock(NOW), new_id)
        carts = Buying(shop, tables[1])
        carts.rule(zone())
        carts.rule(rate())
        for number in range(RULES):
            carts.rule(zone(f"zone-{number}", countries=["DE"]))
            carts.rule(rate(f"rate-{number}", country="DE"))
        carts.rule(coupon())
        yield shop, carts
    aws.reset()


def once(key: str) -> Any:
    from tests.unit.catalogue.shop import once as made  # noqa: PLC0415 (after the environment is set)

    return made(key)


# -- the pricing engine


def engine() -> None:
    """What pricing alone takes: pure Python, exact fractions."""
    from omnilife.checkout import PricingRules, price_quote  # noqa: PLC0415 (after the environment is set)
    from omnilife.checkout.price_quotes import CouponUse  # noqa: PLC0415
    from tests.unit.checkout.pricing import ADDRESS, coupon, line, rate, zone  # noqa: PLC0415

    print("\n| lines | pricing, median ms |\n|--:|--:|")
    rates = [rate("gst", rate=50_000), rate("qst", rate=99_750, priority=1, compound=True)]
    uses = [CouponUse(coupon())]
    for lines in LINES:
        cart = [line(1999 + number, 3, number=number) for number in range(1, lines + 1)]
        rules = PricingRules([zone()], rates, included=True, rounding="order")
        taken = timed(lambda cart=cart, rules=rules: price_quote(cart, ADDRESS, rules, coupons=uses), 50)
        print(f"| {lines} | {statistics.median(taken):.2f} |")


def timed(act: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each of so many runs."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


# -- over HTTP


def over_http(times: int) -> None:
    """Calls a second and their times on the deployed templates."""
    from local.cloud import Cloud, Ports  # noqa: PLC0415 (starts engines)
    from local.paths import STATE  # noqa: PLC0415
    from tests.e2e.shop import Merchant, Shop, lamp  # noqa: PLC0415

    with (
        tempfile.TemporaryDirectory() as folder,
        Cloud(Path(folder), Ports.free(), environ={}, built=STATE / "sam") as cloud,
    ):
        cloud.build()
        cloud.deploy()
        shop = Shop(cloud.base_url, cloud.token)
        merchant = Merchant("bench", shop.token("merchant", "bench"))
        products = [shop.create(merchant.token, lamp(stock_on_hand=10**6)) for _ in range(5)]
        admin = shop.token("admin", "admin-1")
        rates = [{"rate_id": "post", "name": "Post", "bands": [{"price": 700}]}]
        zone = {"name": "Iceland", "countries": ["IS"], "rates": rates}
        shop.call("PUT", "/api/marketplace/shipping-zones/iceland", token=admin, json=zone)
        print("\n| clients | call, 5 lines | a second | p50 ms | p95 ms |\n|--:|---|--:|--:|--:|")
        for clients in CLIENTS:
            buy(shop, products, clients, times)


def buy(shop: Any, products: list[Any], clients: int, times: int) -> None:
    """Each client has a cart of its own: five additions, then looks and quotes."""
    address = {"name": "Ada", "line1": "1 Main Street", "city": "Town", "country": "IS"}
    tokens = [shop.token("customer", f"bench-{uuid.uuid4().hex[:8]}") for _ in range(clients)]
    cart = "/api/marketplace/cart"
    calls: dict[str, Callable[[str, int], Any]] = {
        "add": lambda token, number: shop.call(
            "POST",
            f"{cart}/add",
            token=token,
            json={"product_id": products[number % 5]["product_id"]},
            headers={"idempotency-key": uuid.uuid4().hex},
        ),
        "look": lambda token, _: shop.call("GET", cart, token=token),
        "quote": lambda token, _: shop.call("POST", f"{cart}/quote", token=token, json={"address": address}),
    }
    for name, call in calls.items():
        # The write limit is 120 a minute and caller: what is refused would be measured as fast.
        taken: list[float] = []

        def one(token: str, call: Any = call, taken: list[float] = taken) -> None:
            for number in range(times):
                started = time.perf_counter()
                answer = call(token, number)
                taken.append((time.perf_counter() - started) * 1000)
                assert answer.status_code < 300, answer.text

        started = time.perf_counter()
        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(one, tokens))
        rate = len(taken) / (time.perf_counter() - started)
        cuts = statistics.quantiles(taken, n=20)
        print(f"| {clients} | {name} | {rate:.1f} | {cuts[9]:.0f} | {cuts[18]:.0f} |")


if __name__ == "__main__":
    main()
