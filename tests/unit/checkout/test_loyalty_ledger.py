"""The ledger keeps its balance: whatever happens in whatever order, points are neither made nor lost."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnilife.checkout.loyalty_ledger import Step, due, earn, expire, give_back, open_lots, redeem, take_back
from omnilife.checkout.loyalty_models import Account, LoyaltyProgram
from omnilife.checkout.loyalty_rules import STANDARD, lot_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
YEAR = timedelta(days=366)


def earned(
    account: Account, points: int, *, at: datetime = NOON, order: str = "o1", spend: int = 0
) -> Account:
    return earn(account, STANDARD, points, spend=spend, at=at, order_id=order, part="m1").account


def used(account: Account, points: int) -> Account:
    """What `spend_points` does in the table."""
    assert account.balance >= points
    return account.model_copy(update={"balance": account.balance - points, "used": account.used + points})


def taken_back(account: Account, points: int, *, at: datetime = NOON) -> Step:
    return take_back(
        account,
        points,
        spend=0,
        earned_at=NOON,
        lot=lot_of(STANDARD, NOON),
        at=at,
        order_id="o1",
        return_id="r1",
    )


@pytest.fixture
def account() -> Account:
    return Account(user_id="u1")


def test_points_are_used_first_in_first_out(account: Account):
    account = earned(earned(account, 100), 50, at=NOON + timedelta(days=40))
    assert list(open_lots(used(account, 70))) == [("2027-11-30", 30), ("2028-01-31", 50)]
    assert list(open_lots(used(account, 120))) == [("2028-01-31", 30)]


def test_what_is_left_of_a_lot_expires_after_its_day(account: Account):
    account = used(earned(earned(account, 100), 50, at=NOON + timedelta(days=40)), 70)
    last_day = datetime(2027, 11, 30, 23, 59, 59, tzinfo=UTC)
    assert expire(account, STANDARD, at=last_day).entries == ()
    over = expire(account, STANDARD, at=last_day + timedelta(seconds=1))
    assert [(each.kind, each.points) for each in over.entries] == [("expired", -30)]
    assert (over.account.balance, due(over.account)) == (50, "2028-01-31")


def test_a_lot_that_is_used_up_goes_without_an_entry(account: Account):
    over = expire(used(earned(account, 100), 100), STANDARD, at=NOON + 2 * YEAR)
    assert (over.entries, over.account.lots, over.account.used) == ((), {}, 0)


def test_points_given_back_after_their_lot_is_over_get_a_new_one(account: Account):
    later = NOON + 2 * YEAR
    gone = expire(used(earned(account, 100), 100), STANDARD, at=later).account
    cancelled = gone.model_copy(update={"balance": gone.balance + 100, "used": gone.used - 100})
    mended = expire(cancelled, STANDARD, at=later).account
    assert (mended.balance, list(open_lots(mended))) == (100, [(lot_of(STANDARD, later), 100)])


def test_points_that_were_spent_already_are_owed_when_their_goods_come_back(account: Account):
    step = taken_back(used(earned(account, 100), 80), 100)
    assert (step.account.balance, step.account.owed) == (0, 80)
    assert (step.entries[0].points, step.entries[0].owed) == (-20, 80)


def test_what_is_owed_is_settled_by_what_comes_in(account: Account):
    owing = taken_back(used(earned(account, 100), 80), 100).account
    settled = earn(owing, STANDARD, 100, spend=0, at=NOON, order_id="o2", part="m1")
    assert (settled.account.balance, settled.account.owed) == (20, 0)
    assert (settled.entries[0].points, settled.entries[0].owed) == (20, -80)
    given = give_back(owing, STANDARD, 30, at=NOON, order_id="o1", return_id="r2")
    assert (given.account.balance, given.account.owed) == (0, 50)


def test_goods_that_come_back_leave_the_spend_of_their_month(account: Account):
    account = earned(account, 10, spend=1000)
    step = take_back(
        account,
        10,
        spend=400,
        earned_at=NOON,
        lot=lot_of(STANDARD, NOON),
        at=NOON + timedelta(days=20),
        order_id="o1",
        return_id="r1",
    )
    assert step.account.spend == {"2026-11": 600}


def test_a_year_of_months_is_kept_of_the_spend(account: Account):
    for month in range(30):
        account = earned(account, 1, spend=10, at=NOON + timedelta(days=31 * month))
    assert len(account.spend) <= 13


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["earn", "spend", "cancel", "give back", "take back", "redeem", "expire"]),
        st.integers(1, 500),
        st.integers(0, 300),
    ),
    max_size=40,
)


@settings(max_examples=300)
@given(steps=STEPS, months=st.sampled_from([1, 3, 12, None]))
def test_balance_is_the_ledgers_sum_and_the_lots_rest_and_never_below_zero(
    steps: list[tuple[str, int, int]], months: int | None
):
    program = LoyaltyProgram.model_validate({**STANDARD.model_dump(), "lifetime_months": months})
    account, ledger, at = Account(user_id="u1"), 0, NOON
    spent: list[int] = []
    earnings: list[tuple[int, datetime]] = []
    for number, (what, points, days) in enumerate(steps):
        at += timedelta(days=days)
        name = f"x{number}"
        step = Step(account, ())
        match what:
            case "earn":
                step = earn(account, program, points, spend=points, at=at, order_id=name, part="m")
                earnings.append((points, at))
            case "spend" if account.balance >= points:
                account, ledger = used(account, points), ledger - points
                spent.append(points)
                step = Step(account, ())
            case "cancel" if spent:
                back = spent.pop()
                account = account.model_copy(
                    update={"balance": account.balance + back, "used": account.used - back}
                )
                ledger += back
                step = Step(account, ())
            case "give back":
                step = give_back(account, program, points, at=at, order_id=name, return_id=name)
            case "take back" if earnings:
                back, when = earnings.pop()
                step = take_back(
                    account,
                    back,
                    spend=back,
                    earned_at=when,
                    lot=lot_of(program, when),
                    at=at,
                    order_id=name,
                    return_id=name,
                )
            case "redeem" if account.balance >= points:
                step = redeem(account, points, at=at, code=name)
            case "expire":
                step = expire(account, program, at=at)
        account = step.account
        ledger += sum(entry.points for entry in step.entries)
        assert account.balance == ledger == sum(account.lots.values()) - account.used
        assert account.balance >= 0
        assert account.owed >= 0
        assert sum(left for _, left in open_lots(account)) - min(0, account.used) == account.balance
    over = expire(account, program, at=at + timedelta(days=3000))
    rest = expire(over.account, program, at=at + timedelta(days=6000)).account
    assert rest.balance == (account.balance if months is None else 0)


@given(steps=st.lists(st.tuples(st.integers(1, 100), st.integers(0, 60), st.integers(0, 150)), max_size=25))
def test_lots_by_a_running_sum_are_those_of_a_queue(steps: list[tuple[int, int, int]]):
    """The naive queue: each lot by itself, taken from its head, expired from its head."""
    account, at = Account(user_id="u1"), NOON
    queue: list[list[int | str]] = []
    for number, (points, days, wanted) in enumerate(steps):
        at += timedelta(days=days)
        account = expire(account, STANDARD, at=at).account
        queue = [each for each in queue if str(each[0]) >= at.date().isoformat()]
        account = earned(account, points, at=at, order=f"o{number}")
        queue.append([lot_of(STANDARD, at), points])
        take = min(wanted, account.balance)
        account = used(account, take)
        while take:
            head = min(take, int(queue[0][1]))
            queue[0][1] = int(queue[0][1]) - head
            take -= head
            if queue[0][1] == 0:
                queue.pop(0)
    by_lot: dict[str, int] = {}
    for lot, left in queue:
        by_lot[str(lot)] = by_lot.get(str(lot), 0) + int(left)
    assert dict(open_lots(account)) == by_lot
