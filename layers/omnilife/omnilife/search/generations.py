"""Generations of the configuration, as Valkey tells them to every process that searches.

The truth is the table's. The key lives for `LIFE_S` and is then written again by whoever misses it, after
reading the table. So a change that could not be announced is in force after `LIFE_S`, even where nobody
noticed; and an evicted key costs a read and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from omnilife.core.cache import Cache, Command, process_cache
from omnilife.core.config import Settings

LIFE_S = 10

type Announce = Callable[[int], None]

_ANNOUNCE = """
if (tonumber(redis.call('GET', KEYS[1])) or -1) <= tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
"""
"""A process that was held up between reading the table and writing here must not undo a later change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasSettings(Settings):
    """The alias keeps the keys of deployments that share a Valkey apart."""

    search_alias: str = "products"


@dataclass(frozen=True, slots=True)
class Generations:
    """The key of one deployment; `cache` is None where there is none."""

    cache: Cache | None
    key: str

    @classmethod
    def from_environment(cls) -> Self:
        return cls(process_cache(), generation_key(AliasSettings.from_environment().search_alias))

    def announce(self, generation: int) -> None:
        """Tell that `generation` is in force, as the table has it. Where Valkey is dead, nothing happens."""
        if self.cache:
            life_ms = LIFE_S * 1000
            self.cache.call(lambda client: client.eval(_ANNOUNCE, 1, self.key, generation, life_ms))

    @property
    def read(self) -> Command:
        """The command whose answer `announced` understands."""
        return "GET", self.key


def generation_key(alias: str) -> str:
    """Its own slot: neither limits nor answers share it."""
    return f"search:{alias}:generation"


def announced(answer: bytes | None) -> int | None:
    """The generation that Valkey knows of, if any."""
    return int(answer) if answer else None
