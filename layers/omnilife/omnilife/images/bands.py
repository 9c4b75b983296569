"""Finding fingerprints that are near, by key: 64 bits in six bands, each a look-up of its own.

Two fingerprints that differ in at most eleven bits have a band in which they differ in at most one: six bands
that all differ in two or more make twelve. So looking up each band as it is and with each of its bits turned,
70 keys, finds everything within ten bits.
"""

from collections.abc import Iterator

WIDTHS = (11, 11, 11, 11, 10, 10)


def bands(fingerprint: int) -> Iterator[tuple[int, int]]:
    """Each band's number and value."""
    shift = 64
    for number, width in enumerate(WIDTHS):
        shift -= width
        yield number, fingerprint >> shift & (1 << width) - 1


def lookups(fingerprint: int) -> Iterator[tuple[int, int]]:
    """Each band's number with every value that a near fingerprint may have in it."""
    for number, value in bands(fingerprint):
        yield number, value
        for bit in range(WIDTHS[number]):
            yield number, value ^ 1 << bit
