"""A real year of orders: `python -m benchmarks.replay_orders --csv online-retail.csv.xz [--invoices 2000]`.

UCI Online Retail (541,909 rows of a British gift shop, 2010-12 to 2011-12) goes through checkout's own
functions: each invoice is priced, quoted, ordered, paid, packed, shipped, delivered and earns points; each
invoice whose number begins with C is a return that is asked for, approved, received and refunded. The table
is `tests.support.memory_dynamodb`, the gateway `tests.support.gateway`; all else is what is deployed.

| the file has | what is done |
|---|---|
| an invoice of more than 80 lines | it is split into orders of 80, and counted |
| no customer | the buyer is a guest of that invoice |
| a line of a C-invoice | returned from the buyer's latest orders of that product at that price |
| more of it than those orders have | unmatched, and counted: there is no order to return it from |
| a negative quantity elsewhere | an adjustment of stock: lost |
| a negative price (bad debts) | left out, and counted |
| a price finer than a penny | rounded half to even, and counted |

What comes out is compared with sums that `Sums` takes from the same rows, without any of checkout's code:
money taken and given back, units sold and returned, and the stock of every product at the end.

Nothing is asserted. The table goes to docs/benchmarks.md.
"""

import argparse
import csv
import lzma
import os
import platform
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import batched, groupby, islice
from pathlib import Path
from unittest.mock import patch

from omnilife.catalogue import Product
from omnilife.checkout.earn_points import earn_points
from omnilife.checkout.fulfil_orders import Shipment, advance_fulfilment
from omnilife.checkout.models import Cart
from omnilife.checkout.order_models import Order
from omnilife.checkout.place_orders import NewOrder, place_order
from omnilife.checkout.price_quotes import TaxRules, price_lines
from omnilife.checkout.pricing_models import PricedLine, Quote, SpentPoints
from omnilife.checkout.request_returns import request_return
from omnilife.checkout.return_models import NewReturn, ReturnChange
from omnilife.checkout.settle_payments import settle
from omnilife.checkout.store_quotes import digest_of
from omnilife.checkout.update_returns import complete_return, update_return
from omnilife.core.clock import FixedClock
from omnilife.core.events import ReceivedEvent
from omnilife.core.money import Money
from tests.unit.checkout.market import HOME, Market, person

MERCHANT = "m-gifts"
CURRENCY = "GBP"
MOST_LINES = 80
PENNY = Decimal("0.01")
"""The file's finest price is a tenth of a penny."""


@dataclass(frozen=True)
class Row:
    """A row of the file."""

    invoice: str
    code: str
    units: int
    at: str
    price: Decimal
    customer: str

    @property
    def pence(self) -> int:
        return int((self.price.quantize(PENNY, ROUND_HALF_EVEN) * 100).to_integral_value())

    @property
    def buyer(self) -> str:
        return self.customer.removesuffix(".0") or f"guest-{self.invoice}"


def read(path: Path) -> Iterator[Row]:
    """The file's rows, in its order; it is unpacked as it is read."""
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        for each in csv.DictReader(file):
            yield Row(
                invoice=each["InvoiceNo"],
                code=re.sub(r"[^A-Za-z0-9._-]", "_", each["StockCode"].strip()),
                units=int(each["Quantity"]),
                at=each["InvoiceDate"],
                price=Decimal(each["UnitPrice"]),
                customer=each["CustomerID"],
            )


def invoices(path: Path, most: int | None) -> Iterator[tuple[str, list[Row]]]:
    """Invoices with their rows, in the file's order."""
    grouped = ((number, list(rows)) for number, rows in groupby(read(path), key=lambda row: row.invoice))
    return islice(grouped, most)


@dataclass
class Sums:
    """What the file itself says: plain sums, without any of checkout's code."""

    taken: int = 0
    given_back: int = 0
    sold: Counter[str] = field(default_factory=Counter)
    returned: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    bought: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    unmatched_rows: int = 0
    unmatched_units: int = 0

    def add(self, row: Row) -> None:
        if row.price < 0:
            return
        if row.invoice.startswith("C"):
            key = (row.buyer, row.code, row.pence)
            taken = min(-row.units, self.bought[key])
            self.bought[key] -= taken
            self.returned[row.code] += taken
            self.given_back += taken * row.pence
            self.unmatched_units += -row.units - taken
            self.unmatched_rows += taken < -row.units
        elif row.units < 0:
            self.lost[row.code] -= row.units
        else:
            self.taken += row.units * row.pence
            self.sold[row.code] += row.units
            self.bought[row.buyer, row.code, row.pence] += row.units


@dataclass
class Replay:
    """The same rows, through the domain's functions."""

    market: Market
    products: dict[str, Product] = field(default_factory=dict)
    lines: defaultdict[tuple[str, str, int], list[tuple[str, str, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    counted: Counter[str] = field(default_factory=Counter)

    def stock(self, received: Counter[str]) -> None:
        """Put everything on the shelf that will leave it."""
        for code, units in received.items():
            self.products[code] = self.market.sell(code, units, 100, MERCHANT)

    def at(self, text: str) -> None:
        when = datetime.fromisoformat(text).replace(tzinfo=UTC)
        self.market.clock.advance(seconds=max(0.0, (when - self.market.clock.now()).total_seconds()))

    def invoice(self, number: str, rows: Sequence[Row]) -> None:
        self.at(rows[0].at)
        if number.startswith("C"):
            self._take_back(rows)
            return
        sales = [row for row in rows if row.price >= 0 and row.units > 0]
        self.counted["rows with a negative price"] += sum(row.price < 0 for row in rows)
        self.counted["prices rounded to a penny"] += sum(row.price * 100 != row.pence for row in rows)
        for row in rows:
            if row.units < 0 <= row.price:
                self.counted["adjustments of stock"] += 1
                self.market.adjust(self.products[row.code], row.units, person(MERCHANT, "merchant"))
        parts = list(batched(sales, MOST_LINES, strict=False))
        self.counted["invoices split into linked orders"] += len(parts) > 1
        for part in parts:
            self._sell(part)

    def _sell(self, rows: Sequence[Row]) -> None:
        market, buyer = self.market, rows[0].buyer
        priced = price_lines([self._line(n, row) for n, row in enumerate(rows, 1)], [], tax=TaxRules())
        now = market.clock.now()
        quote = Quote(
            quote_id=market.make_id(),
            user_id=buyer,
            cart_id=buyer,
            cart_version=1,
            currency=CURRENCY,
            lines=list(priced.lines),
            shipping=[],
            coupons=[],
            points=SpentPoints(worth=Money.zero(CURRENCY)),
            subtotal=priced.subtotal,
            discount=0,
            shipping_total=0,
            tax=0,
            tax_included=False,
            total=priced.total,
            address=HOME,
            expires_at=market.later(minutes=15),
        )
        cart = Cart(
            cart_id=buyer, user_id=buyer, version=1, expires_at=market.later(minutes=60), updated_at=now
        )
        market.carts.desk.carts.save(cart, before=0, now=now)
        market.quotes.quotes.save(quote.model_copy(update={"digest": digest_of(quote)}), now=now)
        wanted = NewOrder(quote_id=quote.quote_id, payment_method="pm_ok")
        order = place_order(market.orders, wanted, caller=person(buyer), address="203.0.113.9").order
        merchant = person(MERCHANT, "merchant")
        for step in ("packed", "shipped", "delivered"):
            advance_fulfilment(market.orders, order.order_id, step, Shipment(), caller=merchant)  # type: ignore[arg-type]
        earn_points(
            market.returns,
            _told("FulfilmentDelivered", order, {"order_id": order.order_id, "merchant_id": MERCHANT}),
        )
        self.counted["orders"] += 1
        for line, row in zip(order.lines, rows, strict=True):
            self.lines[buyer, row.code, row.pence].append((order.order_id, line.line_id, line.quantity))

    def _take_back(self, rows: Sequence[Row]) -> None:
        wanted: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for row in rows:
            if row.price < 0:
                self.counted["rows with a negative price"] += 1
                continue
            left = -row.units
            bought = self.lines[row.buyer, row.code, row.pence]
            while left and bought:
                order_id, line_id, units = bought.pop()
                taken = min(left, units)
                wanted[order_id][line_id] += taken
                left -= taken
                if units > taken:
                    bought.append((order_id, line_id, units - taken))
            self.counted["unmatched rows of returns"] += left > 0
            self.counted["unmatched units of returns"] += left
        for order_id, lines in wanted.items():
            self._return(order_id, lines, rows[0].buyer)

    def _return(self, order_id: str, lines: Counter[str], buyer: str) -> None:
        desk = self.market.returns
        named = [
            {"line_id": line_id, "quantity": units, "reason": "other"} for line_id, units in lines.items()
        ]
        wanted = NewReturn.model_validate({"lines": named})
        given = request_return(desk, order_id, wanted, caller=person(buyer))
        for action in ("approve", "receive", "refund"):
            change = ReturnChange.model_validate({"action": action})
            given = update_return(desk, given.return_id, change, caller=person(MERCHANT, "merchant"))
        order = settle(self.market.orders, order_id)
        if order and given.refund and given.state == "refunding":
            data = {"refund_id": given.refund.refund_id, "return_id": given.return_id}
            complete_return(desk, _told("RefundCompleted", order, data))
        self.counted["returns"] += 1

    def _line(self, number: int, row: Row) -> PricedLine:
        product = self.products[row.code]
        return PricedLine(
            line_id=str(number),
            product_id=product.product_id,
            merchant_id=MERCHANT,
            sku=row.code,
            name=product.name,
            category=product.category,
            tax_class="standard",
            quantity=row.units,
            unit_price=Money(amount=row.pence, currency=CURRENCY),
            subtotal=row.units * row.pence,
        )


def main() -> None:
    options = _options()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {platform.machine()}, {os.cpu_count()} CPUs")
    sums, rows = Sums(), 0
    for _, each in invoices(options.csv, options.invoices):
        for row in each:
            rows += 1
            sums.add(row)
    market = Market(currency=CURRENCY, clock=FixedClock(datetime(2010, 12, 1, tzinfo=UTC)), return_days=400)
    replay = Replay(market)
    began = time.monotonic()
    with patch("omnilife.core.aws.client", lambda _: market.memory):
        replay.stock(sums.sold + sums.lost)
        for count, (number, each) in enumerate(invoices(options.csv, options.invoices), 1):
            replay.invoice(number, each)
            if count % 1000 == 0:
                print(f"… {count:,} invoices after {time.monotonic() - began:,.0f} s", flush=True)
    print(
        f"\n{rows:,} rows; {market.memory.transactions:,} transactions, {time.monotonic() - began:,.0f} s\n"
    )
    for name, number in replay.counted.items():
        print(f"- {name}: {number:,}")
    _compare(replay, sums)


def _compare(replay: Replay, sums: Sums) -> None:
    market = replay.market
    orders = list(market.all_orders())
    returns = list(market.all_returns())
    states = Counter(order.state for order in orders)
    units = sum(line.quantity for order in orders for line in order.lines)
    back = sum(line.restocked for given in returns for line in given.lines)
    stocks = {code: market.stock(product) for code, product in replay.products.items()}
    on_hand = {code: stock["on_hand"] for code, stock in stocks.items()}
    expected = {code: sums.returned[code] for code in replay.products}
    wrong = sum(on_hand[code] != expected[code] for code in expected)
    buyers = {order.user_id for order in orders}
    accounts = {buyer: market.loyalty.standing(buyer)[1] for buyer in buyers}
    ledgers = {
        buyer: sum(each.points for each in market.loyalty.entries(buyer, limit=100_000)[0])
        for buyer in buyers
    }
    rows = [
        ("money taken, pence", sum(order.payment.captured for order in orders), sums.taken),
        ("money given back, pence", sum(order.payment.refunded for order in orders), sums.given_back),
        ("held by the gateway, pence", market.gateway.held, sums.taken - sums.given_back),
        ("units sold", units, sums.sold.total()),
        ("units returned", back, sums.returned.total()),
        (
            "units that no order has, of returns",
            replay.counted["unmatched units of returns"],
            sums.unmatched_units,
        ),
        ("units on the shelf at the end", sum(on_hand.values()), sums.returned.total()),
        ("units still reserved", sum(stock["reserved"] for stock in stocks.values()), 0),
        (f"products of {len(expected):,} with another stock", wrong, 0),
        ("returns that are not refunded", sum(each.state != "refunded" for each in returns), 0),
        (
            "accounts whose balance is not their ledger's sum",
            sum(accounts[buyer].balance != ledgers[buyer] for buyer in buyers),
            0,
        ),
    ]
    print(f"\norders by state: {dict(states)}\n")
    print("| | checkout | the file | |\n|---|---:|---:|---|")
    for name, got, wanted in rows:
        print(f"| {name} | {got:,} | {wanted:,} | {'equal' if got == wanted else 'DIFFERENT'} |")


def _told(kind: str, order: Order, data: dict[str, str]) -> ReceivedEvent:
    return ReceivedEvent(
        id=f"{kind}-{order.order_id}",
        type=kind,
        time=order.updated_at,
        aggregate="order",
        aggregate_id=order.order_id,
        version=order.version,
        correlation_id="replay",
        actor="system:replay",
        data=data,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Replay a real year of orders through checkout.")
    parser.add_argument("--csv", type=Path, required=True, help="UCI Online Retail, as CSV packed by xz")
    parser.add_argument("--invoices", type=int, help="only the first so many invoices")
    return parser.parse_args()


if __name__ == "__main__":
    main()
