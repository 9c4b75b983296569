"""Counting coupons: never beyond a limit, and taken back once with the order's own change."""

from typing import Any

import pytest

from omnilife.checkout.events import PricingRuleChanged
from omnilife.checkout.pricing_models import AppliedCoupon
from omnilife.checkout.pricing_rules import Coupon
from omnilife.checkout.store_pricing import PricingStore, release_coupon, use_coupon
from omnilife.core.table import ConditionFailed, Table
from tests.unit.checkout.pricing import NOW, coupon

pytestmark = pytest.mark.usefixtures("in_memory")


@pytest.fixture
def pricing(checkout_table: Table) -> PricingStore:
    return PricingStore(checkout_table)


def save(pricing: PricingStore, made: Coupon, *, before: int = 0) -> AppliedCoupon:
    event = PricingRuleChanged.of(
        "coupon", made.code, made.version, event_id=f"e-{made.version}", actor="user:admin-1", at=NOW
    )
    pricing.save_coupon(made, before=before, event=event)
    return AppliedCoupon(code=made.code, discount=1, limit=made.limit, limit_per_user=made.limit_per_user)


def use(pricing: PricingStore, applied: AppliedCoupon, user_id: str = "user-1") -> None:
    pricing.table.transact(use_coupon(applied, user_id, order_id="order-1", at=NOW))


def uses(pricing: PricingStore, user_id: str = "user-1") -> tuple[int, int]:
    found, _ = pricing.coupons_used(["TEN"], user_id)
    made, by_user = found["TEN"]
    return made.uses, by_user


def test_a_coupon_is_used_up_to_its_limit_and_not_once_more(pricing: PricingStore):
    applied = save(pricing, coupon(limit=2))
    use(pricing, applied, "user-1")
    use(pricing, applied, "user-2")

    with pytest.raises(ConditionFailed) as refused:
        use(pricing, applied, "user-3")

    assert refused.value.part == "coupon:TEN"
    assert uses(pricing)[0] == 2


def test_a_limit_by_user_counts_each_user_apart(pricing: PricingStore):
    applied = save(pricing, coupon(limit_per_user=1))
    use(pricing, applied, "user-1")
    use(pricing, applied, "user-2")

    with pytest.raises(ConditionFailed) as refused:
        use(pricing, applied, "user-1")

    assert refused.value.part == "coupon:TEN"
    assert (uses(pricing, "user-1")[1], uses(pricing, "user-2")[1]) == (1, 1)


def test_a_use_that_is_refused_to_the_user_does_not_count_for_all(pricing: PricingStore):
    applied = save(pricing, coupon(limit=5, limit_per_user=1))
    use(pricing, applied)

    with pytest.raises(ConditionFailed):
        use(pricing, applied)

    assert uses(pricing) == (1, 1)


def test_a_use_that_is_taken_back_can_be_had_again(pricing: PricingStore):
    applied = save(pricing, coupon(limit=1, limit_per_user=1))
    use(pricing, applied)

    pricing.table.transact(release_coupon(applied, "user-1", order_id="order-1", at=NOW))

    assert uses(pricing) == (0, 0)
    use(pricing, applied)


def test_a_coupon_without_limits_takes_part_in_no_transaction():
    assert use_coupon(AppliedCoupon(code="TEN", discount=1), "user-1", order_id="o", at=NOW) == []
    assert release_coupon(AppliedCoupon(code="TEN", discount=1), "user-1", order_id="o", at=NOW) == []


def test_the_limit_that_counts_is_the_one_of_now(pricing: PricingStore):
    applied = save(pricing, coupon(limit=5))
    use(pricing, applied)
    save(pricing, coupon(limit=1, version=2), before=1)

    with pytest.raises(ConditionFailed):
        use(pricing, applied)


def test_a_coupon_that_is_written_again_keeps_its_uses_and_loses_what_it_no_longer_says(
    pricing: PricingStore,
):
    applied = save(pricing, coupon(limit=5, minimum=100))
    use(pricing, applied)

    save(pricing, coupon(limit=9, version=2), before=1)

    stored = pricing.coupon("TEN")
    assert stored is not None
    assert (stored.uses, stored.limit, stored.minimum, stored.version) == (1, 9, None, 2)


def test_of_two_who_write_over_one_version_the_second_is_refused(pricing: PricingStore):
    save(pricing, coupon())

    for before in (0, 7):
        with pytest.raises(ConditionFailed) as refused:
            save(pricing, coupon(version=2), before=before)
        assert refused.value.part == "rule"


def test_a_coupon_and_its_users_count_come_in_one_round_trip_with_what_else_is_asked(
    pricing: PricingStore,
):
    save(pricing, coupon())
    pricing.table.put({"pk": "ADDRESSES#user-1", "sk": "a-1", "entity": "addresses"})

    found, rest = pricing.coupons_used(["TEN", "NONE"], "user-1", [{"pk": "ADDRESSES#user-1", "sk": "a-1"}])

    assert list(found) == ["TEN"]
    assert [item["sk"] for item in rest] == ["a-1"]


def test_nothing_is_read_for_nothing(pricing: PricingStore, monkeypatch: Any):
    monkeypatch.setattr(Table, "batch_get", None)

    assert pricing.coupons_used([], None) == ({}, [])
