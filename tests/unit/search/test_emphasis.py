"""The typed part of a suggestion."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.search.emphasis import emphasised


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("Brass desk lamp", "de", "Brass <em>de</em>sk lamp"),
        ("Brass desk lamp", "LAMP br", "<em>Br</em>ass desk <em>lamp</em>"),
        ("Café table", "cafe", "<em>Café</em> table"),
        ("headphones", "haedp", "<em>headp</em>hones"),
        ("headphones", "hedphon", "<em>headphon</em>es"),
        ("lamp", "lq", "lamp"),
        ("lamp", "xamp", "lamp"),
        ("lamp", "qrs", "lamp"),
        ("lamp", "laq", "<em>lam</em>p"),
        ("", "lamp", ""),
        ("lamp", "", "lamp"),
        ("lamp", "- /", "lamp"),
        ("a & b <i>", "b", "a &amp; <em>b</em> &lt;i&gt;"),
        (" (lamp)", "lamp", " (<em>lamp</em>)"),
        ("İstanbul lamp", "la", "İstanbul <em>la</em>mp"),
    ],
)
def test_what_was_typed_is_marked(text: str, typed: str, marked: str) -> None:
    assert emphasised(text, typed) == marked


@given(st.text(max_size=60), st.text(max_size=30))
def test_it_is_always_the_text_and_never_markup_of_its_own(text: str, typed: str) -> None:
    found = emphasised(text, typed)
    assert html.unescape(re.sub(r"</?em>", "", found)) == html.unescape(html.escape(text))
    assert "<" not in re.sub(r"</?em>", "", found)
