"""Returns: what a buyer asks for, what becomes of it, and what is given back."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from omnilife.checkout.models import MAX_LINES, MAX_UNITS
from omnilife.core.cards import free_of_cards
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier
from omnilife.core.money import Money

Reason = Literal[
    "damaged", "wrong_item", "not_as_described", "arrived_late", "changed_mind", "ordered_by_mistake", "other"
]
ReturnState = Literal["requested", "approved", "refused", "received", "refunding", "refunded"]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=500), BeforeValidator(free_of_cards)
]
Units = Annotated[int, Field(strict=True, ge=0, le=MAX_UNITS)]
Quantity = Annotated[Any, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_UNITS})]
"""As the client sent it: what is no number of units is refused by a problem of its own."""


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReturnedLine(_Request):
    """Units of one line of the order, and why they come back."""

    line_id: Identifier
    quantity: Quantity
    reason: Reason


class NewReturn(_Request):
    """What a buyer wants to send back of one merchant's delivery."""

    lines: Annotated[list[ReturnedLine], Field(min_length=1, max_length=MAX_LINES)]
    note: Text = ""


class ReceivedLine(_Request):
    """What arrived of a line: units that go back to the shelf, and units that are written off."""

    line_id: Identifier
    restocked: Units = 0
    written_off: Units = 0


class ReturnChange(_Request):
    """What a merchant does with a return.

    `approve` and `refuse` (with a note that says why) decide a request; `receive` says what arrived, all of
    it for the shelf when `lines` are left out; `refund` gives back money and points for what arrived.
    """

    action: Literal["approve", "refuse", "receive", "refund"]
    lines: Annotated[list[ReceivedLine] | None, Field(max_length=MAX_LINES)] = None
    note: Text = ""


class ReturnLine(BaseModel):
    """A line of a return. What arrived is restocked or written off; what did not can be returned again."""

    model_config = ConfigDict(frozen=True)

    line_id: str
    product_id: str
    name: str
    quantity: int
    reason: Reason
    restocked: int = 0
    written_off: int = 0
    refunded: Money | None = None

    @property
    def arrived(self) -> int:
        return self.restocked + self.written_off


class ReturnRefund(BaseModel):
    """What a return gives back: `total` is goods, tax and shipping (with its tax) together."""

    model_config = ConfigDict(frozen=True)

    refund_id: str
    goods: Money
    tax: Money
    shipping: Money
    total: Money
    points_given_back: int
    points_taken_back: int
    completed_at: Timestamp | None = None


class Return(BaseModel):
    """A return of units of one merchant's delivery."""

    model_config = ConfigDict(frozen=True)

    return_id: str
    order_id: str
    user_id: str
    merchant_id: str
    state: ReturnState
    lines: list[ReturnLine]
    note: str = ""
    decision_note: str = ""
    refund: ReturnRefund | None = None
    requested_at: Timestamp
    updated_at: Timestamp
    version: int = 1


class ReturnPage(BaseModel):
    """Some returns, newest first."""

    items: list[Return]
    next_cursor: str | None = None
