"""Reviews: what buyers say of what they received."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from omnilife.catalogue.text import free_line, free_text
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier

Stars = Annotated[int, Field(strict=True, ge=1, le=5)]
ReviewTitle = Annotated[str, StringConstraints(strict=True, max_length=120), BeforeValidator(free_line)]
ReviewText = Annotated[str, StringConstraints(strict=True, max_length=5000), BeforeValidator(free_text)]
ReviewerName = Annotated[str, StringConstraints(strict=True, max_length=50), BeforeValidator(free_line)]


class NewReview(BaseModel):
    """What a buyer says: stars, and as much more as they like."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rating: Stars
    title: ReviewTitle = ""
    text: ReviewText = ""
    name: Annotated[ReviewerName, Field(description="As which to sign; empty for nobody in particular.")] = ""


class Review(BaseModel):
    """A review by somebody who received the product. Title, text and name are gone once its author is."""

    review_id: Identifier
    product_id: Identifier
    rating: int
    title: str = ""
    text: str = ""
    name: str = ""
    created_at: Timestamp


class ReviewPage(BaseModel):
    """Some of a product's reviews, newest first, and all of them in numbers.

    `stars` counts the reviews written here; `rating` and `review_count` also have those carried over from
    another shop.
    """

    items: list[Review]
    next_cursor: str | None = None
    rating: Annotated[float, Field(ge=0, le=5)] | None
    review_count: int
    stars: Annotated[dict[str, int], Field(examples=[{"1": 0, "2": 1, "3": 4, "4": 20, "5": 31}])]
