"""What a list of products may be asked for."""

from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from omnilife.catalogue.models import MAX_PRICE, Status
from omnilife.catalogue.text import Brand, clean_line
from omnilife.core.ids import Identifier


def category_path(text: str) -> str:
    """A path as it is stored, from `a/b` or `a > b`."""
    parts = [part.strip() for part in text.split(">" if ">" in text else "/")]
    path = "/".join(part for part in parts if part)
    if not path:
        raise PydanticCustomError("category", "names no category")
    return path


type Sort = Literal["newest", "price_asc", "price_desc"]


class ProductFilters(BaseModel):
    """A list's parameters. All filters must hold; of a repeatable one, any of its values.

    `category` takes a path (`Home/Light`) and all below it. `in_stock=true` leaves out what cannot be bought
    now. `status` other than active is for a product's owner and for administrators, with `merchant_id`
    (one's own if left out) and sorted by newest.
    """

    model_config = ConfigDict(frozen=True)

    category: (
        Annotated[
            Annotated[str, StringConstraints(min_length=1, max_length=400), BeforeValidator(clean_line)],
            AfterValidator(category_path),
        ]
        | None
    ) = None
    brand: Annotated[list[Brand], Field(max_length=20)] = []
    min_price: Annotated[int, Field(ge=0, le=MAX_PRICE)] | None = None
    max_price: Annotated[int, Field(ge=0, le=MAX_PRICE)] | None = None
    min_rating: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] | None = None
    in_stock: bool = False
    merchant_id: Identifier | None = None
    status: Annotated[list[Status], Field(max_length=3)] = []
    sort: Sort = "newest"
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=3000)] | None = None

    @model_validator(mode="after")
    def _a_range_is_not_empty(self) -> Self:
        if self.min_price is not None and self.max_price is not None and self.min_price > self.max_price:
            raise PydanticCustomError("price_range", "min_price is above max_price")
        return self

    def fingerprint(self) -> str:
        """The query that a cursor belongs to: everything but where one is in it."""
        return "products:" + self.model_dump_json(exclude={"cursor", "limit"})
