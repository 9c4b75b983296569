"""What somebody may want next: for a product, a cart, a buyer, or anybody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from omnilife.catalogue.listing import ProductFilters
from omnilife.catalogue.models import Product
from omnilife.catalogue.purchase_model import suggest
from omnilife.catalogue.recommendation_models import (
    Reason,
    ReasonKind,
    Recommendation,
    RecommendationQuery,
    Recommendations,
)
from omnilife.catalogue.store.products import ProductStore
from omnilife.catalogue.store.purchases import PurchaseStore
from omnilife.catalogue.store.recommendations import ANYWHERE, Popular, RecommendationStore

MOST_HISTORY = 30
"""Of a buyer's newest products: tastes change, and each is a read."""
LOOKED_AT = 40
"""Candidates that are read of a kind: some are sold out or off sale."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    product_id: str
    kind: ReasonKind
    score: float
    because_of: str | None = None


def recommend_products(
    query: RecommendationQuery,
    *,
    user_id: str | None,
    products: ProductStore,
    purchases: PurchaseStore,
    store: RecommendationStore,
) -> Recommendations:
    """Products on sale and in stock, the best first, each with its reason.

    What was bought together with the given products, or else with what the caller bought; then what is
    popular in the first one's category, and in the shop; at last what is new. Neither what is given nor what
    the caller bought is recommended. Cost: 3 to 5 round trips.
    """
    bought = purchases.of(user_id, most=MOST_HISTORY) if user_id else []
    given = list(query.product_id) or bought
    kind: ReasonKind = "bought_together" if query.product_id else "because_you_bought"
    near = store.neighbours(given) if given else {}
    ranked = [
        _Candidate(each.product_id, kind, each.score, each.because_of)
        for each in suggest(given, near, without=bought)[:LOOKED_AT]
    ]
    shown = _Shown(query.limit, {*given, *bought})
    known = products.on_sale([*given[:10], *(each.product_id for each in ranked)])
    shown.add(ranked, known)
    category = known[given[0]].category[0] if given and given[0] in known else ANYWHERE
    popular = store.popular({category, ANYWHERE})
    for part in _fallbacks(popular, category):
        if shown.full:
            break
        shown.add(part, products.on_sale(each.product_id for each in part))
    if not shown.full:
        newest = _newest(products)
        shown.add([_Candidate(each.product_id, "new", 0.0) for each in newest], _by_id(newest))
    return Recommendations(
        items=shown.items, trained_at=popular[ANYWHERE].trained_at if ANYWHERE in popular else None
    )


class _Shown:
    """The recommendations so far: each product once, and as many as were asked for."""

    def __init__(self, limit: int, without: set[str]) -> None:
        self.items: list[Recommendation] = []
        self._limit = limit
        self._seen = without

    @property
    def full(self) -> bool:
        return len(self.items) >= self._limit

    def add(self, candidates: Sequence[_Candidate], known: dict[str, Product]) -> None:
        for each in candidates:
            product = known.get(each.product_id)
            if self.full or product is None or product.stock_on_hand < 1 or each.product_id in self._seen:
                continue
            self._seen.add(each.product_id)
            reason = _reason(each, product, known.get(each.because_of or ""))
            self.items.append(Recommendation(product=product, reason=reason, score=round(each.score, 4)))


def _fallbacks(popular: dict[str, Popular], category: str) -> Iterator[list[_Candidate]]:
    kinds: dict[str, ReasonKind] = {category: "popular_in_category", ANYWHERE: "popular"}
    for name, kind in kinds.items():
        if name in popular:
            ids = popular[name].product_ids[:LOOKED_AT]
            yield [_Candidate(each, kind, 1 / (place + 1)) for place, each in enumerate(ids)]


def _reason(candidate: _Candidate, product: Product, because_of: Product | None) -> Reason:
    texts: dict[ReasonKind, str] = {
        "bought_together": f"Often bought together with {because_of.name if because_of else 'your choice'}",
        "because_you_bought": f"Often bought with {because_of.name if because_of else 'what you bought'}",
        "popular_in_category": f"Popular in {product.category[0]}",
        "popular": "Popular in this shop",
        "new": "New in this shop",
    }
    return Reason(
        kind=candidate.kind, text=texts[candidate.kind], product_id=because_of and because_of.product_id
    )


def _newest(products: ProductStore) -> list[Product]:
    read = products.browse(ProductFilters(limit=LOOKED_AT), ["active"], None)
    return products.with_stock(read.take(LOOKED_AT))


def _by_id(found: Sequence[Product]) -> dict[str, Product]:
    return {product.product_id: product for product in found}
