"""Scores: factors that add up and never pass one."""

from hypothesis import given
from hypothesis import strategies as st

from omnilife.security.scoring import factor, score

FACTORS = st.lists(
    st.builds(factor, st.just("f"), st.floats(0, 1), st.integers(0, 100), st.floats(1, 50)), max_size=8
)


@given(FACTORS)
def test_a_score_lies_between_its_strongest_factor_and_one(factors):
    strongest = max((each.weight * each.level for each in factors), default=0)

    assert strongest - 0.001 <= score(factors) <= 1


@given(FACTORS, st.randoms())
def test_the_order_of_factors_does_not_matter(factors, random):
    shuffled = list(factors)
    random.shuffle(shuffled)

    assert abs(score(shuffled) - score(factors)) <= 0.001


def test_nothing_suspicious_is_zero_and_two_halves_are_three_quarters():
    assert score([]) == 0
    assert score([factor("a", 0.5, 3, 3), factor("b", 0.5, 9, 3)]) == 0.75
