"""What a title is about."""

import pytest

from omnilife.search.titles import thing_of


@pytest.mark.parametrize(
    ("title", "thing"),
    [
        ("Brass lamp with linen shade", "Brass lamp"),
        ("Shade for desk lamp", "Shade"),
        ("Study clamp lamp with swing arm, black", "clamp lamp"),
        ("Pro-Line cordless drill-driver 36 V", "drill driver"),
        ("DCD771C2 drill (2 batteries)", "drill"),
        ("with love", "with love"),
        ("12345", ""),
    ],
)
def test_the_last_nouns_before_what_it_is_for(title: str, thing: str) -> None:
    assert thing_of(title) == thing
