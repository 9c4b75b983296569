"""Points become vouchers: exactly their worth, once, and never more points than there are."""

from datetime import UTC, datetime

import pytest

from omnilife.checkout.loyalty_models import Redemption, Voucher
from omnilife.checkout.loyalty_problems import BusyAccount, NotEnoughPoints, RedemptionTooSmall
from omnilife.checkout.loyalty_rules import STANDARD
from omnilife.checkout.manage_programs import put_program
from omnilife.checkout.redeem_points import new_code, redeem_points
from omnilife.checkout.store_pricing import PricingStore
from omnilife.core.clock import FixedClock
from omnilife.core.errors import IdempotencyConflict
from omnilife.core.idempotency import Idempotency
from omnilife.core.table import ConditionFailed
from tests.unit.checkout.market import Market, person
from tests.unit.checkout.test_store_loyalty import rules

pytestmark = pytest.mark.usefixtures("in_memory")

ADA = person("ada")


@pytest.fixture
def market() -> Market:
    market = Market(clock=FixedClock(datetime(2026, 11, 24, 12, tzinfo=UTC)))
    market.give_points(500, "ada")
    return market


def redeem(market: Market, points: int, *, idem: Idempotency | None = None) -> Voucher:
    return redeem_points(
        market.loyalty,
        Redemption(points=points),
        caller=ADA,
        idempotency=idem,
        clock=market.clock,
        make_id=market.make_id,
    )


def once(body: str = "h") -> Idempotency:
    return Idempotency("k", "user:ada", "POST x", body)


def test_a_voucher_is_a_coupon_of_ones_own_for_one_order(market: Market):
    voucher = redeem(market, 300)
    coupon = PricingStore(market.table).coupon(voucher.code)
    assert coupon is not None
    assert (coupon.amount, coupon.user_id, coupon.limit, coupon.ends_at) == (
        300,
        "ada",
        1,
        voucher.expires_at,
    )
    assert (voucher.worth.amount, voucher.balance, market.loyalty.standing("ada")[1].balance) == (
        300,
        200,
        200,
    )


def test_more_points_than_there_are_are_not_redeemed(market: Market):
    before = {name: dict(rows) for name, rows in market.memory.tables.items()}
    with pytest.raises(NotEnoughPoints) as refused:
        redeem(market, 501)
    assert refused.value.extensions == {"wanted": 501, "balance": 500}
    assert market.memory.tables == before


@pytest.mark.parametrize(
    ("smallest", "amount", "wanted", "fewest"), [(100, 100, 99, 100), (1, 10, 9, 10), (50, 1, 99, 100)]
)
def test_too_few_points_are_not_redeemed(
    market: Market, smallest: int, amount: int, wanted: int, fewest: int
):
    changed = rules(smallest_redemption=smallest, redeem={"points": 100, "amount": amount})
    put_program(market.loyalty, "p", changed, caller=person("boss", "admin"))
    with pytest.raises(RedemptionTooSmall) as refused:
        redeem(market, wanted)
    assert str(fewest) in refused.value.detail
    assert market.loyalty.standing("ada")[1].balance == 500


def test_a_repeat_after_a_lost_answer_gives_the_same_voucher(market: Market):
    first = redeem(market, 300, idem=once())
    assert redeem(market, 300, idem=once()) == first
    assert market.loyalty.standing("ada")[1].balance == 200
    with pytest.raises(IdempotencyConflict):
        redeem(market, 300, idem=once("other"))


def test_points_that_others_keep_changing_are_told_as_busy(market: Market, monkeypatch: pytest.MonkeyPatch):
    def busy(*_: object, **__: object) -> None:
        raise ConditionFailed("points", None)

    monkeypatch.setattr("omnilife.core.table.Table.transact", busy)
    with pytest.raises(BusyAccount):
        redeem(market, 100)


def test_a_code_can_be_typed_and_not_be_guessed():
    codes = {new_code() for _ in range(100)}
    assert len(codes) == 100
    assert all(len(code) == 20 and code.startswith("PTS-") for code in codes)


def test_the_standard_programme_gives_a_cent_a_point(market: Market):
    assert redeem(market, 1).worth.amount == STANDARD.redeem.amount // STANDARD.redeem.points
