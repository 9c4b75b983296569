"""How well what is recommended is what people then buy, on a real shop's order lines, beside popularity.

    python benchmarks/recommendations.py --csv ../shared/data/online-retail/online-retail.csv.xz [--ablate]

The file has the columns of UCI's Online Retail: InvoiceNo, StockCode, Quantity, InvoiceDate, CustomerID;
cancellations (C…), lines without a customer and codes that are no product (postage, fees) are left out.

Strong generalisation, as in Liang, Krishnan, Hoffman, Jebara, "Variational Autoencoders for Collaborative
Filtering" (WWW 2018): a fifth of the customers is held out whole. The model learns from the others; of each
held-out customer, four fifths of the products, chosen at random, are given, and the rest is to be found.
recall@20 is divided by min(20, how many there are to find); NDCG@100 has gain 1. Customers with at
least five products, products with at least five learnt customers; means with their standard error.

`--ablate` turns each part of the similarity off in turn. The model is the domain's own code
(`omnilife.catalogue.purchase_model`). Nothing here fails on a number.
"""

import argparse
import csv
import lzma
import math
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean, stdev

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "layers" / "omnilife"))

from omnilife.catalogue import purchase_model
from omnilife.catalogue.purchase_model import PurchaseModel, suggest

SEED = 20_101_201
LEAST = 5
PRODUCT_CODE = re.compile(r"\d{5}[A-Za-z]*")

type Histories = dict[str, dict[str, datetime]]
type Recommend = Callable[[Sequence[str]], list[str]]


def histories(path: Path) -> Histories:
    """Customer → product → when it was bought last."""
    found: Histories = defaultdict(dict)
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8", errors="replace") as file:
        for row in csv.DictReader(file):
            customer, code = row["CustomerID"], row["StockCode"]
            if row["InvoiceNo"].startswith("C") or not customer or not PRODUCT_CODE.fullmatch(code):
                continue
            if int(row["Quantity"]) <= 0:
                continue
            at = datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=UTC)
            bought = found[customer]
            bought[code] = max(at, bought.get(code, at))
    return {customer: bought for customer, bought in sorted(found.items()) if len(bought) >= LEAST}


def split(all_of_them: Histories) -> tuple[Histories, dict[str, tuple[list[str], set[str]]]]:
    """The customers to learn from, and of each held-out one what is given and what is to be found."""
    chance = random.Random(SEED)  # noqa: S311 (the same split every time)
    customers = sorted(all_of_them)
    chance.shuffle(customers)
    held = customers[: len(customers) // 5]
    learnt = {customer: all_of_them[customer] for customer in customers[len(held) :]}
    buyers = Counter(product for bought in learnt.values() for product in bought)
    known = {product for product, count in buyers.items() if count >= LEAST}
    learnt = {
        customer: {product: at for product, at in bought.items() if product in known}
        for customer, bought in learnt.items()
    }
    asked = {}
    for customer in held:
        products = sorted(product for product in all_of_them[customer] if product in known)
        chance.shuffle(products)
        hidden = max(1, len(products) // 5)
        if len(products) >= LEAST:
            asked[customer] = (products[hidden:], set(products[:hidden]))
    return learnt, asked


def trained(learnt: Histories) -> PurchaseModel:
    """The model, at the day of the last purchase."""
    now = max(at for bought in learnt.values() for at in bought.values())
    model = PurchaseModel(now)
    for bought in learnt.values():
        model.add(bought)
    return model


def by_likeness(model: PurchaseModel) -> Recommend:
    """As the API does it: the sum of similarities, and popularity where that says nothing."""
    near = {product: model.neighbours(product) for product in model.products()}
    popular = model.popular(most=1000)

    def recommend(given: Sequence[str]) -> list[str]:
        found = [each.product_id for each in suggest(given, near)]
        seen = {*found, *given}
        return found + [product for product in popular if product not in seen]

    return recommend


def by_popularity(popular: Sequence[str]) -> Recommend:
    """The same for everybody, but for what they have."""

    def recommend(given: Sequence[str]) -> list[str]:
        seen = set(given)
        return [product for product in popular if product not in seen]

    return recommend


def recall(ranked: Sequence[str], wanted: set[str], at: int = 20) -> float:
    return sum(product in wanted for product in ranked[:at]) / min(at, len(wanted))


def ndcg(ranked: Sequence[str], wanted: set[str], at: int = 100) -> float:
    gained = sum(1 / math.log2(place + 2) for place, product in enumerate(ranked[:at]) if product in wanted)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(at, len(wanted))))


def measured(name: str, recommend: Recommend, asked: Mapping[str, tuple[list[str], set[str]]]) -> None:
    """One row of the table."""
    answers = [(recommend(given), wanted) for given, wanted in asked.values()]
    columns = []
    for measure in (recall, ndcg):
        values = [measure(ranked, wanted) for ranked, wanted in answers]
        columns.append(f"{fmean(values):.4f} ± {stdev(values) / math.sqrt(len(values)):.4f}")
    covered = len({product for ranked, _ in answers for product in ranked[:20]})
    print(f"| {name} | {columns[0]} | {columns[1]} | {covered} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--csv", type=Path, required=True)
    parser.add_argument("--ablate", action="store_true")
    options = parser.parse_args()
    learnt, asked = split(histories(options.csv))
    started = time.perf_counter()
    model = trained(learnt)
    took = time.perf_counter() - started
    near = time.perf_counter()
    recommend = by_likeness(model)
    near = time.perf_counter() - near
    products = model.products()
    purchases = sum(map(len, learnt.values()))
    print(f"{len(learnt)} customers learnt from, {purchases} purchases, {len(products)} products;")
    print(f"{len(asked)} customers held out. Learnt in {took:.1f} s, neighbours in {near:.1f} s.\n")
    print("| by | recall@20 | NDCG@100 | products among the first 20 |\n|---|---|---|---|")
    buyers = Counter(product for bought in learnt.values() for product in bought)
    measured("popularity, all of the year", by_popularity([p for p, _ in buyers.most_common()]), asked)
    measured("popularity, as the API has it", by_popularity(model.popular(most=5000)), asked)
    measured("bought together, as the API has it", recommend, asked)
    if options.ablate:
        for name, changes in ABLATIONS.items():
            before = {each: getattr(purchase_model, each) for each in changes}
            for each, value in changes.items():
                setattr(purchase_model, each, value)
            measured(name, by_likeness(trained(learnt)), asked)
            for each, value in before.items():
                setattr(purchase_model, each, value)


ABLATIONS: Mapping[str, Mapping[str, float]] = {
    "… all buyers alike": {"BUYERS_WEIGHT": 0.0},
    "… buyers of n weigh n^-0.5": {"BUYERS_WEIGHT": 0.5},
    "… 30 products of a buyer": {"MOST_OF_A_BUYER": 30},
    "… 100 products of a buyer": {"MOST_OF_A_BUYER": 100},
}
"""What is changed for a row. The similarity's parts were chosen on a split of the customers learnt from."""

if __name__ == "__main__":
    main()
