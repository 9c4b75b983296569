"""Products: what a merchant writes, what is stored, what shoppers read."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    JsonValue,
    PlainSerializer,
    RootModel,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

from omnilife.catalogue.text import (
    AltText,
    AttributeName,
    AttributeValue,
    Brand,
    CategoryName,
    Description,
    Name,
)
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier
from omnilife.core.money import Money

MAX_PRICE = 10**12
MAX_STOCK = 10**9
MAX_PATH_BYTES = 1000  # a sort key of DynamoDB holds 1,024
MAX_PRODUCT_BYTES = 32_768  # so that a page of 100 fits the 6 MB of a Lambda's answer

Status = Literal["draft", "active", "archived"]


def _keyed(path: list[str]) -> list[str]:
    size = len("/".join(path).encode())
    if size > MAX_PATH_BYTES:
        raise PydanticCustomError(
            "category_size",
            "the path takes {size} bytes, more than {most}",
            {"size": size, "most": MAX_PATH_BYTES},
        )
    return path


Sku = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Slug = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")]
Units = Annotated[int, Field(strict=True, ge=0, le=MAX_STOCK)]
HttpsUrl = Annotated[str, StringConstraints(strict=True, max_length=2048, pattern=r"^https://[!-~]+$")]
CategoryPath = Annotated[list[CategoryName], Field(min_length=1, max_length=6), AfterValidator(_keyed)]
AttributeValues = Annotated[
    list[AttributeValue],
    Field(min_length=1, max_length=20),
    BeforeValidator(lambda values: values if isinstance(values, list) else [values]),
    PlainSerializer(lambda values: values[0] if len(values) == 1 else values),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": 256},
                {"type": "array", "minItems": 1, "maxItems": 20, "items": {"type": "string"}},
            ]
        }
    ),
]
"""One value or several: a list in Python, and in JSON a lone value stands for itself."""
Attributes = Annotated[dict[AttributeName, AttributeValues], Field(max_length=50)]


class Price(Money):
    """What a product costs: not less than nothing, and not more than a million millions of minor units."""

    amount: Annotated[int, Field(strict=True, ge=0, le=MAX_PRICE, examples=[1999])]


class Image(BaseModel):
    """A picture, kept here (`image_id`) or elsewhere (`url`, https), and its text for who cannot see it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    image_id: Identifier | None = None
    url: HttpsUrl | None = None
    alt: AltText = ""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.image_id is None) == (self.url is None):
            raise PydanticCustomError("image_place", "give either image_id or url")
        return self


class ProductFields(BaseModel):
    """What a merchant decides about a product."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sku: Sku
    name: Name
    description: Description = ""
    brand: Brand | None = None
    category: CategoryPath
    price: Price
    compare_at_price: Price | None = None
    tax_class: Slug = "standard"
    weight_g: Annotated[int, Field(strict=True, ge=0, le=MAX_STOCK)] | None = None
    attributes: Attributes = {}
    images: Annotated[list[Image], Field(max_length=20)] = []
    status: Status = "active"

    @field_validator("compare_at_price")
    @classmethod
    def _a_former_price_is_not_lower(cls, former: Price | None, fields: ValidationInfo) -> Price | None:
        price = fields.data.get("price")  # absent when it was refused itself
        if former is None or price is None:
            return former
        if former.currency != price.currency:
            raise PydanticCustomError("compare_at_price", "is in another currency than price")
        if former.amount < price.amount:
            raise PydanticCustomError("compare_at_price", "is below price")
        return former

    @model_validator(mode="after")
    def _fits(self) -> Self:
        size = len(self.model_dump_json().encode())
        if size > MAX_PRODUCT_BYTES:
            raise PydanticCustomError(
                "product_size",
                "the product takes {size} bytes, more than {most}",
                {"size": size, "most": MAX_PRODUCT_BYTES},
            )
        return self


class NewProduct(ProductFields):
    """A product as `POST` takes it. `merchant_id` is for administrators: a merchant creates for itself."""

    stock_on_hand: Units = 0
    merchant_id: Identifier | None = None


EDITABLE = tuple(ProductFields.model_fields)


class Product(ProductFields):
    """A product as the API answers it.

    `stock_on_hand` is what can be sold: the units there less those reserved by open orders.
    """

    product_id: Identifier
    merchant_id: Identifier
    stock_on_hand: int
    rating: Annotated[float, Field(ge=0, le=5)] | None = None
    review_count: int = 0
    version: int
    created_at: Timestamp
    updated_at: Timestamp


SERVER_SET = frozenset(Product.model_fields) - frozenset(EDITABLE)


class ProductPage(BaseModel):
    """Some of a list's products, and where to go on."""

    items: list[Product]
    next_cursor: str | None = None


class ProductPatch(RootModel[dict[str, JsonValue]]):
    """A JSON merge patch (RFC 7396): members replace members, null removes one, objects merge by member."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        schema = handler.resolve_ref_schema(handler(core_schema))
        schema["properties"] = {name: {"description": f"As in a product's {name}."} for name in EDITABLE}
        schema["additionalProperties"] = False
        return schema
