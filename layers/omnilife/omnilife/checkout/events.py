"""What checkout announces on the bus, as source `omnilife.checkout`."""

from datetime import datetime
from typing import Literal, Self

from omnilife.core.events import DomainEvent, EventData


class PricingRuleChangedData(EventData):
    """Which rule: a shipping zone by its id, a tax rate by its id, a coupon by its code."""

    kind: Literal["shipping_zone", "tax_rate", "coupon"]
    rule_id: str


class PricingRuleChanged(DomainEvent):
    """An administrator wrote a shipping zone, a tax rate or a coupon. `version` is the rule's."""

    type: Literal["PricingRuleChanged"] = "PricingRuleChanged"
    aggregate: Literal["pricing_rule"] = "pricing_rule"
    data: PricingRuleChangedData

    @classmethod
    def of(
        cls,
        kind: Literal["shipping_zone", "tax_rate", "coupon"],
        rule_id: str,
        version: int,
        *,
        event_id: str,
        actor: str,
        at: datetime,
    ) -> Self:
        return cls(
            id=event_id,
            time=at,
            aggregate_id=rule_id,
            version=version,
            actor=actor,
            data=PricingRuleChangedData(kind=kind, rule_id=rule_id),
        )
