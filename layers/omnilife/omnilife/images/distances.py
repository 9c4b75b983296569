"""How far apart fingerprints are; apart from making them, which takes a picture and its decoder."""

DUPLICATE = 6
"""Bits in which near duplicates differ, at most."""

SIMILAR = 10
"""Bits in which similar pictures differ, at most."""


def distance(one: int, other: int) -> int:
    """Bits in which two fingerprints differ."""
    return (one ^ other).bit_count()
