"""The filter of common passwords: never misses one, and seldom takes another for one."""

import random
import string

from hypothesis import given
from hypothesis import strategies as st

from omnilife.identity.common_passwords import CommonWords, common_words


@given(st.sets(st.text(min_size=1), min_size=1, max_size=50))
def test_every_entry_is_found_also_after_writing_and_reading(words: set[str]) -> None:
    filtered = CommonWords.of(words, error_rate=1e-3, sources=["test"])

    assert all(word in CommonWords.read(filtered.written()) for word in words)


def test_the_projects_own_filter_errs_as_seldom_as_its_header_says() -> None:
    draw = random.Random(5)  # noqa: S311 (words to try)
    strangers = ("".join(draw.choices(string.ascii_lowercase, k=16)) for _ in range(100_000))

    errors = sum(word in common_words() for word in strangers)

    assert common_words().header["error_rate"] == 1e-5
    assert errors <= 6  # 1 is expected; more than 6 come once in 10,000 filters


def test_the_projects_own_filter_says_where_it_comes_from_and_is_compact() -> None:
    header = common_words().header

    assert header["sources"] == ["django-6.1.3", "zxcvbn-4.5.0"]
    assert header["entries"] > 100_000
    assert len(common_words().bits) < 400_000
