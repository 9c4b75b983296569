"""Learning from all purchases what is bought together, and what is bought most."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import batched

from omnilife.catalogue.purchase_model import POPULAR, PurchaseModel
from omnilife.catalogue.store.products import ProductStore
from omnilife.catalogue.store.purchases import PurchaseStore
from omnilife.catalogue.store.recommendations import ANYWHERE, RecommendationStore
from omnilife.core.clock import Clock, system_clock

LOOKED_AT = 2000
"""Of the products that are bought most, so many are sorted into their categories."""
IN_A_CATEGORY = 50


@dataclass(frozen=True, slots=True)
class Training:
    """What a run learned from, and how much it learned."""

    buyers: int
    products: int
    neighbours: int


def train_recommendations(
    purchases: PurchaseStore,
    products: ProductStore,
    store: RecommendationStore,
    *,
    clock: Clock = system_clock,
) -> Training:
    """Learn anew from every purchase of the last two years. Safe to repeat and to break off."""
    now = clock.now()
    model = PurchaseModel(now)
    for bought in purchases.buyers():
        model.add(bought)
    near = {product_id: model.neighbours(product_id) for product_id in model.products()}
    popular = defaultdict(list, {ANYWHERE: model.popular(most=POPULAR)})
    for ids in batched(model.popular(most=LOOKED_AT), 50, strict=False):
        on_sale = products.on_sale(ids)
        for product_id in ids:
            if product_id in on_sale:
                in_category = popular[on_sale[product_id].category[0]]
                if len(in_category) < IN_A_CATEGORY:
                    in_category.append(product_id)
    store.save(near.items(), popular, now)
    return Training(model.buyers, len(near), sum(map(len, near.values())))
