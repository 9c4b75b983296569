"""The login guard: nobody gets a sixth check, and no stranger locks an owner out."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.core import aws as aws_clients
from omnilife.core.errors import Unavailable
from omnilife.core.retries import Retrying
from omnilife.core.table import Table
from omnilife.security.devices import KEPT_S
from omnilife.security.login_guard import LoginGuard
from omnilife.security.login_policy import Policy, network_of
from omnilife.security.problems import AccountLocked
from tests.support.faults import FaultyClient, conflict
from tests.support.waiting import VirtualTime

ADA = "ada@example.com"
HOME, CAFE, FAR = "203.0.113.7", "198.51.100.9", "192.0.2.44"


def fail(guard, times=1, account=ADA, address=HOME, device=None):
    """So many wrong passwords; returns the last attempt that was admitted."""
    for _ in range(times):
        admitted = guard.admit(account, address, device)
    return admitted


def sign_in(guard, account=ADA, address=HOME, device=None, user_id="user-1"):
    return guard.succeeded(guard.admit(account, address, device), user_id)


def test_five_wrong_passwords_lock_an_account_for_fifteen_minutes(guard, clock):
    assert fail(guard, 4).locks is None
    last = fail(guard)

    assert (last.attempts_left, last.locks) == (0, clock.now().replace(minute=15))
    with pytest.raises(AccountLocked) as locked:
        guard.admit(ADA, HOME)
    assert (locked.value.status, locked.value.slug, locked.value.retry_after) == (429, "account-locked", 900)
    assert locked.value.extensions == {"reason": "account", "until": "2026-11-24T12:15:00.000Z"}


def test_a_lockout_ends_by_itself_and_the_next_one_is_twice_as_long(guard, clock):
    fail(guard, 5)
    clock.advance(seconds=900)
    fail(guard, 5)

    with pytest.raises(AccountLocked) as locked:
        guard.admit(ADA, HOME)
    assert locked.value.retry_after == 1800


def test_addresses_share_an_account_s_attempts(guard):
    fail(guard, 3, address=HOME)
    fail(guard, 2, address=CAFE)

    with pytest.raises(AccountLocked):
        guard.admit(ADA, FAR)


def test_an_account_is_the_same_however_its_address_is_typed(guard):
    fail(guard, 3, account="  Ada@Example.COM ")
    fail(guard, 2, account="ada@example.com")

    with pytest.raises(AccountLocked):
        guard.admit("ADA@EXAMPLE.COM", HOME)


def test_an_account_that_is_not_there_is_locked_like_any_other(guard):
    known, unknown = fail(guard, 5), fail(guard, 5, account="nobody@example.com", address=CAFE)

    assert (known.attempts_left, known.locks, known.risk) == (
        unknown.attempts_left,
        unknown.locks,
        unknown.risk,
    )


def test_what_is_kept_names_nobody(guard, security_table):
    fail(guard, 5)

    items = aws_clients.client("dynamodb").scan(TableName="security")["Items"]
    assert items
    assert "ada" not in str(items)


def test_a_known_device_is_not_locked_out_by_strangers(guard):
    device = sign_in(guard).device_token
    fail(guard, 5, address=FAR)

    with pytest.raises(AccountLocked):
        guard.admit(ADA, HOME)
    assert sign_in(guard, device=device).device_token is None


def test_a_known_device_has_five_attempts_of_its_own(guard):
    device = sign_in(guard).device_token
    fail(guard, 5, device=device)

    with pytest.raises(AccountLocked) as locked:
        guard.admit(ADA, HOME, device)
    assert locked.value.reason == "device"
    assert guard.admit(ADA, FAR).attempts_left == 4


def test_a_device_s_cookie_is_of_no_use_for_another_account(guard):
    device = sign_in(guard, account="mallory@example.com", address=FAR, user_id="user-9").device_token
    fail(guard, 5, device=device)

    with pytest.raises(AccountLocked) as locked:
        guard.admit(ADA, FAR, device)
    assert locked.value.reason == "account"


def test_a_successful_sign_in_takes_its_attempt_back_and_those_of_its_address(guard):
    fail(guard, 3, address=HOME)
    fail(guard, 1, address=CAFE)
    sign_in(guard, address=HOME)

    assert guard.admit(ADA, HOME).attempts_left == 3


def test_signing_in_to_one_s_own_account_does_not_wipe_what_the_address_tried_with_others(make_guard):
    guard = make_guard(policy=Policy(max_attempts=1))
    for number in range(9):
        guard.admit(f"victim-{number}@example.com", FAR)
        if number < 3:
            sign_in(guard, account="mallory@example.com", address=FAR)
    guard.admit("victim-9@example.com", FAR)

    with pytest.raises(AccountLocked) as locked:
        guard.admit("victim-10@example.com", FAR)
    assert locked.value.reason == "address"


def test_an_address_that_is_locked_out_does_not_use_up_anybody_s_attempts(make_guard):
    guard = make_guard(policy=Policy(max_attempts=1))
    for number in range(10):
        guard.admit(f"victim-{number}@example.com", FAR)
    with pytest.raises(AccountLocked):
        guard.admit(ADA, FAR)

    assert guard.admit(ADA, HOME)


def test_slow_guessing_from_one_address_is_locked_after_a_day_s_worth(guard, clock):
    for _ in range(4):
        fail(guard, 4, address=FAR)
        clock.advance(seconds=901)
    fail(guard, 4, address=FAR)

    with pytest.raises(AccountLocked) as locked:
        guard.admit(ADA, FAR)
    assert locked.value.reason == "account_and_address"
    assert guard.admit(ADA, HOME).attempts_left == 0


def test_all_of_an_ipv6_customer_s_addresses_are_one(guard):
    fail(guard, 3, address="2001:db8:1:2::1")

    assert network_of("2001:db8:1:2:ffff::9") == network_of("2001:db8:1:2::1") == "2001:db8:1:2::"
    assert network_of("::ffff:203.0.113.7") == "203.0.113.7"
    assert network_of("no address") == "unknown"


def test_the_first_device_is_no_news_and_the_second_one_is(guard):
    first = sign_in(guard)
    again = sign_in(guard, device=first.device_token)
    second = sign_in(guard, address=FAR)

    assert (first.new_device, again.new_device, second.new_device) == (False, False, True)


def test_a_device_that_was_forgotten_after_a_year_is_no_longer_known(guard, clock):
    device = sign_in(guard).device_token
    clock.advance(seconds=365 * 86_400)

    assert not guard.knows(ADA, device)
    assert sign_in(guard, device=device).new_device is False


def test_a_mailed_link_may_make_its_device_known(guard):
    device = guard.device_token(ADA, "user-1")
    fail(guard, 5, address=FAR)

    assert guard.knows(ADA, device)
    assert guard.admit(ADA, HOME, device).attempts_left == 4


def test_unlocking_opens_the_account_and_its_addresses(guard, clock):
    for _ in range(5):
        fail(guard, 4, address=HOME)
        clock.advance(seconds=901)
    fail(guard, 5, address=FAR)
    guard.unlock(ADA)

    assert guard.admit(ADA, HOME).attempts_left == 4
    assert guard.admit(ADA, FAR).attempts_left == 3


def test_unlocking_does_not_shorten_the_next_lockout(guard):
    fail(guard, 5)
    guard.unlock(ADA)
    fail(guard, 5)

    with pytest.raises(AccountLocked) as locked:
        guard.admit(ADA, HOME)
    assert locked.value.retry_after == 1800


def test_unlocking_what_is_not_locked_does_nothing(guard):
    guard.unlock(ADA)

    assert guard.admit(ADA, HOME).attempts_left == 4


def test_a_standing_counts_nothing(guard):
    fail(guard, 2)

    for _ in range(3):
        assert guard.standing(ADA, HOME).attempts_left == 3
    assert guard.admit(ADA, HOME).attempts_left == 2


def test_the_risk_grows_with_each_failure_and_is_suspicious_at_the_fifth(guard):
    tried = [fail(guard) for _ in range(5)]

    assert [each.risk for each in tried] == sorted({each.risk for each in tried})
    assert [each.suspicious for each in tried] == [False] * 4 + [True]


def test_a_known_device_s_first_attempt_carries_no_risk(guard):
    device = sign_in(guard).device_token

    assert guard.admit(ADA, HOME, device).risk < 0.2


def test_the_threshold_is_configuration(make_guard):
    assert fail(make_guard(policy=Policy(suspicious_from=0.1))).suspicious


def test_an_account_has_devices_once_one_signed_in_and_until_it_is_forgotten(guard, clock):
    assert not guard.has_devices(ADA)
    sign_in(guard)
    assert guard.has_devices(ADA)
    assert not guard.has_devices("mallory@example.com")
    clock.advance(seconds=KEPT_S)
    assert not guard.has_devices(ADA)


def test_a_user_is_found_by_the_devices_that_signed_in(guard):
    sign_in(guard, user_id="user-7")
    fail(guard, 2, address=HOME)

    found = guard.standing_of_user("user-7", HOME)
    assert found.attempts_left == 3


def test_a_user_who_never_signed_in_stands_as_an_account_that_nobody_tried(make_guard):
    guard = make_guard()
    assert guard.standing_of_user("user-8", HOME).attempts_left == 5

    for number in range(50):
        guard.admit(f"somebody-{number}@example.com", HOME)

    found = guard.standing_of_user("user-8", HOME)
    assert found.lock is not None
    assert (found.lock.reason, found.attempts_left) == ("address", 0)
    assert guard.standing_of_user("user-8", "198.51.100.200").lock is None


def test_the_settings_come_from_the_environment(security_table, secrets, monkeypatch):
    monkeypatch.setenv("MAX_LOGIN_ATTEMPTS", "2")
    monkeypatch.setenv("LOGIN_LOCKOUT_DURATION", "60")
    guard = LoginGuard.from_environment()

    assert fail(guard, 2).locks
    with pytest.raises(AccountLocked) as locked:
        guard.admit(ADA, HOME)
    assert 55 <= locked.value.retry_after <= 60


# -- side by side ----------------------------------------------------------------------------------------


class Racing:
    """A client in front of which others act just before each write, as parallel requests would."""

    def __init__(self, others):
        self._client = aws_clients.client("dynamodb")
        self._others = others

    def __getattr__(self, operation):
        if operation == "transact_write_items" and self._others:
            self._others.pop()()
        return getattr(self._client, operation)


def test_a_hundred_attempts_at_once_never_get_a_sixth_check(make_guard):
    checked = []
    pending = [None]

    def attempt(depth: int) -> None:
        # Each one reads, then all those after it are tried before it gets to write.
        others = [lambda: attempt(depth + 1)] if depth < 100 else []
        guard = make_guard(Table("security", client=Racing(others)))
        try:
            checked.append(guard.admit(ADA, f"198.51.{depth % 4}.{depth}"))
        except AccountLocked:
            pending.append(depth)

    attempt(1)

    assert len(checked) == 5
    assert len(pending) - 1 == 95


def test_a_conflict_with_another_transaction_is_tried_again(make_guard, security_table):
    client = FaultyClient(aws_clients.client("dynamodb"), transact_write_items=[conflict()])
    time = VirtualTime()
    table = Table("security", client=client, retrying=Retrying(monotonic=time.monotonic, sleep=time.sleep))

    assert make_guard(table).admit(ADA, HOME).attempts_left == 4
    assert make_guard().admit(ADA, HOME).attempts_left == 3


def test_a_store_that_cannot_count_lets_nobody_in(make_guard):
    client = FaultyClient(aws_clients.client("dynamodb"), transact_write_items=[conflict()] * 1000)
    time = VirtualTime()
    table = Table("security", client=client, retrying=Retrying(monotonic=time.monotonic, sleep=time.sleep))

    with pytest.raises(Unavailable):
        make_guard(table).admit(ADA, HOME)


def test_a_success_beside_other_attempts_ends_no_lockout_that_stands_without_it(guard):
    own = guard.admit(ADA, HOME)
    fail(guard, 4, address=FAR)
    guard.succeeded(own, "user-1")

    assert guard.admit(ADA, FAR).attempts_left == 0
    with pytest.raises(AccountLocked):
        guard.admit(ADA, FAR)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["begin", "right", "wrong", "wait"]),
        st.sampled_from([HOME, CAFE, FAR]),
        st.booleans(),
        st.integers(0, 1200),
    ),
    max_size=40,
)


example = itertools.count()


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_any_interleaving_strangers_check_five_passwords_a_window_and_lock_no_known_device(
    make_guard, clock, steps
):
    """Model: the strangers' attempts that were not taken back, as a list of instants and addresses."""
    guard, account = make_guard(), f"ada-{next(example)}@example.com"
    owner = sign_in(guard, account=account).device_token
    running, counted = [], []
    for action, address, known, seconds in steps:
        if action == "wait":
            clock.advance(seconds=seconds)
        elif action == "begin":
            admitted, reason = attempt(guard, account, address, owner if known else None)
            assert reason in (
                {None, "device"} if known else {None, "account", "account_and_address", "address"}
            )
            if admitted:
                running.append(admitted)
            if admitted and not known:
                counted.append((clock.now(), address))
        elif running:
            admitted = running.pop()
            if action == "right":
                guard.succeeded(admitted, "user-1")
            if action == "right" and admitted.device is None:
                counted = [each for each in counted if each[1] != admitted.network]
        for first, _ in counted:
            assert sum(0 <= (at - first).total_seconds() < 900 for at, _ in counted) <= 5


def attempt(guard, account, address, device):
    try:
        return guard.admit(account, address, device), None
    except AccountLocked as locked:
        return None, locked.reason
