"""What indexing costs: two reads and one request to the engine a batch, whatever it holds."""

from collections import Counter
from typing import Any

import pytest

from omnilife.catalogue import NewProduct, ProductStore, create_product
from omnilife.core import aws as aws_clients
from omnilife.core.auth import Caller
from omnilife.core.cache import Breaker
from omnilife.core.consumer import Envelope
from omnilife.core.events import ReceivedEvent
from omnilife.core.table import Table
from omnilife.search import ProductIndex, ReindexStore, index_changes
from omnilife.search.engine import Engine
from tests.support.search import CREATED

MERCHANT = Caller("user", "203.0.113.9", "merchant-1", roles=frozenset({"merchant"}))


class Counting:
    """A transport to an engine that takes every document."""

    requests = 0

    def perform_request(self, *_: Any, body: bytes, **__: Any) -> Any:
        self.requests += 1
        return {"items": [{"index": {"_id": "p", "status": 201}}] * (len(body.splitlines()) // 2)}


def envelope(number: int, product_id: str) -> Envelope:
    event = ReceivedEvent(
        id=f"event-{number}",
        type="StockAdjusted",
        time=CREATED,
        aggregate="stock",
        aggregate_id=product_id,
        version=number + 1,
        correlation_id="request-1",
        actor="user:merchant-1",
        data={"product_id": product_id},
    )
    return Envelope(f"record-{number}", event)


def product(store: ProductStore, number: int) -> str:
    price = {"amount": number, "currency": "USD"}
    new = NewProduct(sku=f"s{number}", name="Lamp", category=["home"], price=price)
    return create_product(store, new, caller=MERCHANT, currency="USD").product_id


@pytest.mark.parametrize(("products", "events_each"), [(1, 50), (50, 1)])
def test_a_batch_of_50_events_is_one_read_and_one_write(
    catalogue_table: Table, search_table: Table, products: int, events_each: int
) -> None:
    store = ProductStore(catalogue_table)
    ids = [product(store, number) for number in range(products)]
    envelopes = [envelope(n, each) for n, each in enumerate(ids * events_each)]
    calls: Counter[str] = Counter()
    client = aws_clients.client("dynamodb")
    client.meta.events.register("before-call.dynamodb", lambda model, **_: calls.update([model.name]))
    transport = Counting()

    failed = index_changes(
        envelopes,
        store=store,
        index=ProductIndex(Engine(transport, Breaker()), "products"),
        jobs=ReindexStore(search_table),
    )

    assert failed == []
    assert calls == {"GetItem": 1, "BatchGetItem": 1}
    assert transport.requests == 1
