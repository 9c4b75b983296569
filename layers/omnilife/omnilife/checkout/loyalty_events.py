"""What loyalty announces on the bus, as source `omnilife.checkout`."""

from typing import Literal

from omnilife.checkout.loyalty_models import Account, PointsEntry
from omnilife.core.events import DomainEvent, EventData
from omnilife.core.ids import Identifier


class PointsData(EventData):
    """Whose points, how many more or (negative) fewer, what is left, and what it was about."""

    user_id: str
    points: int
    balance: int
    owed: int
    order_id: str | None
    return_id: str | None


class _PointsEvent(DomainEvent):
    """Base of what changes an account."""

    aggregate: Literal["loyalty_account"] = "loyalty_account"
    data: PointsData


class PointsEarned(_PointsEvent):
    """A delivery brought points."""

    type: Literal["PointsEarned"] = "PointsEarned"


class PointsGivenBack(_PointsEvent):
    """Goods that points had paid for came back, and so did the points."""

    type: Literal["PointsGivenBack"] = "PointsGivenBack"


class PointsTakenBack(_PointsEvent):
    """Goods that had earned points came back."""

    type: Literal["PointsTakenBack"] = "PointsTakenBack"


class PointsRedeemed(_PointsEvent):
    """Points became a voucher."""

    type: Literal["PointsRedeemed"] = "PointsRedeemed"


class PointsExpired(_PointsEvent):
    """Points were not used in their time."""

    type: Literal["PointsExpired"] = "PointsExpired"


class LoyaltyProgramData(EventData):
    """Which programme."""

    program_id: Identifier
    active: bool


class LoyaltyProgramChanged(DomainEvent):
    """An administrator wrote a programme's rules."""

    type: Literal["LoyaltyProgramChanged"] = "LoyaltyProgramChanged"
    aggregate: Literal["loyalty_program"] = "loyalty_program"
    data: LoyaltyProgramData


_TOLD: dict[str, type[_PointsEvent]] = {
    "earned": PointsEarned,
    "given_back": PointsGivenBack,
    "taken_back": PointsTakenBack,
    "redeemed": PointsRedeemed,
    "expired": PointsExpired,
}


def event_of(entry: PointsEntry, account: Account, *, event_id: str, actor: str) -> _PointsEvent:
    """The event of an entry; `account` as it is after it. What an order spends is told by the order's own."""
    return _TOLD[entry.kind].model_validate(
        {
            "id": event_id,
            "time": entry.at,
            "aggregate_id": account.user_id,
            "version": account.version,
            "actor": actor,
            "data": {
                "user_id": account.user_id,
                "points": entry.points,
                "balance": account.balance,
                "owed": account.owed,
                "order_id": entry.order_id,
                "return_id": entry.return_id,
            },
        }
    )
