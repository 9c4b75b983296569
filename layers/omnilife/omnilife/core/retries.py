"""Bounded retries of what DynamoDB says may pass: conflicts of transactions, and throttling.

Waits are drawn evenly from zero to a ceiling that doubles ("full jitter", which spreads competing writers
best: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). What has not passed at the
deadline becomes `Unavailable`, and the client is told when to come back.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

from omnilife.core.errors import Unavailable

_random = SystemRandom().random  # from the system, so that restored snapshots do not all draw the same

FIRST_CEILING_S = 0.02
LAST_CEILING_S = 0.5

PASSING = frozenset(
    {
        "TransactionConflictException",
        "TransactionInProgressException",
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
    }
)
"""Error codes of calls that were not carried out, and may be at another try."""

PASSING_REASONS = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""The same, as `CancellationReasons` of a transaction spell them."""


@dataclass(frozen=True, slots=True)
class Retrying:
    """How long to keep trying, and the means to wait; tests give their own."""

    deadline_s: float = 2.0
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = _random

    def attempts(self) -> Iterator[int]:
        """Yield 0, 1, 2, … with a wait between them. The caller leaves the loop when it is done.

        Raises:
            Unavailable: the next attempt would begin after the deadline.
        """
        deadline = self.monotonic() + self.deadline_s
        attempt = 0
        while True:
            yield attempt
            wait = self.random() * min(LAST_CEILING_S, FIRST_CEILING_S * 2**attempt)
            if self.monotonic() + wait >= deadline:
                raise Unavailable("The store is busy. Try again shortly.", retry_after=1)
            self.sleep(wait)
            attempt += 1

    def call(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        """The operation's answer, after retries of throttling and conflicts.

        Raises:
            Unavailable: the deadline passed, or the service fails or cannot be reached (botocore has tried
                twice by then). The operation may have been carried out all the same.
            ClientError: any other refusal.
        """
        from botocore.exceptions import (  # noqa: PLC0415 (deferred: see core.lazy)
            ClientError,
            ConnectionError,
            HTTPClientError,
        )

        answer = None
        for _ in self.attempts():
            try:
                answer = operation(**arguments)
                break
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
                    raise Unavailable("The store does not answer. Try again shortly.") from error
                if not passing(error.response):
                    raise
            except (ConnectionError, HTTPClientError) as error:
                raise Unavailable("The store cannot be reached. Try again shortly.") from error
        return answer


def passing(response: Mapping[str, Any]) -> bool:
    """Whether a `ClientError`'s response says that nothing was done and another try may succeed."""
    code = response["Error"]["Code"]
    if code != "TransactionCanceledException":
        return code in PASSING
    codes = {reason.get("Code", "None") for reason in response.get("CancellationReasons", ())} - {"None"}
    return bool(codes) and codes <= PASSING_REASONS
