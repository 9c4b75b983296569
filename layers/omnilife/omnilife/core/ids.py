"""Identifiers: UUIDv7 of our own making, and the shape of those that clients bring."""

import os
import threading
import time
from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

type IdMaker = Callable[[], str]

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
"""An id as it may stand in a path, a key or a log line: nothing in it needs escaping anywhere."""

_RANDOM_BITS = 74
_STEP_BITS = 32


class UuidV7Maker:
    """Makes UUIDv7 (RFC 9562, section 5.7) that only grow, also within one millisecond.

    The 74 bits after the timestamp are random at the first id of a millisecond and advance by a random step
    at each further one (section 6.2, method 2): ids of one process sort in the order of their making, and
    still cannot be guessed from each other. When the clock steps back, the last timestamp is kept.

    Randomness comes from the kernel each time. A process restored from a snapshot (Lambda SnapStart), of
    which there may be many, therefore never repeats what another one made.
    """

    def __init__(
        self,
        milliseconds: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._milliseconds = milliseconds
        self._random = random
        self._lock = threading.Lock()
        self._last = 0  # timestamp (48 bits) and random part (74 bits) as one number

    def __call__(self) -> str:
        fresh = self._milliseconds() << _RANDOM_BITS
        with self._lock:
            if fresh >> _RANDOM_BITS > self._last >> _RANDOM_BITS:
                self._last = fresh | self._bits(_RANDOM_BITS)
            else:
                # A carry out of the random part moves the timestamp on: still greater, still unique.
                self._last += 1 + self._bits(_STEP_BITS)
            value = self._last
        timestamp, rand_a, rand_b = value >> 74, value >> 62 & 0xFFF, value & (1 << 62) - 1
        return str(UUID(int=timestamp << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b))

    def _bits(self, count: int) -> int:
        return int.from_bytes(self._random((count + 7) // 8)) & (1 << count) - 1


new_id: IdMaker = UuidV7Maker()
