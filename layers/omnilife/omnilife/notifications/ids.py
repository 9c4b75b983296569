"""Ids that say what they are of: the same for the same thing, so that making it twice makes it once."""

import hashlib
from datetime import datetime
from uuid import UUID

_RANDOM = (1 << 62) - 1


def derived_id(*parts: str, at: datetime) -> str:
    """A UUIDv7 of that millisecond whose random bits are a hash of `parts`.

    Whoever knows the parts knows the id: it is no secret.
    """
    digest = hashlib.sha256(
        b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
    ).digest()
    bits = int.from_bytes(digest[:10])
    milliseconds = int(at.timestamp() * 1000)
    return str(UUID(int=milliseconds << 80 | 0x7 << 76 | bits >> 68 << 64 | 0b10 << 62 | bits & _RANDOM))
