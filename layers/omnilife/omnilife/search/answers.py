"""Answers of the last seconds, kept in Valkey: a hot query asks the engine once, and not for every shopper.

The key is the whole question; the value begins with the generation of the configuration that it was made
under. Another generation's is a miss, so that a change of synonyms or rules never waits for an answer to age.
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Self

from omnilife.core.afterwards import Task, process_afterwards
from omnilife.core.cache import Cache, Command, claim, process_cache
from omnilife.search.criteria import Criteria
from omnilife.search.generations import AliasSettings

LIFE_S = 10.0
"""As old as an answer may be: a price that changed, a product that came or went, shows after that at last."""
EMPTY_LIFE_S = 1.0
"""Of an answer that nothing was found: it costs the engine little, and a new product is to be found soon."""
JITTER = 0.2
"""Answers that were made together do not go together."""
PATIENCE_S = 0.25
"""For another request's answer; the engine gives one in a tenth of that."""
MAX_BYTES = 128 * 1024
"""A page of a hundred products may be larger; it is made anew for each who asks."""

_TOO_LARGE = -1
"""In the place of how many were found: there is no answer here, and there is none to wait for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A kept answer: its JSON, without what belongs to one request, and how many products were found."""

    body: str
    total: int


@dataclass(frozen=True, slots=True)
class Answers:
    """The cache of answers; `cache` is None where a deployment has none.

    `later` does a task when the answer has left, or refuses to (`Afterwards.do`): keeping an answer is for
    others, and whoever it was made for need not wait.
    """

    cache: Cache | None
    alias: str
    later: Callable[[Task], bool] = lambda _: False

    @classmethod
    def from_environment(cls) -> Self:
        return cls(process_cache(), AliasSettings.from_environment().search_alias, process_afterwards().do)

    def key(self, criteria: Criteria, facets: Collection[str], *, limit: int, cursor: str | None) -> str:
        """What the answer depends on beside the configuration. Each key has a slot of its own."""
        question = "|".join([criteria.fingerprint, ",".join(sorted(facets)), str(limit), cursor or ""])
        return f"search:{self.alias}:answer:{hashlib.sha256(question.encode()).hexdigest()[:40]}"

    @staticmethod
    def claim(key: str) -> Command:
        """The command that reads the answer, or claims it; what it answers is for `settle`."""
        return claim(key, PATIENCE_S)

    def settle(self, key: str, found: bytes | None, *, generation: int) -> Answer | None:
        """The answer made under `generation`, if need be after a wait. None: make it, then `keep`."""
        if self.cache is None or found is None:
            return None
        own = _beginning(generation)
        value = self.cache.settle(
            key, found, patience_s=PATIENCE_S, accept=lambda value: value.startswith(own)
        )
        if value is None:
            return None
        head, _, body = value.partition(b"\n")
        total = int(head.split()[1])
        return None if total == _TOO_LARGE else Answer(body.decode(), total)

    def keep(self, key: str, answer: Answer, *, generation: int) -> None:
        """Let others have `answer`; of one that is too large, only that they need not wait for it."""
        cache = self.cache
        if cache is None:
            return
        body, total = answer.body.encode(), answer.total
        if len(body) > MAX_BYTES:
            body, total = b"", _TOO_LARGE
        value = b"%b%d\n%b" % (_beginning(generation), total, body)

        def keep() -> None:
            cache.keep(key, value, ttl_s=LIFE_S if total else EMPTY_LIFE_S, jitter=JITTER)

        if not self.later(keep):
            keep()

    def release(self, key: str) -> None:
        """There will be no answer: let others try."""
        if self.cache is not None:
            self.cache.release(key)


def _beginning(generation: int) -> bytes:
    return b"%d " % generation
