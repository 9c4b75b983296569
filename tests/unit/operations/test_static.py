"""Content that is answered from memory, compressed for who can read that."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.operations import StaticContent
from omnilife.operations.static import accepts_gzip

PAGE = StaticContent(b"<p>hello</p>" * 100, {"X-Kind": "page"})


def test_a_client_that_reads_gzip_gets_the_same_content_smaller() -> None:
    reply = PAGE.reply({"accept-encoding": "br, gzip"})

    assert reply.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(reply.body) == PAGE.content
    assert len(reply.body) < len(PAGE.content)


def test_a_client_that_does_not_say_what_it_reads_gets_the_content_plain() -> None:
    reply = PAGE.reply({})

    assert reply.body == PAGE.content
    assert "Content-Encoding" not in reply.headers


def test_caches_are_told_that_the_answer_depends_on_the_encoding() -> None:
    assert PAGE.reply({}).headers["Vary"] == "Accept-Encoding"
    assert PAGE.reply({"accept-encoding": "gzip"}).headers["Vary"] == "Accept-Encoding"


def test_the_contents_own_headers_come_along() -> None:
    assert PAGE.reply({}).headers["X-Kind"] == "page"


@pytest.mark.parametrize(
    ("accept_encoding", "accepted"),
    [
        ("gzip", True),
        ("GZIP;q=0.5", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("identity", False),
        ("gzip;q=lots", False),
        ("", False),
    ],
)
def test_gzip_is_sent_only_to_who_accepts_it(accept_encoding: str, accepted: bool) -> None:
    assert accepts_gzip(accept_encoding) is accepted


@given(st.text())
def test_no_header_breaks_the_answer(accept_encoding: str) -> None:
    assert accepts_gzip(accept_encoding) in {True, False}
