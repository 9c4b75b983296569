"""The search log: every search is stored, and none is slower or fails for it.

    log = SearchLog.from_environment(api.headers, api.caller.address)
    log.begin(search_id, criteria)                       # while the engine works
    …the engine answers…
    log.answered(total=total, took_ms=took_ms)           # written when the answer has left
    …facets, items, the cursor…
    log.finish()

Two writes, since they guard against different losses. The first is on its way while the engine searches, and
so costs no time: from it on the search is known, be it that the engine fails or the process dies, and a click
on it is taken. What came of it is known only later, and written when the answer has left: `core.afterwards`
keeps the process awake for it. An answer from the cache is known at once: `begin` takes its outcome and
writes once, behind the answer too.

Where a process cannot be kept awake, it may be frozen the moment that it has answered, and its threads with
it, perhaps for ever. There the answer waits for both writes, but `PATIENCE_S` at most; a write that was not
done by then goes on when the process is thawed. What fails or is late is a metric (`SearchLogFailed`,
`SearchLogLate`, `SearchLogSkipped`), never an error.

Cost: 2 WCU a search, 1 of them for its outcome; 1 in all for a cached answer.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import replace
from functools import cache
from typing import Self

from omnilife.core.afterwards import Task, process_afterwards
from omnilife.core.clock import Clock, system_clock
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.search.criteria import Criteria
from omnilife.search.searches import Outcome, Search
from omnilife.search.store_searches import SearchStore
from omnilife.search.visitors import Pseudonyms

PATIENCE_S = 0.05
"""An ordinary write takes 3 to 10 ms, and most of it has passed before anybody waits."""
WRITERS = 2
BACKLOG = 8
"""Writes that may be under way in one process. More are skipped: the table is down."""


class Writers:
    """The threads of a process that write the log."""

    def __init__(self, *, backlog: int = BACKLOG) -> None:
        self._pool = ThreadPoolExecutor(WRITERS, thread_name_prefix="search-log")
        self._free = threading.BoundedSemaphore(backlog)

    def start(self, write: Callable[[], None]) -> "Future[None] | None":
        """Begin to write; None when too much is under way."""
        if not self._free.acquire(blocking=False):
            count("SearchLogSkipped")
            return None
        future = self._pool.submit(copy_context().run, _attempt, write)
        future.add_done_callback(lambda _: self._free.release())
        return future


@cache
def process_writers() -> Writers:
    """The one set of writers of this process."""
    return Writers()


class SearchLog:
    """The log of one request."""

    def __init__(
        self,
        store: SearchStore,
        *,
        visitor: str,
        writers: Writers,
        clock: Clock = system_clock,
        patience_s: float = PATIENCE_S,
        later: Callable[[Task], bool] = lambda _: False,
    ) -> None:
        """`later` does a task when the answer has left, or refuses to: `Afterwards.do`."""
        self._store = store
        self._visitor = visitor
        self._writers = writers
        self._clock = clock
        self._patience_s = patience_s
        self._later = later
        self._search: Search | None = None
        self._writes: list[Future[None]] = []

    @classmethod
    def from_environment(cls, headers: Mapping[str, str], address: str) -> Self:
        """The log for a request with these `headers` (by lower-case names) from this client's `address`."""
        visitor = Pseudonyms.from_environment().visitor(headers, address, system_clock.now())
        return cls(
            SearchStore.from_environment(),
            visitor=visitor,
            writers=process_writers(),
            later=process_afterwards().do,
        )

    def begin(
        self, search_id: str, criteria: Criteria, *, page: int = 1, outcome: Outcome | None = None
    ) -> None:
        """A search begins. With `outcome`, which a cached answer has, that is all there is to write.

        Called again it does nothing: a request to the engine may have to be sent twice.
        """
        if self._search is not None:
            return
        search = Search.of(search_id, criteria, page=page, visitor=self._visitor, at=self._clock.now())
        self._search = search
        if outcome is None:
            self._write(lambda: self._store.begin(search))
        else:
            self._complete(replace(search, outcome=outcome))

    def answered(self, *, total: int, took_ms: int, cached: bool = False) -> None:
        """The engine has answered the search that began."""
        if self._search is not None:
            outcome = Outcome(total=total, took_ms=took_ms, cached=cached)
            self._complete(replace(self._search, outcome=outcome))

    def finish(self) -> None:
        """The answer leaves: from here on it waits for what is under way only where nobody else can."""
        if self._writes and not self._later(self._wait):
            self._wait()

    def _wait(self) -> None:
        _, late = wait(self._writes, timeout=self._patience_s)
        if late:
            count("SearchLogLate", len(late))
        self._writes.clear()

    def _complete(self, search: Search) -> None:
        def complete() -> None:
            self._store.complete(search)

        if not self._later(lambda: _attempt(complete)):
            self._write(complete)

    def _write(self, write: Callable[[], None]) -> None:
        if (future := self._writers.start(write)) is not None:
            self._writes.append(future)


def _attempt(write: Callable[[], None]) -> None:
    try:
        write()
    except Exception as error:  # noqa: BLE001 (whatever it is, the search goes on without its log)
        logger.warning("a search was not logged", exc_info=error)
        count("SearchLogFailed")
