"""Passwords that everybody knows, as a Bloom filter: 0.3 MB beside this module, no network call.

`python -m local.common_passwords` makes the file, from lists that two packages carry (see there). It never
misses an entry; it takes a word that is none for one with the probability in its header, 1 in 100,000.

The file: one line of JSON (`entries`, `bits`, `hashes`, `sources`), then the bits. An entry's positions are
`h1 + i * h2 mod bits`, h1 and h2 being the halves of its BLAKE2b-128 (Kirsch and Mitzenmacher, "Less
hashing, same performance", 2006).
"""

import json
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Self

FILE = Path(__file__).with_suffix(".bin")


@dataclass(frozen=True, slots=True)
class CommonWords:
    """A set that can only be asked whether a word is in it."""

    header: dict[str, Any]
    bits: bytes

    @classmethod
    def of(cls, words: Collection[str], *, error_rate: float, sources: list[str]) -> Self:
        """The filter of `words` that is wrong about other words at `error_rate`."""
        size = math.ceil(-len(words) * math.log(error_rate) / math.log(2) ** 2 / 8) * 8
        hashes = round(size / len(words) * math.log(2))
        filled = bytearray(size // 8)
        for word in words:
            for position in _positions(word, size, hashes):
                filled[position >> 3] |= 1 << (position & 7)
        header = {
            "entries": len(words),
            "bits": size,
            "hashes": hashes,
            "error_rate": error_rate,
            "sources": sources,
        }
        return cls(header, bytes(filled))

    @classmethod
    def read(cls, data: bytes) -> Self:
        """From a file's content."""
        header, _, bits = data.partition(b"\n")
        return cls(json.loads(header), bits)

    def written(self) -> bytes:
        """As `read` takes it."""
        return json.dumps(self.header).encode() + b"\n" + self.bits

    def __contains__(self, word: str) -> bool:
        places = _positions(word, self.header["bits"], self.header["hashes"])
        return all(self.bits[place >> 3] & 1 << (place & 7) for place in places)


@cache
def common_words() -> CommonWords:
    """The project's own list, read at its first use in a process."""
    return CommonWords.read(FILE.read_bytes())


def _positions(word: str, bits: int, hashes: int) -> Iterator[int]:
    digest = blake2b(word.encode(), digest_size=16).digest()
    first, step = int.from_bytes(digest[:8]), int.from_bytes(digest[8:]) | 1
    return ((first + index * step) % bits for index in range(hashes))
