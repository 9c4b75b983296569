"""`PricingStore`: shipping zones, tax rates and coupons in the `checkout` table.

| entity         | pk               | sk             | index 1                          |
| shipping_zones | RULES            | ZONE#<zone id> |                                  |
| tax_rates      | RULES            | TAX#<rate id>  |                                  |
| coupons        | COUPON#<code>    | COUPON         | COUPONS, <code>                  |
| coupon_uses    | COUPON#<code>    | USER#<user id> | USER#<user id>, COUPON#<code>    |
| outbox         | RULE#<kind>#<id> | EVENT#<id>     | index 4: see core.outbox         |

Zones and rates are read whole at each quote: up to 500 of each, in one partition that administrators alone
write. A coupon with a limit counts its uses on its own item, which all of its buyers write: at most about a
thousand orders a second with one such code.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, Self

from omnilife.checkout.events import PricingRuleChanged
from omnilife.checkout.pricing_models import AppliedCoupon
from omnilife.checkout.pricing_rules import Coupon, ShippingZone, TaxRate
from omnilife.checkout.store_carts import CheckoutSettings
from omnilife.core.attributes import Item
from omnilife.core.clock import rfc3339
from omnilife.core.conditions import Condition, Path, attribute, missing
from omnilife.core.outbox import announce
from omnilife.core.table import Part, Put, Table, Update
from omnilife.core.transactions import Key

RULES = "RULES"
ZONE = "ZONE#"
TAX = "TAX#"
COUPONS = "COUPONS"
PART = "rule"
"""The name of a rule's part in a transaction, as `ConditionFailed` tells it."""

_PAGE = 500

type Kind = Literal["shipping_zone", "tax_rate"]
type Rule = ShippingZone | TaxRate


def coupon_key(code: str) -> Key:
    return {"pk": f"COUPON#{code}", "sk": "COUPON"}


def coupon_use_key(code: str, user_id: str) -> Key:
    return {"pk": f"COUPON#{code}", "sk": f"USER#{user_id}"}


class PricingStore:
    """What administrators write about prices, and how often coupons were used."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(CheckoutSettings.from_environment().checkout_table))

    def rules(self) -> tuple[list[ShippingZone], list[TaxRate]]:
        """All zones and rates. One query for each megabyte of them; 0.5 RCU for each 4 KB."""
        zones: list[ShippingZone] = []
        rates: list[TaxRate] = []
        after = None
        while True:
            page = self.table.query(RULES, limit=_PAGE, after=after)
            zones += [_zone(item) for item in page.items if item["sk"].startswith(ZONE)]
            rates += [_rate(item) for item in page.items if item["sk"].startswith(TAX)]
            after = page.last_key
            if after is None:
                return zones, rates

    def zone(self, zone_id: str) -> ShippingZone | None:
        """A zone, strongly consistent. 1 RCU each 4 KB."""
        item = self.table.get(RULES, ZONE + zone_id, consistent=True)
        return None if item is None else _zone(item)

    def tax_rate(self, rate_id: str) -> TaxRate | None:
        """A tax rate, strongly consistent. 1 RCU."""
        item = self.table.get(RULES, TAX + rate_id, consistent=True)
        return None if item is None else _rate(item)

    def zones(self, *, limit: int, after: str | None) -> tuple[list[ShippingZone], str | None]:
        """Zones by their ids, from behind `after` on, and the last one's id if more may follow."""
        items, last = self._page(ZONE, limit, after)
        return [_zone(item) for item in items], last

    def tax_rates(self, *, limit: int, after: str | None) -> tuple[list[TaxRate], str | None]:
        """Tax rates by their ids, as `zones`."""
        items, last = self._page(TAX, limit, after)
        return [_rate(item) for item in items], last

    def count(self, prefix: str, most: int) -> int:
        """How many rules of a kind there are, up to `most`."""
        return len(self.table.query(RULES, begins_with=prefix, limit=most, consistent=True).items)

    def save(self, rule: Rule, *, before: int, event: PricingRuleChanged) -> None:
        """Write a rule over the version `before` of it, 0 where there was none, and announce it.

        Raises:
            ConditionFailed: of part "rule": somebody else changed it.
        """
        prefix, rule_id = (ZONE, rule.zone_id) if isinstance(rule, ShippingZone) else (TAX, rule.rate_id)
        entity = "shipping_zones" if isinstance(rule, ShippingZone) else "tax_rates"
        item = {"pk": RULES, "sk": prefix + rule_id, "entity": entity, **rule.model_dump(exclude_none=True)}
        put = Put(item, condition=_unchanged(before), name=PART)
        self.table.transact([put, announce(event, pk=f"RULE#{event.data.kind}#{rule_id}")])

    def coupon(self, code: str) -> Coupon | None:
        """A coupon, strongly consistent. 1 RCU."""
        key = coupon_key(code)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        return None if item is None else _coupon(item)

    def coupons_used(
        self, codes: Sequence[str], user_id: str | None, more: Sequence[Key] = ()
    ) -> tuple[dict[str, tuple[Coupon, int]], list[Item]]:
        """Coupons by code, each with how often this user used it; and the items of the keys in `more`.

        Strongly consistent, in one round trip. 2 RCU a code.
        """
        keys = [*more, *map(coupon_key, codes)]
        if user_id is not None:
            keys += [coupon_use_key(code, user_id) for code in codes]
        items = self.table.batch_get(keys, consistent=True) if keys else []
        wanted = {(key["pk"], key["sk"]) for key in more}
        rest = [item for item in items if (item["pk"], item["sk"]) in wanted]
        used = {item["pk"]: item["uses"] for item in items if item["entity"] == "coupon_uses"}
        coupons = [_coupon(item) for item in items if item["entity"] == "coupons"]
        return {each.code: (each, used.get(f"COUPON#{each.code}", 0)) for each in coupons}, rest

    def coupons(self, *, limit: int, after: str | None) -> tuple[list[Coupon], str | None]:
        """Coupons by their codes, as `zones`. An index lags behind by moments."""
        start = None if after is None else {"i1pk": COUPONS, "i1sk": after, **coupon_key(after)}
        page = self.table.query(COUPONS, index="index1", limit=limit, after=start)
        return [_coupon(item) for item in page.items], page.last_key["i1sk"] if page.last_key else None

    def save_coupon(self, coupon: Coupon, *, before: int, event: PricingRuleChanged) -> None:
        """Write a coupon over the version `before` of it, and announce it; its uses stay as they are.

        Raises:
            ConditionFailed: of part "rule": somebody else changed it.
        """
        fields: dict[str | Path, Any] = {"entity": "coupons", "i1pk": COUPONS, "i1sk": coupon.code}
        fields |= dict(coupon.model_dump(exclude={"uses"}, exclude_none=True).items())
        gone = [name for name, value in coupon if value is None]
        update = Update(
            coupon_key(coupon.code),
            set=fields,
            remove=gone,
            condition=_unchanged(before),
            name=PART,
        )
        self.table.transact([update, announce(event, pk=f"RULE#coupon#{coupon.code}")])

    def _page(self, prefix: str, limit: int, after: str | None) -> tuple[list[Item], str | None]:
        start = None if after is None else {"pk": RULES, "sk": prefix + after}
        page = self.table.query(RULES, begins_with=prefix, limit=limit, after=start, consistent=True)
        return page.items, page.last_key["sk"].removeprefix(prefix) if page.last_key else None


def issue_coupon(coupon: Coupon, *, table: str = "") -> Put:
    """The part that writes a new coupon of one user's, in a transaction that pays for it.

    It is in no list of all coupons: every buyer may have many, and one partition would take all their writes.
    """
    item = {**coupon_key(coupon.code), "entity": "coupons", **coupon.model_dump(exclude_none=True)}
    return Put(item, condition=missing("pk"), name=PART, table=table)


def use_coupon(
    coupon: AppliedCoupon, user_id: str, *, order_id: str, at: datetime, table: str = ""
) -> list[Part]:
    """The parts that count an order's use of a coupon; named `coupon:<code>`, they fail when it is used up.

    A coupon without limits is not counted: there is nothing to hold it to. `table` is checkout's, where the
    transaction is another's.
    """
    parts: list[Part] = []
    last: dict[str | Path, Any] = {"last_order": order_id, "used_at": rfc3339(at)}
    if coupon.limit is not None:
        # Against the limit as it is now: an administrator may have lowered it since the quote.
        left = attribute("limit").missing() | missing("uses") | (attribute("uses") < attribute("limit"))
        parts.append(
            Update(
                coupon_key(coupon.code),
                add={"uses": 1},
                set={"last_order": order_id},
                condition=attribute("entity").exists() & left,
                name=f"coupon:{coupon.code}",
                table=table,
            )
        )
    if coupon.limit_per_user is not None:
        last |= {"i1pk": f"USER#{user_id}", "i1sk": f"COUPON#{coupon.code}"}
        parts.append(
            Update(
                coupon_use_key(coupon.code, user_id),
                add={"uses": 1},
                set={**last, "entity": "coupon_uses", "code": coupon.code},
                condition=missing("uses") | (attribute("uses") < coupon.limit_per_user),
                name=f"coupon:{coupon.code}",
                table=table,
            )
        )
    return parts


def release_coupon(
    coupon: AppliedCoupon, user_id: str, *, order_id: str, at: datetime, table: str = ""
) -> list[Part]:
    """The parts that take back what `use_coupon` counted. They never fail.

    That it is taken back once is up to the order, whose change of state stands in the same transaction.
    """
    parts: list[Part] = []
    last: dict[str | Path, Any] = {"released_by": order_id, "released_at": rfc3339(at)}
    if coupon.limit is not None:
        parts.append(Update(coupon_key(coupon.code), add={"uses": -1}, set=last, table=table))
    if coupon.limit_per_user is not None:
        parts.append(Update(coupon_use_key(coupon.code, user_id), add={"uses": -1}, set=last, table=table))
    return parts


def _unchanged(version: int) -> Condition:
    return attribute("version") == version if version else missing("version")


def _zone(item: Item) -> ShippingZone:
    return ShippingZone.model_validate(item, extra="ignore")


def _rate(item: Item) -> TaxRate:
    return TaxRate.model_validate(item, extra="ignore")


def _coupon(item: Item) -> Coupon:
    return Coupon.model_validate(item, extra="ignore")
