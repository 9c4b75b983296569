"""Retries: bounded, with jitter, and only of what may pass."""

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from omnilife.core.errors import Unavailable
from omnilife.core.retries import FIRST_CEILING_S, LAST_CEILING_S, Retrying, passing
from tests.support.faults import conflict, refusal
from tests.support.waiting import VirtualTime


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


def retrying(time: VirtualTime, *, luck: float = 1.0, deadline_s: float = 2.0) -> Retrying:
    return Retrying(deadline_s, monotonic=time.monotonic, sleep=time.sleep, random=lambda: luck)


class Flaky:
    """An operation that fails with the given errors before it answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


@pytest.mark.parametrize(
    "error",
    [
        conflict(),
        conflict("None", "ThrottlingError"),
        refusal("ThrottlingException"),
        refusal("TransactionConflictException"),
    ],
)
def test_what_may_pass_is_tried_again(time, error):
    operation = Flaky(error, error)
    assert retrying(time).call(operation) == "done"
    assert operation.calls == 3


def test_waits_are_drawn_below_a_ceiling_that_doubles_up_to_its_limit(time):
    retrying(time, luck=1.0, deadline_s=10).call(Flaky(*[conflict()] * 8))
    ceilings = [min(LAST_CEILING_S, FIRST_CEILING_S * 2**attempt) for attempt in range(8)]
    assert time.slept == ceilings
    lucky = VirtualTime()
    retrying(lucky, luck=0.25, deadline_s=10).call(Flaky(*[conflict()] * 8))
    assert lucky.slept == [ceiling / 4 for ceiling in ceilings]


def test_after_the_deadline_it_is_unavailable_and_no_wait_goes_beyond_it(time):
    began = time.elapsed
    with pytest.raises(Unavailable) as refused:
        retrying(time).call(Flaky(*[conflict()] * 1000))
    assert refused.value.retry_after == 1
    assert time.elapsed - began < 2.0


@pytest.mark.parametrize(
    "code", ["ValidationException", "AccessDeniedException", "ConditionalCheckFailedException"]
)
def test_other_refusals_are_not_tried_again(time, code):
    operation = Flaky(refusal(code))
    with pytest.raises(ClientError):
        retrying(time).call(operation)
    assert operation.calls == 1


@pytest.mark.parametrize(
    "error",
    [
        refusal("InternalServerError", status=500),
        refusal("ServiceUnavailable", status=503),
        ReadTimeoutError(endpoint_url="https://x"),
        ConnectTimeoutError(endpoint_url="https://x"),
        EndpointConnectionError(endpoint_url="https://x"),
    ],
)
def test_a_failure_that_may_have_had_its_effect_is_unavailable_at_once(time, error):
    operation = Flaky(error)
    with pytest.raises(Unavailable):
        retrying(time).call(operation)
    assert operation.calls == 1


def test_a_conflict_beside_a_failed_condition_will_not_pass():
    assert not passing(conflict("TransactionConflict", "ConditionalCheckFailed").response)


def test_a_cancellation_without_reasons_will_not_pass():
    assert not passing(conflict("None").response)
