"""How well search finds what shoppers mean, measured with judged queries, beside plain BM25 on one field.

    python benchmarks/search_quality.py --products FILE.jsonl --queries FILE.tsv [--ablate] [--limit N]
    python benchmarks/search_quality.py --export-demo FILE.jsonl

A product line is JSON: `product_id` and `name`, and where there are any `description`, `brand`, `category`
(a path: a list, or text with slashes), `attributes`, `sku`, `rating`, `review_count`, `stock_on_hand`. A
query line is query, product id and grade, with tabs between; a header may stand above. A grade above 0 is
relevant.
`--limit N` asks only N of the queries, spread over the file; `--export-demo` writes the demo catalogue, with
SKUs for ids, for `benchmarks/queries/demo.tsv`.

Products are indexed by the domain's own code into an index of this run's own and asked for as the API does;
the index is deleted at the end. The engine is `--opensearch-url`, OPENSEARCH_URL, or one started for the run.
Measures are means over the queries that have a relevant product among the products: NDCG@10 with a gain of
2^grade - 1 (ideal over all that is judged for the query, unjudged is 0), MRR, recall@10 and @100.

`--ablate` leaves out each part of the score in turn and asks again. Nothing here fails on a number.
"""

import argparse
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from statistics import fmean
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "layers" / "omnilife"))

from local.demo.catalogue import products as demo_products
from local.demo.catalogue import ratings as demo_ratings
from local.opensearch import OpenSearch, url_from_environment
from omnilife.catalogue import IndexedProduct, Product
from omnilife.catalogue.models import Price
from omnilife.search.asking import ask
from omnilife.search.criteria import Criteria
from omnilife.search.documents import version_of
from omnilife.search.engine import Engine, dump
from omnilife.search.interpretation import plain
from omnilife.search.models import MAX_TEXT, one_line
from omnilife.search.product_index import ProductIndex
from omnilife.search.relevance import FEATURES, RELEVANCE, Relevance

DEPTH = 100
CHUNK = 500
SIDE_BY_SIDE = 4
PATIENCE_S = 60.0
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

type Judgements = dict[str, dict[str, float]]
type Ask = Callable[[str], "Asked"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What one query found, best first, and how long it took in all and in the engine."""

    found: list[str]
    ms: float
    engine_ms: float


@dataclass(frozen=True, slots=True)
class Measures:
    """Means over the queries; `missed` of them found nothing."""

    ndcg: float
    mrr: float
    recall_10: float
    recall_100: float
    missed: int
    ms: float
    engine_ms: float


# ---------------------------------------------------------------- what other people's files hold


def read_products(path: Path) -> dict[str, dict[str, Any]]:
    """Product id → line."""
    with path.open(encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines if line.strip())
        return {str(row["product_id"]): row for row in rows}


def read_judgements(path: Path) -> Judgements:
    """Query → product id → grade, the highest where one is judged twice."""
    judged: Judgements = {}
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            columns = line.rstrip("\r\n").split("\t")
            if len(columns) < 3:
                continue
            query, product_id, grade = columns[0].strip(), columns[1].strip(), _number(columns[2])
            if grade is None:
                if number:
                    print(f"line {number + 1}: no grade: {line!r}", file=sys.stderr)
                continue
            if query:
                grades = judged.setdefault(query, {})
                grades[product_id] = max(grade, grades.get(product_id, 0.0))
    return judged


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def product_of(row: Mapping[str, Any]) -> Product:
    """The line as a product on sale. What the API would refuse (a name too long) is taken as it is."""
    category = row.get("category") or []
    if isinstance(category, str):
        category = [part.strip() for part in category.split("/") if part.strip()]
    attributes = row.get("attributes") or {}
    return Product.model_construct(
        product_id=str(row["product_id"]),
        merchant_id="benchmark",
        sku=str(row.get("sku") or ""),
        name=str(row.get("name") or ""),
        description=str(row.get("description") or ""),
        brand=str(row["brand"]) if row.get("brand") else None,
        category=[str(part) for part in category],
        price=Price(amount=0, currency="USD"),
        compare_at_price=None,
        tax_class="standard",
        weight_g=None,
        attributes={
            str(name): [str(value) for value in (values if isinstance(values, list) else [values])]
            for name, values in attributes.items()
        },
        images=[],
        status="active",
        stock_on_hand=int(row.get("stock_on_hand", 1)),
        rating=row.get("rating"),
        review_count=int(row.get("review_count") or 0),
        version=1,
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
    )


def export_demo(path: Path) -> None:
    """The demo catalogue's products on sale, one a line; the SKU is the id, since it is stable."""
    rated = demo_ratings()
    with path.open("w", encoding="utf-8") as file:
        for demo in demo_products():
            row = dict(demo.row)
            if row["status"] != "active":
                continue
            rating, reviews = rated.get((demo.merchant_id, row["sku"]), (None, 0))
            row |= {"product_id": row["sku"], "review_count": reviews}
            row["rating"] = float(rating) if rating is not None else None
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


# ---------------------------------------------------------------- the two that are asked


@contextmanager
def engine_for(url: str) -> Iterator[Engine]:
    """The engine at `url`, or one started for the run."""
    with tempfile.TemporaryDirectory() as folder:
        server = OpenSearch(Path(folder), url=url or url_from_environment())
        server.start()
        try:
            yield Engine.at(server.url)
        finally:
            server.stop()


def fill(index: ProductIndex, products: Mapping[str, Mapping[str, Any]]) -> None:
    done = 0
    for rows in batched(products.values(), CHUNK, strict=False):
        states = [
            IndexedProduct(product.product_id, 1, "active", product) for product in map(product_of, rows)
        ]
        if failed := index.put([version_of(state) for state in states]):
            raise SystemExit(f"not indexed: {sorted(failed)[:5]}")
        done += len(rows)
        print(f"\rindexed {done:,} of {len(products):,}", end="", file=sys.stderr)
    print(file=sys.stderr)


def fill_baseline(engine: Engine, name: str, products: Mapping[str, Mapping[str, Any]]) -> None:
    """All text of a product in one field, with the engine's standard analysis."""
    mapping = {"mappings": {"properties": {"text": {"type": "text"}}}}
    engine.request("PUT", f"/{name}", dump(mapping), patience_s=PATIENCE_S)
    for rows in batched(map(product_of, products.values()), CHUNK, strict=False):
        lines = b""
        for product in rows:
            values = [value for several in product.attributes.values() for value in several]
            parts = [product.name, product.brand or "", *product.category, *values, product.description]
            lines += dump({"index": {"_id": product.product_id}}) + b"\n"
            lines += dump({"text": " ".join(part for part in parts if part)}) + b"\n"
        engine.request(
            "POST", f"/{name}/_bulk", lines, media_type="application/x-ndjson", patience_s=PATIENCE_S
        )


def ours(index: ProductIndex, relevance: Relevance) -> Ask:
    """The API's way to an answer, without its HTTP, its limits and its cache."""

    def asked(query: str) -> Asked:
        text = one_line(query)[:MAX_TEXT]
        began = time.perf_counter()
        page = ask(index, Criteria(text=text), plain, (), limit=DEPTH, place=None, relevance=relevance)
        ms = (time.perf_counter() - began) * 1000
        return Asked([item.product.product_id for item in page.items], ms, page.took_ms)

    return asked


def baseline(engine: Engine, name: str) -> Ask:
    """Any of the words, in one field, by BM25 as it comes."""

    def asked(query: str) -> Asked:
        body = dump({"query": {"match": {"text": query}}, "size": DEPTH, "_source": False})
        began = time.perf_counter()
        answer = engine.request("POST", f"/{name}/_search", body, patience_s=PATIENCE_S)
        ms = (time.perf_counter() - began) * 1000
        return Asked([hit["_id"] for hit in answer["hits"]["hits"]], ms, answer["took"])

    return asked


# ---------------------------------------------------------------- measures


def measure(ask_for: Ask, judged: Judgements, label: str) -> Measures:
    """Ask all queries, a few side by side."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        answers: list[Asked] = []
        for answer in pool.map(ask_for, judged):
            answers.append(answer)
            if len(answers) % 200 == 0:
                print(f"\r{label}: {len(answers):,} of {len(judged):,}", end="", file=sys.stderr)
    print(f"\r{label}: {len(answers):,} of {len(judged):,}", file=sys.stderr)
    pairs = list(zip(answers, judged.values(), strict=True))
    return Measures(
        ndcg=fmean(ndcg(asked.found, grades) for asked, grades in pairs),
        mrr=fmean(reciprocal_rank(asked.found, grades) for asked, grades in pairs),
        recall_10=fmean(recall(asked.found[:10], grades) for asked, grades in pairs),
        recall_100=fmean(recall(asked.found, grades) for asked, grades in pairs),
        missed=sum(not asked.found for asked in answers),
        ms=fmean(asked.ms for asked in answers),
        engine_ms=fmean(asked.engine_ms for asked in answers),
    )


def gain(grade: float) -> float:
    """What a product of this grade is worth at the top."""
    return float(2 ** max(grade, 0.0) - 1)


def ndcg(found: Sequence[str], grades: Mapping[str, float], depth: int = 10) -> float:
    """The gain of the first `depth`, discounted by rank, as a share of what the best order would have."""
    won = sum(gain(grades.get(each, 0.0)) / math.log2(rank + 2) for rank, each in enumerate(found[:depth]))
    best = sorted((gain(grade) for grade in grades.values()), reverse=True)[:depth]
    return won / sum(each / math.log2(rank + 2) for rank, each in enumerate(best))


def reciprocal_rank(found: Sequence[str], grades: Mapping[str, float]) -> float:
    """1 over the rank of the first relevant product."""
    ranks = (rank for rank, each in enumerate(found, start=1) if grades.get(each, 0.0) > 0)
    return 1 / next(ranks, math.inf)


def recall(found: Sequence[str], grades: Mapping[str, float]) -> float:
    """The share of the relevant products that were found."""
    relevant = {each for each, grade in grades.items() if grade > 0}
    return len(relevant.intersection(found)) / len(relevant)


# ---------------------------------------------------------------- what is printed


def usable(judged: Judgements, products: Mapping[str, Any], limit: int | None) -> Judgements:
    """The queries with something to find, without products that are not there; at most `limit`, spread."""
    known: Judgements = {}
    for query, grades in judged.items():
        there = {each: grade for each, grade in grades.items() if each in products}
        if any(grade > 0 for grade in there.values()):
            known[query] = there
    if limit and limit < len(known):
        step = len(known) / limit
        chosen = [list(known)[int(number * step)] for number in range(limit)]
        return {query: known[query] for query in chosen}
    return known


def line(label: str, m: Measures, against: Measures | None = None) -> str:
    """A row of the table; with `against`, how much less than that the NDCG is."""
    lost = f" | {m.ndcg - against.ndcg:+.4f}" if against else ""
    return (
        f"| {label} | {m.ndcg:.4f} | {m.mrr:.4f} | {m.recall_10:.4f} | {m.recall_100:.4f}"
        f" | {m.missed} | {m.ms:.1f} | {m.engine_ms:.1f}{lost} |"
    )


HEAD = "| search | NDCG@10 | MRR | recall@10 | recall@100 | nothing found | ms a query | of it engine"


def run(arguments: argparse.Namespace) -> None:
    products = read_products(arguments.products)
    judged = usable(read_judgements(arguments.queries), products, arguments.limit)
    if not judged:
        raise SystemExit("no query has a relevant product among the products")
    print(f"{len(products):,} products, {len(judged):,} queries, {SIDE_BY_SIDE} at a time\n", flush=True)
    alias = f"quality_{uuid4().hex}"
    with engine_for(arguments.opensearch_url) as engine:
        index = ProductIndex(engine, alias)
        try:
            fill(index, products)
            fill_baseline(engine, f"{alias}-plain", products)
            engine.request("POST", f"/{alias}-*/_refresh", b"", patience_s=PATIENCE_S)
            print(f"{HEAD} |\n|---|---|---|---|---|---|---|---|")
            print(line("BM25, one field", measure(baseline(engine, f"{alias}-plain"), judged, "BM25")))
            full = measure(ours(index, RELEVANCE), judged, "ours")
            print(line("ours", full), flush=True)
            if arguments.ablate:
                print(f"\n{HEAD} | NDCG@10 lost |\n|---|---|---|---|---|---|---|---|---|")
                for label, without in FEATURES.items():
                    found = measure(ours(index, without), judged, label)
                    print(line(f"without {label}", found, full), flush=True)
        finally:
            engine.request("DELETE", f"/{alias}-*", b"", patience_s=PATIENCE_S)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--products", type=Path)
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--opensearch-url", default=os.environ.get("OPENSEARCH_URL", ""))
    parser.add_argument("--export-demo", type=Path)
    arguments = parser.parse_args()
    if arguments.export_demo:
        export_demo(arguments.export_demo)
    elif arguments.products and arguments.queries:
        run(arguments)
    else:
        parser.error("--products and --queries, or --export-demo")


if __name__ == "__main__":
    main()
