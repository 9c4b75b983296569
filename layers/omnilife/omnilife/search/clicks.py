"""What a shopper did with a product that a search had found."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from omnilife.core.ids import Identifier

MAX_POSITION = 10_000

Kind = Literal["click", "add_to_cart", "purchase"]


class ClickReport(BaseModel):
    """A product of a search's answer was clicked on, put into a cart or bought."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    search_id: Identifier
    product_id: Identifier
    position: Annotated[int, Field(ge=1, le=MAX_POSITION, description="As the answer gave it.")]
    kind: Kind = "click"


class ClickReceipt(BaseModel):
    """What was made of a report; a repeat is answered as the first."""

    search_id: str
    product_id: str
    kind: Kind
    counted: Annotated[
        bool,
        Field(description="False where this visitor's same action on this product was counted that day."),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A report as it is kept.

    Attributes:
        query, page, searched_at: of the search, whose hour it counts for.
        counted: whether it counts at all.
    """

    search_id: str
    product_id: str
    kind: Kind
    position: int
    query: str
    visitor: str
    searched_at: datetime
    at: datetime
    counted: bool
