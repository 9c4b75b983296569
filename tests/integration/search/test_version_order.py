"""Many writers and readers at once on the real engine: no reader sees a product go back to an older state."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random

from omnilife.search.index_generations import IndexGenerations
from omnilife.search.product_index import Followed, Version
from tests.integration.search.shop import Shop

PRODUCTS = [f"p{n}" for n in range(8)]
STATES = 40
WRITERS = 4
READERS = 2


def versions_seen(shop: Shop, name: str) -> dict[str, int]:
    body = json.dumps({"docs": [{"_id": each, "_source": False} for each in PRODUCTS]}).encode()
    answer = shop.engine.request("POST", f"/{name}/_mget", body, patience_s=10)
    return {doc["_id"]: doc.get("_version", 0) for doc in answer["docs"]}


def test_versions_only_grow_for_every_reader_and_end_at_the_greatest_in_every_generation(shop: Shop) -> None:
    generations = IndexGenerations(shop.engine, shop.alias)
    first, second = generations.serving(), generations.name("20261124120001")
    generations.create(second)
    followed = Followed(building=second)
    done = threading.Event()

    def write(seed: int) -> None:
        random = Random(seed)  # noqa: S311 (an order, not a secret)
        states = [(product, number) for product in PRODUCTS for number in range(1, STATES + 1)]
        random.shuffle(states)
        while states:
            batch = [states.pop() for _ in range(min(len(states), random.randint(1, 9)))]
            versions = [
                Version(product, number, {"product_id": product, "status": "active"})
                for product, number in batch
            ]
            assert shop.index.put(versions, followed) == set()

    def read() -> int:
        seen, reads = dict.fromkeys(PRODUCTS, 0), 0
        while not done.is_set():
            now = versions_seen(shop, shop.alias)
            assert all(now[product] >= seen[product] for product in PRODUCTS), (seen, now)
            seen, reads = now, reads + 1
        return reads

    with ThreadPoolExecutor(WRITERS + READERS) as pool:
        readers = [pool.submit(read) for _ in range(READERS)]
        writers = [pool.submit(write, seed) for seed in range(WRITERS)]
        try:
            for writer in writers:
                writer.result()
            generations.switch(second)
        finally:
            done.set()
        assert all(reader.result() > 0 for reader in readers)

    greatest = dict.fromkeys(PRODUCTS, STATES)
    assert versions_seen(shop, first) == versions_seen(shop, second) == greatest
