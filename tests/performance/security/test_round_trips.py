"""What an attempt to sign in costs in calls of DynamoDB."""

from collections import Counter

import pytest

from omnilife.core import aws as aws_clients
from omnilife.core.table import Table
from omnilife.security.devices import Devices
from omnilife.security.login_guard import LoginGuard
from omnilife.security.problems import AccountLocked
from omnilife.security.store.attempts import AttemptStore
from tests.support.faults import FaultyClient

ADA, HOME = "ada@example.com", "203.0.113.7"


@pytest.fixture
def client(security_table):
    return FaultyClient(aws_clients.client("dynamodb"))


@pytest.fixture
def guard(client, clock):
    return LoginGuard(AttemptStore(Table("security", client=client)), Devices(b"d" * 43), clock=clock)


def calls(client, do):
    """How often each operation was called while `do` ran."""
    before = len(client.calls)
    do()
    return Counter(operation for operation, _ in client.calls[before:])


def test_an_attempt_is_one_read_and_one_transaction(guard, client):
    found = calls(client, lambda: guard.admit(ADA, HOME))

    assert found == {"batch_get_item": 1, "transact_write_items": 1}


def test_a_known_device_s_attempt_is_no_more_and_touches_one_row(guard, client):
    device = guard.device_token(ADA, "user-1")

    found = calls(client, lambda: guard.admit(ADA, HOME, device))

    assert found == {"batch_get_item": 1, "transact_write_items": 1}
    assert len(client.arguments("transact_write_items")[-1]["TransactItems"]) == 1


def test_who_is_locked_out_costs_a_read(guard, client):
    for _ in range(5):
        guard.admit(ADA, HOME)

    def refused():
        with pytest.raises(AccountLocked):
            guard.admit(ADA, HOME)

    assert calls(client, refused) == {"batch_get_item": 1}


def test_a_success_on_a_known_device_is_one_read_and_one_transaction(guard, client):
    admitted = guard.admit(ADA, HOME, guard.device_token(ADA, "user-1"))

    found = calls(client, lambda: guard.succeeded(admitted, "user-1"))

    assert found == {"batch_get_item": 1, "transact_write_items": 1}
