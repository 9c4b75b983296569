"""Query rules: what a shop's administrators want shown for a query, whatever the words alone would find.

Rules apply in the order of their priority, the greatest first, and then of their ids. Where two contradict
each other the first one has its way: about a product that one pins and another hides, and about the redirect.
Filters all apply, boosts multiply.
"""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from omnilife.core.cards import free_of_cards
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier
from omnilife.search.criteria import MAX_ATTRIBUTE_NAME, MAX_ATTRIBUTE_VALUE, MAX_ATTRIBUTES, Clause, Criteria
from omnilife.search.models import MAX_TEXT, Amount, Choice, text_in_one_line
from omnilife.search.words import keys_of

MAX_RULES = 500
MAX_RULE_BYTES = 32 * 1024
"""Of one rule as JSON. A table's item may have 400 KB, an answer that lists a hundred rules 6 MB."""
MAX_PINS = 50
MAX_HIDDEN = 200
MAX_BOOSTS = 20
MAX_VALUES = 20
MAX_REDIRECT = 500

_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
_ADDRESS = re.compile(
    r"https://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:[/?#][!-\[\]-~]*)?"
)


def _is_destination(text: str) -> str:
    if not (_PATH.fullmatch(text) or _ADDRESS.fullmatch(text)):
        raise ValueError("a path of this shop that begins with one slash, or an https address")
    return text


def _free_line(value: Any) -> Any:
    """As products' own attributes are: without card numbers."""
    return free_of_cards(text_in_one_line(value))


ProductIds = Annotated[tuple[Identifier, ...], Field(max_length=MAX_HIDDEN)]
Chosen = Annotated[Choice, BeforeValidator(free_of_cards)]
Values = Annotated[tuple[Chosen, ...], Field(max_length=MAX_VALUES)]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_ATTRIBUTE_NAME), BeforeValidator(_free_line)
]
Value = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_ATTRIBUTE_VALUE), BeforeValidator(_free_line)
]
Destination = Annotated[str, StringConstraints(max_length=MAX_REDIRECT), AfterValidator(_is_destination)]


class _Part(BaseModel):
    # Built when a rule is first read: every search's cold start loads this module, few shops have many rules.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Match(_Part):
    """Which queries a rule is for. Words are compared without case, accents and plural endings."""

    kind: Annotated[
        Literal["exact", "contains", "all_words", "any"],
        Field(
            description="`exact`: these words and no others. `contains`: these words one after the other. "
            "`all_words`: these words in any order. `any`: every query, also one without text."
        ),
    ]
    text: Annotated[str, StringConstraints(max_length=MAX_TEXT), BeforeValidator(text_in_one_line)] = ""

    @model_validator(mode="after")
    def _has_words(self) -> Self:
        if (self.kind == "any") == bool(self.text):
            raise ValueError("`any` takes no text, every other kind needs one")
        if self.kind != "any" and not keys_of(self.text):
            raise ValueError("the text needs a letter or a digit")
        return self


class BoostAction(_Part):
    """Products of a brand or category, or with an attribute, score `factor` times as much."""

    by: Literal["brand", "category", "attribute"]
    name: Annotated[Name | None, Field(description="Of the attribute; for `attribute` alone.")] = None
    value: Annotated[Chosen, Field(description="A brand, a category's path, or an attribute's value.")]
    factor: Annotated[float, Field(ge=0.1, le=10, allow_inf_nan=False)]

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if (self.by == "attribute") != (self.name is not None):
            raise ValueError("`attribute` needs a name, and nothing else takes one")
        return self

    @property
    def clause(self) -> Clause:
        """Holds for the products that are meant."""
        if self.by == "attribute":
            criteria = Criteria(attributes=((self.name or "", (self.value,)),))
        elif self.by == "brand":
            criteria = Criteria(brands=(self.value,))
        else:
            criteria = Criteria(categories=(self.value,))
        [clause] = criteria.filters.values()
        return clause


class FilterAction(_Part):
    """What every product shown must fulfil, as if the shopper had chosen it."""

    category: Values = ()
    brand: Values = ()
    min_price: Amount | None = None
    max_price: Amount | None = None
    min_rating: Annotated[float | None, Field(gt=0, le=5, allow_inf_nan=False)] = None
    in_stock: bool = False
    attributes: Annotated[
        dict[Name, Annotated[tuple[Value, ...], Field(min_length=1, max_length=MAX_VALUES)]],
        Field(max_length=MAX_ATTRIBUTES),
    ] = {}

    @model_validator(mode="after")
    def _has_an_order(self) -> Self:
        if self.min_price is not None and self.max_price is not None and self.min_price > self.max_price:
            raise ValueError("max_price is below min_price")
        return self

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All hold for the products that may be shown."""
        criteria = Criteria(
            categories=self.category,
            brands=self.brand,
            min_price=self.min_price,
            max_price=self.max_price,
            min_rating=self.min_rating,
            attributes=tuple(self.attributes.items()),
        )
        stock: tuple[Clause, ...] = ({"term": {"in_stock": True}},) if self.in_stock else ()
        return (*criteria.filters.values(), *stock)


class Actions(_Part):
    """What a rule does; at least one thing."""

    pin: Annotated[
        tuple[Identifier, ...],
        Field(max_length=MAX_PINS, description="Product ids to show on top, in this order."),
    ] = ()
    hide: Annotated[ProductIds, Field(description="Product ids never to show.")] = ()
    boost: Annotated[tuple[BoostAction, ...], Field(max_length=MAX_BOOSTS)] = ()
    filter: FilterAction | None = None
    redirect: Annotated[
        Destination | None, Field(description="Where to send the shopper: `/path` or `https://…`.")
    ] = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if not (
            self.pin or self.hide or self.boost or self.redirect or (self.filter and self.filter.clauses)
        ):
            raise ValueError("a rule without an action")
        for ids in (self.pin, self.hide):
            if len(set(ids)) < len(ids):
                raise ValueError("a product is named twice")
        if both := sorted(set(self.pin) & set(self.hide)):
            raise ValueError(f"{both[0]} is pinned and hidden")
        return self


class RuleChange(_Part):
    """A rule as an administrator writes it."""

    match: Match
    actions: Actions
    valid_from: Annotated[Timestamp | None, Field(description="In force from then on.")] = None
    valid_to: Annotated[Timestamp | None, Field(description="Not in force from then on.")] = None
    priority: Annotated[int, Field(ge=0, le=1000, description="The greatest has its way.")] = 100
    enabled: bool = True

    @model_validator(mode="after")
    def _has_a_time(self) -> Self:
        if self.valid_from is not None and self.valid_to is not None and self.valid_from >= self.valid_to:
            raise ValueError("valid_to is not after valid_from")
        if len(self.model_dump_json()) > MAX_RULE_BYTES:
            raise ValueError(f"a rule takes at most {MAX_RULE_BYTES} bytes")
        return self


class Rule(RuleChange):
    """A rule as it stands. `version` is its ETag."""

    rule_id: Identifier
    version: int
    updated_at: Timestamp


class RulePage(BaseModel, defer_build=True):
    """Rules in the order of their ids."""

    items: list[Rule]
    next_cursor: str | None
