"""`similar_products`: what else somebody who looks at a product may want."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from omnilife.core.errors import NotFound
from omnilife.search.models import FoundProduct
from omnilife.search.store_rollups import RollupStore
from omnilife.search.suggestion_index import SuggestionIndex

TOGETHER = 30
"""Co-clicked products that are looked at."""
FEWEST_TOGETHER = 2
"""Searches in which both were clicked on, below which it is chance."""

TEXT_FIELDS = ["name", "attributes_text", "category_text", "description"]
CATEGORY_BOOST = 2.0
"""A category's clause scores by how rare the category is; twice, since products of one category replace each
other while a shared word may mean anything."""
TOGETHER_BOOST = 8.0
"""What shoppers looked at together comes first: it says more than words do."""


class UnknownProduct(NotFound):
    """No product on sale has this id."""

    slug = "unknown-product"
    title = "Unknown product"

    def __init__(self) -> None:
        super().__init__("There is no such product on sale.")


class SimilarQuery(BaseModel):
    """How many to show."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=50)] = 10


class SimilarProduct(BaseModel):
    """A product like the one asked about."""

    product: FoundProduct
    clicked_together: Annotated[
        bool, Field(description="Whether shoppers clicked on both in the same searches.")
    ]


class SimilarProducts(BaseModel):
    """What can be bought now first; then the likest."""

    items: list[SimilarProduct]


def similar_products(
    product_id: str, query: SimilarQuery, *, store: RollupStore, index: SuggestionIndex
) -> SimilarProducts:
    """Products like this one: by its words and category, and by what was clicked on together with it.

    Cost: one query of the table, then one round trip to the engine.

    Raises:
        UnknownProduct: no product on sale has this id.
        SearchUnavailable: the engine does not answer.
    """
    together = [
        other
        for other, times in store.clicked_with(product_id, most=TOGETHER).items()
        if times >= FEWEST_TOGETHER
    ]
    itself, found = index.ask(
        [
            (index.products, {"query": _on_sale(product_id), "size": 1, "_source": False}),
            (index.products, _body(product_id, together, index.products, query.limit)),
        ]
    )
    if not itself:
        raise UnknownProduct
    return SimilarProducts(
        items=[
            SimilarProduct(
                product=FoundProduct.model_validate(hit["_source"]["product"]),
                clicked_together=hit["_id"] in together,
            )
            for hit in found
        ]
    )


def _on_sale(product_id: str) -> dict[str, Any]:
    return {"bool": {"filter": [{"ids": {"values": [product_id]}}, {"term": {"status": "active"}}]}}


def _body(product_id: str, together: list[str], products: str, limit: int) -> dict[str, Any]:
    this = [{"_index": products, "_id": product_id}]
    anything = {"min_term_freq": 1, "min_doc_freq": 1}
    should: list[dict[str, Any]] = [
        {
            "more_like_this": {
                "fields": TEXT_FIELDS,
                "like": this,
                "max_query_terms": 25,
                "minimum_should_match": "20%",
                **anything,
            }
        },
        {"more_like_this": {"fields": ["category"], "like": this, "boost": CATEGORY_BOOST, **anything}},
    ]
    # The more often together, the more it counts: the list is in that order.
    should += [
        {"constant_score": {"filter": {"ids": {"values": [other]}}, "boost": TOGETHER_BOOST * (1 + 1 / rank)}}
        for rank, other in enumerate(together, start=1)
    ]
    return {
        "query": {
            "bool": {
                "filter": [{"term": {"status": "active"}}],
                "must_not": [{"ids": {"values": [product_id]}}],
                "should": should,
                "minimum_should_match": 1,
            }
        },
        "sort": [{"in_stock": "desc"}, {"_score": "desc"}, {"product_id": "asc"}],
        "size": limit,
        "_source": ["product"],
        "track_total_hits": False,
    }
