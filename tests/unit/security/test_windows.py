"""Sliding windows and lockouts: the rules, against a model that keeps everything and counts afresh."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.security.windows import FORGET_LOCKOUTS_S, Attempt, Budget, Window

NOW = 1_795_521_600_000
BUDGET = Budget(attempts=5, window_s=900, lockout_s=900)
S = 1000


def after(*instants: int, budget: Budget = BUDGET) -> Window:
    window = Window()
    for number, at in enumerate(instants):
        window = window.counted(budget, Attempt(at, f"a-{number}"))
    return window


def test_the_attempt_that_uses_up_the_budget_locks_at_once():
    window = after(*[NOW] * 5)

    assert window.locked(NOW)
    assert window.left(BUDGET, NOW) == 0
    assert window.locked_until == NOW + 900 * S


def test_an_attempt_leaves_the_window_after_exactly_its_length():
    window = after(NOW, NOW + 1, NOW + 2, NOW + 3)

    assert window.left(BUDGET, NOW + 900 * S - 1) == 1
    assert window.left(BUDGET, NOW + 900 * S) == 2


def test_attempts_on_both_sides_of_a_minute_or_an_hour_are_counted_together():
    edge = NOW + 450 * S

    assert after(edge - 2, edge - 1, edge, edge + 1, edge + 2).locked(edge + 3)


def test_after_a_lockout_the_whole_budget_is_there_again():
    window = after(*[NOW] * 5)

    assert window.left(BUDGET, NOW + 900 * S) == 5


def test_each_further_lockout_is_twice_as_long_up_to_a_day():
    lasted, window, now = [], Window(), NOW
    for _ in range(9):
        for number in range(5):
            window = window.counted(BUDGET, Attempt(now, str(number)))
        lasted.append((window.locked_until - now) // S)
        now = window.locked_until

    assert lasted == [900, 1800, 3600, 7200, 14_400, 28_800, 57_600, 86_400, 86_400]


def test_a_day_without_a_lockout_forgets_the_earlier_ones():
    window = after(*[NOW] * 5)
    later = window.locked_until + FORGET_LOCKOUTS_S * S

    assert window.at(BUDGET, later).lockouts == 0
    assert window.at(BUDGET, later - 1).lockouts == 1


def test_giving_back_the_attempt_that_locked_ends_the_lockout():
    window = after(*[NOW] * 5).without(lambda attempt: attempt.attempt_id == "a-4", NOW)

    assert not window.locked(NOW)
    assert window.left(BUDGET, NOW) == 1
    assert window.lockouts == 0


def test_giving_back_a_lockout_does_not_forget_those_before_it():
    first = after(*[NOW] * 5)
    later = first.locked_until
    for number in range(5):
        first = first.counted(BUDGET, Attempt(later, f"b-{number}"))

    given_back = first.without(lambda attempt: attempt.attempt_id == "b-0", later)

    assert given_back.at(BUDGET, later).lockouts == 1


def test_giving_back_what_is_not_there_changes_nothing():
    window = after(NOW)

    assert window.without(lambda _: False, NOW) is window


def test_unlocking_opens_and_remembers_how_often_it_was_needed():
    window = after(*[NOW] * 5).unlocked()

    assert window.left(BUDGET, NOW) == 5
    assert window.at(BUDGET, NOW).lockouts == 1


def test_nobody_counts_while_it_is_locked():
    with pytest.raises(ValueError, match="locked"):
        after(*[NOW] * 6)


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"window_s": 0}, {"lockout_s": 0}])
def test_a_budget_of_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="at least 1"):
        Budget(**{"attempts": 5, "window_s": 900, "lockout_s": 900, **wrong})


class Model:
    """The same, said with lists alone: all failures, and when each lockout began and ended."""

    def __init__(self, budget):
        self.budget = budget
        self.attempts = []
        self.lockouts = []

    def locked(self, now):
        return bool(self.lockouts) and now < self.lockouts[-1][1]

    def in_a_row(self, now):
        row = 0
        for begun, _ in self.lockouts:
            row = 1 if begun - row_end(self.lockouts, begun) >= FORGET_LOCKOUTS_S * S else row + 1
        return 0 if self.lockouts and now - self.lockouts[-1][1] >= FORGET_LOCKOUTS_S * S else row

    def attempt(self, now):
        if self.locked(now):
            return False
        since = self.lockouts[-1][1] if self.lockouts else 0
        self.attempts.append(now)
        live = [at for at in self.attempts if at >= since and at > now - self.budget.window_s * S]
        if len(live) == self.budget.attempts:
            longest = max(86_400, self.budget.lockout_s)
            lasts = min(self.budget.lockout_s * 2 ** self.in_a_row(now), longest)
            self.lockouts.append((now, now + lasts * S))
        return True


def row_end(lockouts, begun):
    ends = [until for other, until in lockouts if other < begun]
    return ends[-1] if ends else begun


BUDGETS = st.builds(Budget, st.integers(1, 6), st.integers(1, 5000), st.integers(1, 200_000))
GAPS = st.lists(
    st.one_of(st.integers(0, 3), st.integers(0, 1_000_000), st.integers(0, 200_000_000)), max_size=60
)


@given(BUDGETS, GAPS)
def test_any_sequence_of_failures_is_let_in_and_locked_as_the_model_says(budget, gaps):
    window, model, now = Window(), Model(budget), NOW
    for number, gap in enumerate(gaps):
        now += gap
        assert window.locked(now) == model.locked(now)
        if model.attempt(now):
            window = window.counted(budget, Attempt(now, str(number)))
        assert len(window.attempts) <= budget.attempts
        if model.locked(now):
            assert window.locked_until == model.lockouts[-1][1]


@given(BUDGETS, GAPS)
def test_what_is_said_to_be_left_is_exactly_what_is_let_in(budget, gaps):
    window, now = Window(), NOW
    for number, gap in enumerate(gaps):
        now += gap
        if not window.locked(now):
            window = window.counted(budget, Attempt(now, str(number)))
        left, trial = window.left(budget, now), window
        for extra in range(left):
            assert not trial.locked(now)
            trial = trial.counted(budget, Attempt(now, f"extra-{extra}"))
        assert trial.locked(now)


@given(st.lists(st.tuples(st.integers(0, 400_000), st.booleans()), max_size=60))
def test_attempts_that_are_given_back_never_lock_anybody(steps):
    window, now, failures = Window(), NOW, []
    for number, (gap, right) in enumerate(steps):
        now += gap
        if window.locked(now):
            continue
        window = window.counted(BUDGET, Attempt(now, str(number)))
        if right:
            window = window.without(lambda attempt, own=str(number): attempt.attempt_id == own, now)
            assert not window.locked(now)
        else:
            failures.append(now)
    if window.lockouts:
        assert len(failures) >= BUDGET.attempts
