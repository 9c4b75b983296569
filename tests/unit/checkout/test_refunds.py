"""Shares of a line: units come back in any grouping, and together they are the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.checkout.refunds import LineAmounts, share

WHOLES = st.integers(0, 10**12)


@given(
    wholes=st.tuples(WHOLES, WHOLES, WHOLES, WHOLES, WHOLES),
    groups=st.lists(st.integers(1, 50), min_size=1, max_size=20),
)
def test_refunds_of_a_line_add_up_to_what_was_paid_however_its_units_are_grouped(
    wholes: tuple[int, int, int, int, int], groups: list[int]
):
    line, quantity, after = LineAmounts(*wholes), sum(groups), 0
    back = LineAmounts()
    for units in groups:
        part = line.units(quantity, after=after, units=units)
        assert min(part.goods, part.tax, part.points_spent, part.points_earned) >= 0
        back, after = back + part, after + units
    assert back == line


@given(whole=WHOLES, quantity=st.integers(1, 1000))
def test_a_unit_differs_from_its_exact_share_by_less_than_one(whole: int, quantity: int):
    assert all(
        abs(share(whole, quantity, after, 1) * quantity - whole) < quantity
        for after in range(min(quantity, 50))
    )


def test_no_more_units_come_back_than_there_are():
    line = LineAmounts(goods=100)
    with pytest.raises(ValueError, match="more units"):
        line.units(3, after=2, units=2)
    with pytest.raises(ValueError, match="more units"):
        line.units(3, after=-1, units=1)
