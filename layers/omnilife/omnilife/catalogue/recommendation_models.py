"""Recommendations, as the API has them."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from omnilife.catalogue.models import Product
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier

ReasonKind = Literal["bought_together", "because_you_bought", "popular_in_category", "popular", "new"]


class RecommendationQuery(BaseModel):
    """For which products: one that is looked at, or those in a cart. None: for the caller, or anybody."""

    model_config = ConfigDict(frozen=True)

    product_id: Annotated[list[Identifier], Field(max_length=20)] = []
    limit: Annotated[int, Field(ge=1, le=20)] = 10

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.product_id)) != len(self.product_id):
            raise PydanticCustomError("repeated", "a product is given twice")
        return self


class Reason(BaseModel):
    """Why a product is recommended. `product_id` is the one that speaks most for it, where one does."""

    kind: ReasonKind
    text: str
    product_id: Identifier | None = None


class Recommendation(BaseModel):
    """A product on sale and in stock."""

    product: Product
    reason: Reason
    score: Annotated[float, Field(ge=0, description="Comparable within one answer and kind of reason.")]


class Recommendations(BaseModel):
    """The best first. `trained_at` is when the shop's purchases were last learned from; null: never yet."""

    items: list[Recommendation]
    trained_at: Timestamp | None
