"""Near fingerprints are found by their bands, whatever bits differ."""

from hypothesis import given
from hypothesis import strategies as st

from omnilife.images.bands import WIDTHS, bands, lookups
from omnilife.images.distances import SIMILAR, distance

fingerprints = st.integers(0, 2**64 - 1)


@given(fingerprints, st.sets(st.integers(0, 63), max_size=SIMILAR))
def test_whatever_differs_in_ten_bits_shares_a_look_up(fingerprint: int, turned: set[int]):
    other = fingerprint
    for bit in turned:
        other ^= 1 << bit

    assert distance(fingerprint, other) == len(turned)
    assert set(lookups(fingerprint)) & set(bands(other))


@given(fingerprints)
def test_bands_are_all_of_the_bits_and_look_ups_are_seventy(fingerprint: int):
    whole = 0
    for number, value in bands(fingerprint):
        whole = whole << WIDTHS[number] | value

    assert whole == fingerprint
    assert len(set(lookups(fingerprint))) == sum(WIDTHS) + len(WIDTHS) == 70
