"""`Configurations`: the configuration that a process holds, and how it learns that there is another.

| Valkey says | the process |
|---|---|
| the generation that it holds | uses it, without asking the table |
| a greater one | reads the table, at once |
| nothing, or a smaller one | asks the table, at most once a second, and tells Valkey |

So a change is in force for the next search that is not answered from the cache, with Valkey dead within a
second, and where only its announcement was lost within `generations.LIFE_S`. While the table does not answer,
what is held stays in force, and no answer made by it is cached.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache as once

from omnilife.core.errors import Unavailable
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.core.table import Table
from omnilife.search.configuration import Configuration
from omnilife.search.generations import Generations
from omnilife.search.store_configuration import ConfigurationStore, SearchTableSettings

SURE_FOR_S = 1.0


@dataclass(frozen=True, slots=True)
class Known:
    """A configuration, and whether the table or Valkey has just confirmed that it is the newest."""

    configuration: Configuration
    certain: bool = True


class Configurations:
    """The newest configuration, compiled once a generation."""

    def __init__(
        self,
        store: ConfigurationStore,
        *,
        announce: Callable[[int], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._announce = announce
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._held: Configuration | None = None
        self._told: int | None = None
        self._sure_until = 0.0

    @staticmethod
    def from_environment() -> "Configurations":
        """The process's own."""
        return _of_process(SearchTableSettings.from_environment().search_table)

    def current(self, told: int | None) -> Known:
        """What is in force, where Valkey tells of the generation `told`.

        Raises:
            Unavailable: the table does not answer, and nothing is held.
        """
        held = self._held
        if held is not None and held.generation == told:
            return Known(held)
        with self._lock:
            return self._ask(told)

    def _ask(self, told: int | None) -> Known:
        held, now = self._held, self._monotonic()
        if held is not None and told == self._told and now < self._sure_until:
            return Known(held)
        try:
            held = self._held = self._read(held, told)
        except Unavailable:
            if held is None:
                raise
            logger.warning("the search configuration could not be read", exc_info=True)
            count("SearchConfigurationUnread")
            return Known(held, certain=False)
        self._told, self._sure_until = told, now + SURE_FOR_S
        if held.generation != told:
            self._announce(held.generation)
        return Known(held)

    def _read(self, held: Configuration | None, told: int | None) -> Configuration:
        behind = held is None or (told is not None and told > held.generation)
        if held is not None and not behind and self._store.head().generation == held.generation:
            return held
        found = self._store.snapshot()
        return Configuration(found.entries, found.rules, generation=found.generation)


@once
def _of_process(table: str) -> Configurations:
    return Configurations(ConfigurationStore(Table(table)), announce=Generations.from_environment().announce)


def forget() -> None:
    """Hold nothing, as a new process does: for tests."""
    _of_process.cache_clear()
