"""What identity's requests cost, in calls to DynamoDB and KMS and in read units. Counts, never times."""

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from omnilife.core import aws
from tests.unit.identity.people import EMAIL, PASSWORD, Identity

HALF_UNIT_BYTES = 4096


class Calls:
    """Operation → how often; read units that DynamoDB would charge; parts of each transaction."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.read_units = 0.0
        self.parts: list[int] = []
        self.counting = True
        for service in ("dynamodb", "kms", "secretsmanager"):
            events = aws.client(service).meta.events
            events.register(f"before-parameter-build.{service}", self._count)

    def _count(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if not self.counting:
            return
        self.made[model.name] += 1
        if model.name == "TransactWriteItems":
            self.parts.append(len(params["TransactItems"]))
        if model.name == "BatchGetItem":
            for request in params["RequestItems"].values():
                # An item that is not there costs as one of the smallest size.
                self.read_units += len(request["Keys"]) * (1 if request["ConsistentRead"] else 0.5)
        if model.name in {"GetItem", "Query"}:
            self.read_units += 1 if params.get("ConsistentRead") else 0.5


@pytest.fixture
def calls_of() -> Callable[[Callable[[], Any]], Calls]:
    """The calls that something makes."""

    def count(act: Callable[[], Any]) -> Calls:
        calls = Calls()
        act()
        calls.counting = False
        return calls

    return count


def test_a_warm_authenticated_request_costs_one_read_of_three_units_before_its_own(
    identity: Identity, call: Any, calls_of: Any
) -> None:
    """Its own is the account's row. The denials of session, family and user are one round trip."""
    user_id = identity.join().user.user_id
    call("get_me", sub=user_id, role="customer")

    calls = calls_of(lambda: call("get_me", sub=user_id, role="customer"))

    assert calls.made == {"BatchGetItem": 1, "GetItem": 1}
    assert calls.read_units == 3 + 1


def test_the_first_request_of_a_process_also_reads_the_keys_and_the_blacklist(
    identity: Identity, call: Any, calls_of: Any
) -> None:
    user_id = identity.join().user.user_id

    calls = calls_of(lambda: call("get_me", sub=user_id, role="customer"))

    assert calls.made == {"BatchGetItem": 1, "GetItem": 2, "Query": 1}


def test_a_sign_in_costs_five_reads_one_signature_and_three_writes(identity: Identity, calls_of: Any) -> None:
    """The guard counts the attempt and takes it back, each with a read and a write; the rest is ours."""
    identity.join()
    known = identity.sign_in()

    stranger = calls_of(identity.sign_in)
    device = calls_of(lambda: identity.sign_in(device=known.device_token))

    assert stranger.made["Sign"] == device.made["Sign"] == 1
    assert sum(device.made.values()) <= 8
    assert sum(stranger.made.values()) <= 11
    assert max(stranger.parts) <= 7


def test_a_refresh_costs_two_reads_one_signature_and_one_transaction(
    identity: Identity, calls_of: Any
) -> None:
    token = identity.refresh(identity.join().refresh_token).refresh_token

    calls = calls_of(lambda: identity.refresh(token))

    assert calls.made == {"GetItem": 1, "BatchGetItem": 1, "Sign": 1, "TransactWriteItems": 1}
    assert calls.read_units == 3
    assert calls.parts == [3]


def test_registering_makes_the_same_calls_for_known_and_unknown_addresses(
    identity: Identity, calls_of: Any
) -> None:
    unknown = calls_of(lambda: identity.register("new@example.com"))
    identity.join()
    known = calls_of(lambda: identity.register(EMAIL))

    def without_first_count(calls: Calls) -> Counter[str]:
        # The first mail to an address in an hour is counted in a row that is not there yet.
        return calls.made - Counter(UpdateItem=2, PutItem=1)

    assert without_first_count(unknown) == without_first_count(known)
    assert unknown.parts == known.parts == [5]


def test_asking_for_another_link_makes_the_same_calls_whoever_asks(identity: Identity, calls_of: Any) -> None:
    identity.join()
    identity.register("waits@example.com")
    identity.resend("nobody@example.com")  # counts the first mail

    made = [
        calls_of(lambda email=email: identity.resend(email))
        for email in (EMAIL, "waits@example.com", "nobody@example.com")
    ]

    assert made[0].made == made[1].made == made[2].made
    assert made[0].parts == made[1].parts == made[2].parts == [3]


def test_the_attempt_that_locks_makes_the_same_calls_for_known_and_unknown_addresses(
    identity: Identity, calls_of: Any
) -> None:
    identity.join()

    def attempts(email: str) -> None:
        for _ in range(5):
            with pytest.raises(Exception, match="belong together"):
                identity.sign_in(email, PASSWORD + "!")

    emails = (EMAIL, "nobody@example.com")
    for email in emails:
        identity.resend(email)  # counts the first mail of the hour
    known, unknown = (calls_of(lambda email=email: attempts(email)) for email in emails)

    assert known.made == unknown.made
    assert known.parts == unknown.parts


def test_a_wrong_password_makes_the_same_calls_for_known_and_unknown_addresses(
    identity: Identity, calls_of: Any
) -> None:
    identity.join()

    def attempt(email: str) -> None:
        with pytest.raises(Exception, match="belong together"):
            identity.sign_in(email, PASSWORD + "!")

    attempt(EMAIL)
    attempt("nobody@example.com")
    known, unknown = (calls_of(lambda email=email: attempt(email)) for email in (EMAIL, "nobody@example.com"))

    assert known.made == unknown.made
    assert known.parts == unknown.parts
    assert math.isclose(known.read_units, unknown.read_units)
