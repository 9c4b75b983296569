"""What `GET /api/search/products` takes and answers."""

import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from omnilife.core.clock import TIMESTAMP_SCHEMA
from omnilife.core.money import Money

MAX_TEXT = 200
MAX_CHOICES = 50
MAX_AMOUNT = 10**12
"""As much as a product may cost, in minor units."""

_WHITE_SPACE_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def one_line(text: str) -> str:
    """As products are written (NFC), on one line; what a search box lets through is no reason to refuse."""
    return unicodedata.normalize("NFC", _WHITE_SPACE_OR_CONTROL.sub(" ", text).strip())


def text_in_one_line(value: Any) -> Any:
    """For `BeforeValidator`: a text on one line; what is no text is left to the type to refuse."""
    return one_line(value) if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(max_length=MAX_TEXT), BeforeValidator(text_in_one_line)]
Choice = Annotated[str, StringConstraints(min_length=1, max_length=400), BeforeValidator(text_in_one_line)]
Choices = Annotated[list[Choice], Field(max_length=MAX_CHOICES)]
Amount = Annotated[int, Field(ge=0, le=MAX_AMOUNT)]
Sort = Literal["relevance", "price_asc", "price_desc", "rating", "newest", "popularity"]
FacetName = Literal["category", "brand", "price", "rating", "attributes"]
FACETS: tuple[FacetName, ...] = ("category", "brand", "price", "rating", "attributes")


class SearchQuery(BaseModel):
    """A shopper's question. Repeated values of one filter mean either; different filters mean all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Text = ""
    category: Annotated[
        Choices, Field(description="Paths like `home/lamps`; each includes those below.")
    ] = []
    brand: Choices = []
    min_price: Annotated[Amount | None, Field(description="In minor units of the shop's currency.")] = None
    max_price: Annotated[Amount | None, Field(description="In minor units, inclusive.")] = None
    min_rating: Annotated[float | None, Field(ge=0, le=5, allow_inf_nan=False)] = None
    in_stock: Annotated[bool, Field(description="True leaves out what cannot be bought now.")] = False
    sort: Sort = "relevance"
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: str | None = None
    facets: Annotated[
        list[FacetName | Literal["none"]],
        Field(description="Which to count; all by default, and none with `none`.", max_length=6),
    ] = []


Time = Annotated[str, WithJsonSchema(TIMESTAMP_SCHEMA)]
"""A `Timestamp` as its document was written: read and written again, it would be the same text."""


class FoundImage(BaseModel):
    """A picture of a product: kept here (`image_id`) or elsewhere (`url`)."""

    image_id: str | None = None
    url: str | None = None
    alt: str = ""


class FoundProduct(BaseModel):
    """A product as catalogue answers it, as of its last indexing, and without its description."""

    product_id: str
    merchant_id: str
    sku: str
    name: str
    brand: str | None
    category: list[str]
    price: Money
    compare_at_price: Money | None
    tax_class: str
    weight_g: int | None
    attributes: dict[str, str | list[str]]
    images: list[FoundImage]
    status: str
    stock_on_hand: int
    rating: float | None
    review_count: int
    version: int
    created_at: Time
    updated_at: Time


class SearchItem(BaseModel):
    """One answer. `score` is None without a text to match; `position` counts from 1 over all pages."""

    product: FoundProduct
    score: float | None
    highlights: Annotated[
        dict[str, list[str]],
        Field(description="Field → fragments of HTML: escaped text, with `<em>` around what matched."),
    ]
    position: int


class FacetValue(BaseModel):
    """One value to choose, and how many would be found with it. A rating's value means itself and above."""

    value: str | int
    count: int
    selected: bool


class PriceRange(BaseModel):
    """Prices from `min` to `max`, both inclusive, in minor units; `max` is None where there is no end."""

    min: int
    max: int | None
    count: int
    selected: bool


type Facets = dict[str, list[FacetValue | PriceRange]]


class Relaxed(BaseModel):
    """What was searched instead, since nothing was found.

    `correction`: the words as they were probably meant. `fewer_words`: products with some of the words; the
    best of them does without those in `dropped`.
    """

    kind: Literal["correction", "fewer_words"]
    query: Annotated[str, Field(description="What was searched instead.")]
    dropped: list[str] = []


class SearchAnswer(BaseModel):
    """What was found. `total` is exact unless `total_relation` says that there are more."""

    items: list[SearchItem]
    total: int
    total_relation: Literal["exact", "at_least"]
    facets: Annotated[
        Facets,
        Field(description="`category`, `brand`, `price`, `rating`, and an `attr.<name>` for each attribute."),
    ]
    next_cursor: str | None
    did_you_mean: Annotated[
        str | None, Field(description="The query with the words that no product has as they may be meant.")
    ] = None
    relaxed: Relaxed | None = None
    redirect: Annotated[
        str | None, Field(description="Where the shop would rather send the shopper: `/path` or `https://…`.")
    ] = None
    rules: Annotated[list[str], Field(description="Ids of the query rules that had a say.")] = []
    search_id: str
    took_ms: Annotated[int, Field(description="What the search took here; of a cached answer, its look-up.")]
    cached: Annotated[bool, Field(description="Made for another request, 10 seconds ago at most.")] = False
