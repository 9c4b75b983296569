"""What ordering and paying costs. Prints; asserts nothing.

    python benchmarks/checkout_orders.py                        in process: round trips, units, ceiling
    python benchmarks/checkout_orders.py --url URL --state DIR  over HTTP, on an embedded cloud that runs

Over HTTP it buys with 1 and with 8 clients, and races for the last units.

Units are DynamoDB's, reckoned from the items' sizes: a write unit a KB, two in a transaction. An engine's
ceiling is how many of the very same calls it takes a second when nothing else is done. Times in process are
of the CPU, so that a busy machine prints the same.
"""

import argparse
import os
import platform
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers/omnilife")]

from tests.conftest import ENVIRONMENT  # noqa: E402

LINES = (1, 5, 20, 80)
ORDERS = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--url", help="an embedded cloud's base URL")
    parser.add_argument("--state", type=Path, help="its state folder, whose key signs the buyers' tokens")
    parser.add_argument("--times", type=int, default=20, help="purchases of each client, over HTTP")
    parser.add_argument("--races", type=int, default=10, help="races of 32 buyers for 10 units, over HTTP")
    options = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {platform.machine()}, {os.cpu_count()} CPUs")
    if options.url:
        over_http(options)
        return
    os.environ.update(ENVIRONMENT)
    costs()
    ceiling()


# -- in process -------------------------------------------------------------------------------------------


class Meter:
    """A client that counts round trips, write units and the time that its engine took."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.reset()

    def reset(self) -> None:
        self.trips, self.units, self.inside = 0, 0, 0.0

    def __getattr__(self, name: str) -> Any:
        operation = getattr(self._client, name)

        def call(**arguments: Any) -> Any:
            self.trips += 1
            if "Item" in arguments:
                self.units += units(arguments["Item"])
            for part in arguments.get("TransactItems", ()):
                for each in part.values():
                    self.units += 2 * units(each.get("Item") or each["Key"])
            started = time.process_time()
            try:
                return operation(**arguments)
            finally:
                self.inside += time.process_time() - started

        return call


def size(value: Any) -> int:
    """Bytes of a wire value as DynamoDB counts them, within a few per cent."""
    if isinstance(value, Mapping):
        return sum(len(str(name)) + 1 + size(each) for name, each in value.items())
    if isinstance(value, list):
        return sum(1 + size(each) for each in value)
    return len(str(value).encode())


def units(item: Any) -> int:
    return max(1, -(-size(item) // 1024))


@contextmanager
def ordering(client: Any) -> Iterator[Any]:
    """A shop and an order desk on `client`, with a gateway in memory."""
    from omnilife.core import aws  # noqa: PLC0415 (after the environment is set)
    from omnilife.core.clock import FixedClock  # noqa: PLC0415
    from omnilife.core.ids import new_id  # noqa: PLC0415
    from omnilife.core.table import Table  # noqa: PLC0415
    from tests.unit.catalogue.shop import Shop  # noqa: PLC0415
    from tests.unit.checkout.ordering import Ordering  # noqa: PLC0415

    aws.reset()
    real, aws.client = aws.client, lambda _: client  # type: ignore[assignment]
    try:
        shop = Shop(Table("catalogue", client), FixedClock(datetime(2026, 11, 24, 12, tzinfo=UTC)), new_id)
        yield Ordering(shop, Table("checkout", client))
    finally:
        aws.client = real


def costs() -> None:
    """Round trips and write units of each step of an order, by the number of lines."""
    print("\n| lines | step | round trips | write units |\n|--:|---|--:|--:|")
    for lines in LINES:
        costs_of(lines)


def costs_of(lines: int) -> None:
    """The rows of an order of so many lines."""
    from omnilife.checkout.place_orders import PaymentAttempt, pay_again  # noqa: PLC0415
    from tests.support.memory_dynamodb import MemoryDynamoDB  # noqa: PLC0415
    from tests.unit.checkout.ordering import ADA  # noqa: PLC0415

    meter = Meter(MemoryDynamoDB())
    with ordering(meter) as world:
        products = [world.product(f"lamp-{number}", 99) for number in range(lines)]
        first, second, third = (world.quote([(each, 1) for each in products]) for _ in range(3))
        order = step(lines, "order", meter, lambda: world.place(first).order)
        world.gateway.try_method(str(world.get(order).payment.gateway_id), "pm_ok")
        step(lines, "paid, by its webhook", meter, lambda: world.settle(order))
        step(lines, "called off, and the money back", meter, lambda: world.settle(world.call_off(order)))
        world.quote([(products[0], 1)])  # a cart again, where the order emptied it
        declined = world.place(second, "pm_declined").order
        attempt = PaymentAttempt(payment_method="pm_ok")
        again = "paid, by another try"
        step(lines, again, meter, lambda: pay_again(world.desk, declined.order_id, attempt, caller=ADA))
        world.quote([(products[0], 1)])
        late = world.place(third).order
        world.wait(minutes=15)
        step(lines, "expired", meter, lambda: world.expire(late))


def step(lines: int, name: str, meter: Meter, do: Callable[[], Any]) -> Any:
    meter.reset()
    found = do()
    print(f"| {lines} | {name} | {meter.trips} | {meter.units} |")
    return found


def ceiling() -> None:
    """Orders of five lines a second, beside how many of their transactions the engine takes by itself."""
    from moto import mock_aws  # noqa: PLC0415 (after the environment is set)

    from omnilife.core import aws  # noqa: PLC0415
    from tests.conftest import create_table  # noqa: PLC0415
    from tests.support.memory_dynamodb import MemoryDynamoDB  # noqa: PLC0415
    from tests.support.templates import table_properties  # noqa: PLC0415

    print("\n| engine | orders/s | in the engine | its ceiling/s | of the ceiling |\n|---|--:|--:|--:|--:|")
    measure("in memory", MemoryDynamoDB())
    with mock_aws():
        for name in ("catalogue", "checkout"):
            create_table(name, table_properties(f"{name.capitalize()}Table"))
        measure("moto", aws.client("dynamodb"))
        aws.reset()


def measure(engine: str, client: Any) -> None:
    """Orders of five lines through the domain; and the share of their time that the engine took."""
    meter = Meter(client)
    with ordering(meter) as world:
        products = [world.product(f"lamp-{number}", 10_000) for number in range(5)]
        elapsed = inside = 0.0
        for _ in range(ORDERS):
            quote_id = world.quote([(product, 1) for product in products])
            meter.reset()
            started = time.process_time()
            world.place(quote_id)
            elapsed += time.process_time() - started
            inside += meter.inside
    share = inside / elapsed
    print(f"| {engine} | {ORDERS / elapsed:.0f} | {share:.0%} | {ORDERS / inside:.0f} | {share:.2f} |")


# -- over HTTP --------------------------------------------------------------------------------------------


def over_http(options: Any) -> None:
    """Whole purchases of five lines, and races for the last units."""
    from local.cloud import Cloud  # noqa: PLC0415
    from tests.e2e.buying import Gateway, open_for_business  # noqa: PLC0415
    from tests.e2e.shop import Shop, lamp  # noqa: PLC0415

    cloud = Cloud.attach(options.state)
    shop = Shop(options.url, cloud.token)
    open_for_business(shop)
    merchant = shop.token("merchant", f"merchant-{time.time_ns()}")
    products = [shop.create(merchant, lamp(stock_on_hand=100_000))["product_id"] for _ in range(5)]
    gateway = Gateway(cloud.payments.url)
    purchase(shop, gateway, products, defaultdict(list))  # what is cold warms up
    for clients in (1, 8):
        taken: dict[str, list[float]] = defaultdict(list)
        started = time.perf_counter()
        with ThreadPoolExecutor(clients) as people:
            bought = [
                people.submit(purchase, shop, gateway, products, taken)
                for _ in range(options.times * clients)
            ]
            for each in bought:
                each.result()
        elapsed = time.perf_counter() - started
        count = options.times * clients
        print(f"\n{clients} client{'s' * (clients > 1)}: {count / elapsed:.2f} orders/s\n")
        print("| request | p50 ms | p95 ms |\n|---|--:|--:|")
        for name, times in taken.items():
            print(f"| {name} | {statistics.median(times) * 1e3:.0f} | {percentile(times, 95) * 1e3:.0f} |")
    races(shop, merchant, options.races)


def purchase(shop: Any, gateway: Any, products: list[str], taken: dict[str, list[float]]) -> None:
    """Five products into a cart, a quote, an order, the card on the shopper's device, and the order paid."""
    from tests.e2e.buying import HOME, Buyer  # noqa: PLC0415

    def timed(name: str, send: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        answer = send()
        taken[name].append(time.perf_counter() - started)
        if answer.status_code >= 300:
            raise SystemExit(f"{name}: {answer.status_code} {answer.text}")
        return answer

    buyer = Buyer(shop)
    for product_id in products:
        body = {"product_id": product_id, "quantity": 1}
        timed("add", lambda body=body: buyer.request("POST", "/cart/add", body))
    quote = timed("quote", lambda: buyer.request("POST", "/cart/quote", {"address": HOME})).json()
    order = timed("order", lambda: buyer.order(quote["quote_id"])).json()
    started = time.perf_counter()
    gateway.confirm(order["payment"]["client_secret"]).raise_for_status()
    while (
        timed("read", lambda: buyer.request("GET", f"/orders/{order['order_id']}")).json()["state"] != "paid"
    ):
        time.sleep(0.02)
    taken["from the card to paid, by webhook"].append(time.perf_counter() - started)


def races(shop: Any, merchant: str, count: int) -> None:
    """32 buyers at once for 10 units: who got what."""
    from tests.e2e.buying import Buyer  # noqa: PLC0415
    from tests.e2e.shop import lamp  # noqa: PLC0415

    outcomes: Counter[str] = Counter()
    sold: Counter[int] = Counter()
    spans = []
    with ThreadPoolExecutor(32) as people:
        for _ in range(count):
            product = shop.create(merchant, lamp(stock_on_hand=10))["product_id"]
            buyers = [Buyer(shop) for _ in range(32)]

            def prepare(buyer: Any, product: str = product) -> str:
                buyer.add(product)
                return str(buyer.quote()["quote_id"])

            quotes = list(people.map(prepare, buyers))
            started = time.perf_counter()
            answers = list(people.map(lambda pair: pair[0].order(pair[1]), zip(buyers, quotes, strict=True)))
            spans.append(time.perf_counter() - started)
            outcomes.update(f"{each.status_code} {each.json().get('type', '')}".strip() for each in answers)
            sold[sum(each.status_code == 201 for each in answers)] += 1
    print(f"\n{count} races of 32 buyers for 10 units; sold in each: {dict(sold)}")
    print(f"answers: {dict(outcomes)}; a race took {statistics.median(spans) * 1e3:.0f} ms (median)")


def percentile(times: list[float], rank: int) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * rank // 100)]


if __name__ == "__main__":
    main()
