"""How long suggestions take: `python -m benchmarks.suggestions --url http://127.0.0.1:9200 [--copies 40]`.

Into an index of its own, through the domain's own code, go the demo catalogue (or several copies of it under
other names) and a popular query for each of its name's last words. Then everything that a shopper would see
while typing is asked for, letter by letter, once as it is and once with a slip. Printed are the engine's own
time and the whole of a request, and beside them other ways to find products by what is half typed.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from local.demo.catalogue import products as demo_products
from omnilife.catalogue import IndexedProduct, Product
from omnilife.search import ProductIndex
from omnilife.search.documents import version_of
from omnilife.search.engine import Engine, engine_at
from omnilife.search.popular_queries import categories
from omnilife.search.suggest import FUZZINESS, SuggestionQuery, bodies, suggest
from omnilife.search.suggestion_index import Suggestible, SuggestionIndex

AT_ONCE = 200
ROUNDS = 3
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:9200")
    parser.add_argument("--copies", type=int, default=1, help="of the demo catalogue, under other names")
    options = parser.parse_args()
    engine = engine_at(options.url)
    alias = f"bench_{uuid4().hex}"
    index = SuggestionIndex(engine, alias)
    try:
        names = _fill(ProductIndex(engine, alias), index, engine, copies=options.copies)
        _measure(index, names)
    finally:
        engine.request("DELETE", f"/{alias}-*,{alias}_suggestions*", b"", patience_s=30)


def _fill(products: ProductIndex, index: SuggestionIndex, engine: Engine, *, copies: int) -> list[str]:
    found = [product for copy in range(copies) for product in _catalogue(copy)]
    for start in range(0, len(found), AT_ONCE):
        batch = found[start : start + AT_ONCE]
        failed = products.put([version_of(IndexedProduct(p.product_id, 1, "active", p)) for p in batch])
        if failed:
            raise SystemExit(f"{len(failed)} products were not indexed")
    engine.request("POST", f"/{index.products}/_refresh", b"", patience_s=30)
    asked = {" ".join(product.name.lower().split()[-2:]) for product in found}
    queries = [Suggestible(type="query", text=text, weight=n % 97) for n, text in enumerate(sorted(asked))][
        :2000
    ]
    index.replace([*queries, *categories(products)], run=1)
    engine.request("POST", f"/{index.products},{index.name}/_forcemerge", b"", patience_s=60)
    return [product.name for product in found]


def _catalogue(copy: int) -> Iterator[Product]:
    suffix = f" {_word(copy)}" if copy else ""
    for number, demo in enumerate(demo_products()):
        row = dict(demo.row)
        yield Product(
            product_id=f"p{copy}-{number}",
            merchant_id="merchant",
            sku=f"{copy}-{number}",
            name=row["name"] + suffix,
            description=row.get("description", ""),
            brand=row.get("brand"),
            category=row["category"],
            price=row["price"],
            attributes=row.get("attributes", {}),
            status="active",
            stock_on_hand=number % 5,
            review_count=number % 300,
            version=1,
            created_at=NOW,
            updated_at=NOW,
        )


def _word(number: int) -> str:
    """A word that no other copy's names have."""
    source = random.Random(number)  # noqa: S311 (names of a benchmark)
    return "".join(source.choice("aeioulnrstkmpbd") for _ in range(7))


def _typed(names: list[str]) -> list[str]:
    """What is in the search box, letter by letter, on the way to some of the names."""
    source = random.Random(7)  # noqa: S311
    texts: list[str] = []
    for name in source.sample(names, min(40, len(names))):
        words = name.split()[:3]
        text = " ".join(words)[:18]
        texts += [text[:length] for length in range(1, len(text) + 1) if text[:length].strip()]
        if len(text) > 5:
            at = source.randrange(2, min(len(text) - 1, 6))
            slipped = text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]
            texts += [slipped[:length] for length in range(4, len(slipped) + 1)]
    return texts


def _measure(index: SuggestionIndex, names: list[str]) -> None:
    typed = _typed(names)
    print(f"{len(names)} products, {len(typed)} states of the search box, {ROUNDS} rounds after a first\n")
    print("| what | p50 ms | p95 ms | p99 ms | found nothing |")
    print("|---|--:|--:|--:|--:|")
    _print(
        "engine: three searches in one request",
        typed,
        lambda text: _engine_ms(index, bodies(_query(text), index)),
    )
    _print("the whole request, read and marked", typed, lambda text: _whole_ms(index, text))
    for label, body in _OTHERS.items():
        _print(f"engine, products alone: {label}", typed, _alone(index, body))


def _alone(
    index: SuggestionIndex, body: Callable[[str], dict[str, Any]]
) -> Callable[[str], tuple[float, bool]]:
    return lambda text: _engine_ms(index, [(index.products, body(text))])


def _query(text: str) -> SuggestionQuery:
    return SuggestionQuery(q=text)


def _products_alone(text: str) -> dict[str, Any]:
    nowhere = SuggestionIndex(None, "")  # type: ignore[arg-type]  # only its names are asked for
    return bodies(_query(text), nowhere)[2][1]


def _prefixed(text: str) -> dict[str, Any]:
    words = {"query": text, "operator": "and", "fuzziness": FUZZINESS}
    on_sale = {"term": {"status": "active"}}
    return {
        "query": {"bool": {"filter": [on_sale], "must": [{"match_bool_prefix": {"name": words}}]}},
        "size": 10,
        "_source": ["name"],
        "track_total_hits": False,
    }


_OTHERS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "beginnings that are indexed (as above)": _products_alone,
    "match_bool_prefix on the name": _prefixed,
}


def _engine_ms(index: SuggestionIndex, asked: Any) -> tuple[float, bool]:
    answer = index.answer(asked)
    return answer["took"], not any(each["hits"]["hits"] for each in answer["responses"])


def _whole_ms(index: SuggestionIndex, text: str) -> tuple[float, bool]:
    began = time.perf_counter()
    found = suggest(_query(text), index=index)
    return (time.perf_counter() - began) * 1000, not found.suggestions


def _print(label: str, typed: list[str], measure: Callable[[str], tuple[float, bool]]) -> None:
    for text in typed:
        measure(text)
    seen = [measure(text) for _ in range(ROUNDS) for text in typed]
    times = sorted(each for each, _ in seen)
    cuts = statistics.quantiles(times, n=100)
    nothing = sum(empty for _, empty in seen) / len(seen)
    print(f"| {label} | {cuts[49]:.1f} | {cuts[94]:.1f} | {cuts[98]:.1f} | {nothing:.0%} |")


if __name__ == "__main__":
    main()
