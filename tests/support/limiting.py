"""Ways of a limited client through time, for comparing limiters with the pure rule."""

from hypothesis import strategies as st

from omnilife.core.limits import Decision, Limit, gcra

LIMITS = st.builds(
    Limit,
    st.just("test"),
    st.integers(1, 50),
    st.integers(60, 3600),  # long, so that a row in Valkey does not expire while the test's clock stands
    st.none() | st.integers(1, 20),
)
STEPS = st.lists(st.tuples(st.integers(0, 200_000), st.integers(1, 3)), min_size=1, max_size=25)
"""Milliseconds that pass before a request, and what it costs."""


def expected(limit: Limit, start_us: int, steps: list[tuple[int, int]]) -> list[Decision]:
    """What the pure rule decides about each request."""
    tat, now, decisions = 0, start_us, []
    for milliseconds, cost in steps:
        now += milliseconds * 1000
        decision, tat = gcra(tat, now, limit, cost)
        decisions.append(decision)
    return decisions
