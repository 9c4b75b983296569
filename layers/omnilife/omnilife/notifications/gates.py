"""When a provider may be asked: not while it is down, and not faster than it takes.

Both are known by each worker for itself. There are few workers, so that a share of the provider's rate for
each is exact enough, and a dead provider is asked once by each: neither costs a write for each message.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from omnilife.core.limits import MICROSECONDS, Limit, gcra

FAILURES = 3
PAUSE_S = 30.0


@dataclass(slots=True)
class Gate:
    """In front of one provider, in one worker.

    Args:
        rate: messages a second that this worker may send.
    """

    rate: Limit
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    failures: int = field(default=0, init=False)
    closed_until: float = field(default=0.0, init=False)
    tat: int = field(default=0, init=False)

    def wait_s(self) -> int:
        """How many seconds a message has to wait; 0: it may go, and counts.

        After `FAILURES` failures in a row the gate is shut for `PAUSE_S`; then one message tries. For its
        share of the rate a message waits here: back in the queue it would use up its tries.
        """
        now = self.monotonic()
        if self.failures >= FAILURES:
            if now < self.closed_until:
                return max(1, round(self.closed_until - now))
            self.closed_until = now + PAUSE_S  # the others wait for what this one finds
        at = int(now * MICROSECONDS)
        decision, self.tat = gcra(self.tat, at, self.rate)
        if not decision.allowed:
            self.sleep((self.tat + self.rate.interval - at - self.rate.capacity) / MICROSECONDS)
            self.tat += self.rate.interval
        return 0

    def up(self) -> None:
        """The provider answered."""
        self.failures = 0

    def down(self) -> None:
        """The provider did not answer, or said that it cannot."""
        self.failures += 1
        self.closed_until = self.monotonic() + PAUSE_S
