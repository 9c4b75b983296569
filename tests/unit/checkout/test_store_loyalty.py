"""Accounts, ledgers and programmes as they are kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from omnilife.checkout.expire_points import expire_account, expire_points
from omnilife.checkout.loyalty_events import event_of
from omnilife.checkout.loyalty_ledger import Step, earn
from omnilife.checkout.loyalty_models import Account, LoyaltyProgram, PointsEntry, ProgramChange
from omnilife.checkout.loyalty_problems import AnotherProgramActive, BusyAccount, TooManyPrograms
from omnilife.checkout.loyalty_rules import STANDARD
from omnilife.checkout.manage_programs import MAX_PROGRAMS, list_programs, put_program
from omnilife.checkout.store_loyalty import LoyaltyStore, give_back_points, spend_points
from omnilife.checkout.tell_standing import list_points, tell_standing
from omnilife.core.auth import Caller
from omnilife.core.clock import FixedClock
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.errors import PreconditionFailed, Unavailable
from omnilife.core.ids import IdMaker
from omnilife.core.table import ConditionFailed, Table

pytestmark = pytest.mark.usefixtures("in_memory")

BUYER = Caller(kind="user", address="203.0.113.9", subject="u1")
ADMIN = Caller(kind="user", address="203.0.113.9", subject="a1", roles=frozenset({"admin"}))
CURSORS = CursorCodec(b"c" * 43)


@dataclass
class Points:
    """A customer's points in a table, as tests speak of them."""

    store: LoyaltyStore
    clock: FixedClock
    make_id: IdMaker

    def account(self, user_id: str = "u1") -> Account:
        return self.store.standing(user_id)[1]

    def earn(self, points: int, order_id: str, user_id: str = "u1") -> Account:
        program, before = self.store.standing(user_id)
        step = earn(
            before, program, points, spend=points * 100, at=self.clock.now(), order_id=order_id, part="m1"
        )
        self.write(before, step)
        return step.account

    def write(self, before: Account, step: Step) -> None:
        events = [event_of(each, step.account, event_id=self.make_id(), actor="t") for each in step.entries]
        self.store.commit(self.store.parts(before, step, events), now=self.clock.now())

    def spend(self, points: int, order_id: str) -> None:
        self.store.table.transact(spend_points("", "u1", points, order_id=order_id, at=self.clock.now()))

    def give_back(self, points: int, order_id: str) -> None:
        self.store.table.transact(give_back_points("", "u1", points, order_id=order_id, at=self.clock.now()))

    def ledger(self) -> Sequence[PointsEntry]:
        return list_points(self.store, caller=BUYER, cursors=CURSORS, limit=100).items

    def events(self, partition: str = "POINTS#u1") -> list[str]:
        rows = self.store.table.query(partition, begins_with="EVENT#", limit=100).items
        return [row["type"] for row in rows]

    def holds(self) -> bool:
        account = self.account()
        return account.balance == sum(each.points for each in self.ledger()) >= 0


@pytest.fixture
def points(checkout_table: Table, clock: FixedClock, ids: IdMaker) -> Points:
    return Points(LoyaltyStore(checkout_table), clock, ids)


def rules(**changed: Any) -> ProgramChange:
    kept = STANDARD.model_dump(exclude={"program_id", "version", "updated_at"})
    return ProgramChange.model_validate({**kept, **changed})


def test_who_never_bought_has_no_points_and_the_lowest_tier(points: Points, clock: FixedClock):
    told = tell_standing(points.store, caller=BUYER, clock=clock)
    assert (told.balance, told.worth.amount, told.tier.name, told.expiring) == (0, 0, "member", [])


def test_points_are_told_with_their_worth_tier_and_end(points: Points, clock: FixedClock):
    points.earn(600, "o1")
    told = tell_standing(points.store, caller=BUYER, clock=clock)
    assert (told.balance, told.worth.amount) == (600, 600)
    assert (told.tier.name, told.tier.next_name, told.tier.spend.amount) == ("silver", "gold", 60_000)
    assert [(each.points, each.on.isoformat()) for each in told.expiring] == [(600, "2027-11-30")]


def test_an_order_takes_points_unread(points: Points):
    points.earn(100, "o1")
    points.spend(60, "o2")
    assert points.account().balance == 40
    assert [(each.kind, each.points) for each in points.ledger()] == [("spent", -60), ("earned", 100)]


@pytest.mark.parametrize("first", [0, 59])
def test_more_points_than_there_are_cannot_be_spent(points: Points, first: int):
    if first:
        points.earn(first, "o1")
    with pytest.raises(ConditionFailed) as failed:
        points.spend(60, "o2")
    assert failed.value.part == "points"
    assert points.account().balance == first
    assert points.holds()


def test_points_of_an_order_that_came_to_nothing_are_given_back(points: Points):
    before = points.earn(100, "o1")
    points.spend(60, "o2")
    points.give_back(60, "o2")
    assert (points.account().balance, points.account().used) == (before.balance, before.used)
    assert points.holds()


def test_an_order_that_is_paid_after_its_end_spends_its_points_again(points: Points, clock: FixedClock):
    points.earn(100, "o1")
    points.spend(60, "o2")
    clock.advance(seconds=900)
    points.give_back(60, "o2")
    clock.advance(seconds=60)
    points.spend(60, "o2")
    assert points.account().balance == 40
    assert points.holds()


@pytest.mark.parametrize("make", [spend_points, give_back_points])
def test_no_points_are_no_part(make: Callable[..., Any], clock: FixedClock):
    with pytest.raises(ValueError, match="at least one point"):
        make("", "u1", 0, order_id="o1", at=clock.now())


def test_an_account_that_changed_meanwhile_is_not_written_over(points: Points, clock: FixedClock):
    points.earn(100, "o1")
    program, before = points.store.standing("u1")
    points.spend(60, "o2")
    step = earn(before, program, 5, spend=0, at=clock.now(), order_id="o3", part="m1")
    with pytest.raises(ConditionFailed) as failed:
        points.write(before, step)
    assert failed.value.part == "points"
    assert points.holds()


def test_a_delivery_earns_once(points: Points):
    points.earn(100, "o1")
    with pytest.raises(ConditionFailed) as failed:
        points.earn(100, "o1")
    assert failed.value.part == "points-entry"
    assert points.account().balance == 100


def test_points_expire_the_first_in_first_and_tell_of_it(points: Points, clock: FixedClock):
    points.earn(100, "o1")
    points.spend(30, "o2")
    clock.advance(seconds=400 * 86_400)
    points.earn(50, "o3")
    assert expire_points(points.store, work_s=10, clock=clock, make_id=points.make_id) == 70
    assert points.account().balance == 50
    assert points.ledger()[0].kind == "expired"
    assert "PointsExpired" in points.events()
    assert points.holds()
    assert expire_points(points.store, work_s=10, clock=clock, make_id=points.make_id) == 0


def test_points_given_back_after_their_end_get_a_new_one_on_the_next_day(points: Points, clock: FixedClock):
    points.earn(100, "o1")
    points.spend(100, "o2")
    clock.advance(seconds=400 * 86_400)
    assert expire_points(points.store, work_s=10, clock=clock) == 0
    points.give_back(100, "o2")
    clock.advance(seconds=86_400)
    assert expire_points(points.store, work_s=10, clock=clock) == 0
    told = tell_standing(points.store, caller=BUYER, clock=clock)
    assert (told.balance, sum(each.points for each in told.expiring)) == (100, 100)


def test_expiry_stops_when_its_time_is_over_and_goes_on_later(points: Points, clock: FixedClock):
    for user in ("u1", "u2", "u3"):
        points.earn(10, f"o-{user}", user)
    clock.advance(seconds=400 * 86_400)
    times = iter([0.0, 5.0, 50.0])
    assert expire_points(points.store, work_s=10, clock=clock, monotonic=lambda: next(times)) == 20
    assert expire_points(points.store, work_s=10, clock=clock) == 10


def test_an_erased_account_does_not_come_back_by_expiry(points: Points, clock: FixedClock):
    assert expire_account(points.store, "gone", clock=clock) == 0
    assert points.account("gone").version == 0


def test_an_account_that_others_keep_changing_stays_due(
    points: Points, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
):
    points.earn(10, "o1")
    clock.advance(seconds=400 * 86_400)

    def busy(*_: Any, **__: Any) -> None:
        raise ConditionFailed("points", None)

    with monkeypatch.context() as patched:
        patched.setattr(LoyaltyStore, "commit", busy)
        with pytest.raises(Unavailable):
            expire_account(points.store, "u1", clock=clock)
        assert expire_points(points.store, work_s=10, clock=clock) == 0
    assert expire_points(points.store, work_s=10, clock=clock) == 10


def test_a_ledger_is_read_in_pages_newest_first(points: Points, clock: FixedClock):
    for number in range(5):
        points.earn(1, f"o{number}")
        clock.advance(seconds=1)
    first = list_points(points.store, caller=BUYER, cursors=CURSORS, limit=3)
    second = list_points(points.store, caller=BUYER, cursors=CURSORS, limit=3, cursor=first.next_cursor)
    assert [each.order_id for each in [*first.items, *second.items]] == ["o4", "o3", "o2", "o1", "o0"]
    assert second.next_cursor is None
    stranger = Caller(kind="user", address="203.0.113.9", subject="u2")
    with pytest.raises(BadCursor):
        list_points(points.store, caller=stranger, cursors=CURSORS, cursor=first.next_cursor)


def test_the_standard_programme_is_in_force_until_one_is_written(checkout_table: Table):
    store = LoyaltyStore(checkout_table, "EUR")
    assert (store.program_in_force().program_id, store.program_in_force().currency) == ("standard", "EUR")
    assert [each.program_id for each in list_programs(store).items] == ["standard"]


def test_a_programme_is_in_force_once_it_is_written(points: Points, clock: FixedClock):
    written = put_program(
        points.store, "plus", rules(earn={"points": 5, "amount": 100}), caller=ADMIN, clock=clock
    )
    assert points.store.program_in_force() == written
    assert points.store.program("plus") == written
    assert points.events("PROGRAM#ALL") == ["LoyaltyProgramChanged"]
    assert list_programs(points.store).items == [written]


def test_only_one_programme_is_in_force(points: Points):
    put_program(points.store, "plus", rules(), caller=ADMIN)
    with pytest.raises(AnotherProgramActive) as refused:
        put_program(points.store, "next", rules(), caller=ADMIN)
    assert refused.value.extensions == {"program_id": "plus"}
    put_program(points.store, "next", rules(active=False), caller=ADMIN)
    assert points.store.program_in_force().program_id == "plus"
    put_program(points.store, "plus", rules(active=False), caller=ADMIN)
    assert points.store.program_in_force().program_id == "standard"
    put_program(points.store, "next", rules(), caller=ADMIN)
    assert points.store.program_in_force().program_id == "next"


def test_a_programme_is_changed_only_as_it_was_read(points: Points):
    first: LoyaltyProgram = put_program(points.store, "plus", rules(), caller=ADMIN)
    put_program(points.store, "plus", rules(name="Plus"), caller=ADMIN, if_match=first.version)
    with pytest.raises(PreconditionFailed):
        put_program(points.store, "plus", rules(), caller=ADMIN, if_match=first.version)
    assert points.store.program_in_force().name == "Plus"


def test_programmes_are_few(points: Points):
    for number in range(MAX_PROGRAMS):
        put_program(points.store, f"p{number}", rules(active=False), caller=ADMIN)
    with pytest.raises(TooManyPrograms):
        put_program(points.store, "more", rules(active=False), caller=ADMIN)
    put_program(points.store, "p3", rules(active=False), caller=ADMIN)


def test_programmes_that_others_keep_writing_are_told_as_busy(
    points: Points, monkeypatch: pytest.MonkeyPatch
):
    def busy(*_: Any, **__: Any) -> None:
        raise ConditionFailed("head", None)

    monkeypatch.setattr(LoyaltyStore, "save_program", busy)
    with pytest.raises(BusyAccount):
        put_program(points.store, "plus", rules(), caller=ADMIN)


def test_a_tiers_spend_counts_twelve_months(points: Points, clock: FixedClock):
    points.earn(600, "o1")
    clock.advance(seconds=timedelta(days=370).total_seconds())
    assert clock.now() > datetime(2027, 11, 1, tzinfo=UTC)
    told = tell_standing(points.store, caller=BUYER, clock=clock)
    assert told.tier.name == "member"
