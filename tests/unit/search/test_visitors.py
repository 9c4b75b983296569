"""Visitors and their pseudonyms."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from omnilife.search.visitors import Pseudonyms

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PSEUDONYMS = Pseudonyms(b"k" * 32)
BROWSER = {"user-agent": "Mozilla/5.0"}


def test_a_client_with_an_id_is_one_visitor_wherever_and_whenever_it_comes_from() -> None:
    first = PSEUDONYMS.visitor({"x-visitor-id": "abc", **BROWSER}, "192.0.2.1", NOON)
    later = PSEUDONYMS.visitor({"x-visitor-id": "abc"}, "198.51.100.7", NOON + timedelta(days=3))
    assert first == later


def test_a_pseudonym_holds_nothing_that_the_client_wrote() -> None:
    pseudonym = PSEUDONYMS.visitor({"x-visitor-id": "ann.lee-example.com"}, "192.0.2.1", NOON)
    assert re.fullmatch(r"[A-Za-z0-9_-]{16}", pseudonym)
    assert "ann" not in pseudonym


def test_without_an_id_it_is_the_address_and_the_browser_of_that_day() -> None:
    seen = PSEUDONYMS.visitor(BROWSER, "192.0.2.1", NOON)
    assert seen == PSEUDONYMS.visitor(BROWSER, "192.0.2.1", NOON + timedelta(hours=11))
    assert seen != PSEUDONYMS.visitor(BROWSER, "192.0.2.1", NOON + timedelta(hours=12))
    assert seen != PSEUDONYMS.visitor(BROWSER, "192.0.2.2", NOON)
    assert seen != PSEUDONYMS.visitor({"user-agent": "curl"}, "192.0.2.1", NOON)


@pytest.mark.parametrize("bad", ["", "a" * 65, "ann@example.com", "a b"])
def test_an_id_of_another_shape_is_as_good_as_none(bad: str) -> None:
    with_bad = PSEUDONYMS.visitor({"x-visitor-id": bad, **BROWSER}, "192.0.2.1", NOON)
    assert with_bad == PSEUDONYMS.visitor(BROWSER, "192.0.2.1", NOON)


def test_another_secret_makes_other_pseudonyms() -> None:
    assert PSEUDONYMS.of("id", "abc") != Pseudonyms(b"q" * 32).of("id", "abc")


def test_fields_do_not_run_into_each_other() -> None:
    assert PSEUDONYMS.of("ab", "c") != PSEUDONYMS.of("a", "bc")
