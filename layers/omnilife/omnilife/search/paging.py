"""Cursors: where a page ended, and what must not be shown again.

Pages follow each other by `search_after` on (sort value, product id). Under price, rating and newest a
product that did not change keeps its place whatever is written meanwhile, and is shown exactly once. Scores
and popularity are not so steady: any write may move a product behind a page's end and have it shown twice.
There the cursor also carries the keys of the first products shown, which are left out from then on.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from omnilife.core.cursors import CursorCodec
from omnilife.search.criteria import Criteria
from omnilife.search.relaxing import Relaxation

KEY_BYTES = 6
MAX_SHOWN = 200
"""Products that a cursor remembers: 1,200 bytes, so that it still fits a query string."""

_UNSTEADY = frozenset({"relevance", "popularity"})


def key(product_id: str) -> int:
    """48 bits of the id's BLAKE2b hash: as good as the id among a few hundred products.

    In a catalogue of a million, 200 remembered products hide another one wrongly in one search of a million.
    """
    return int.from_bytes(hashlib.blake2b(product_id.encode(), digest_size=KEY_BYTES).digest())


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next page begins: in the index `generation`, after the sort values `after`.

    `shown` products came before, of which `remembered` are the keys to leave out. `relaxation` is what was
    searched instead of the query, where that found nothing: pages that follow search the same.
    """

    generation: str
    after: tuple[Any, ...]
    shown: int
    remembered: tuple[int, ...] = ()
    relaxation: Relaxation | None = None

    @classmethod
    def behind(
        cls,
        hits: Sequence[dict[str, Any]],
        criteria: Criteria,
        before: "Place | None",
        relaxation: Relaxation | None = None,
    ) -> Self:
        """The place behind a page's `hits`, at least one, which began at `before`."""
        remembered = before.remembered if before else ()
        if criteria.sort in _UNSTEADY:
            remembered += tuple(key(hit["_id"]) for hit in hits)
        return cls(
            generation=hits[-1]["_index"],
            after=tuple(hits[-1]["sort"]),
            shown=(before.shown if before else 0) + len(hits),
            remembered=remembered[:MAX_SHOWN],
            relaxation=relaxation,
        )

    def cursor(self, criteria: Criteria, codec: CursorCodec) -> str:
        """This place as a client carries it, of use for `criteria` alone."""
        keys = b"".join(key.to_bytes(KEY_BYTES) for key in self.remembered)
        relaxed = self.relaxation.packed() if self.relaxation else None
        payload = [self.generation, self.after, self.shown, base64.b85encode(keys).decode(), relaxed]
        return codec.issue(payload, bound_to=_binding(criteria))

    @classmethod
    def read(cls, cursor: str, criteria: Criteria, codec: CursorCodec) -> Self:
        """The place that `cursor` names.

        Raises:
            BadCursor: it was not issued here, or for another search.
        """
        generation, after, shown, keys, relaxed = codec.read(cursor, bound_to=_binding(criteria))
        packed = base64.b85decode(keys)
        remembered = tuple(
            int.from_bytes(packed[at : at + KEY_BYTES]) for at in range(0, len(packed), KEY_BYTES)
        )
        relaxation = Relaxation.unpacked(relaxed) if relaxed else None
        return cls(generation, tuple(after), shown, remembered, relaxation)


def _binding(criteria: Criteria) -> str:
    return f"search/2:{criteria.fingerprint}"
