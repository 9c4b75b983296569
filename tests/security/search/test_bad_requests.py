"""What an attacker would send to GET /api/search/products. Each is refused before the engine is asked.

There is no engine here: what passes every check answers 503. Text and names that must be answered and not
refused are tested on the real engine.
"""

import base64
import socket
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.table import Table
from omnilife.search.asking import request_body
from omnilife.search.criteria import Criteria
from omnilife.search.facets import aggregations
from omnilife.search.interpretation import plain
from omnilife.search.models import FACETS
from omnilife.search.paging import MAX_SHOWN, Place
from tests.support.functions import Functions
from tests.support.http import Answer, Query, http_event

type Ask = Callable[[Query], Answer]

CODEC = CursorCodec(b"s" * 32)
CRITERIA = Criteria(text="lamp")
CURSOR = Place("products-1", (1.5, "p1"), 20, (1, 2, 3)).cursor(CRITERIA, CODEC)


@pytest.fixture
def ask(invoke: Functions, trust_table: Table, search_table: Table, secrets: dict[str, str]) -> Ask:
    def answer(query: Query) -> Answer:
        event = http_event("GET", "/api/search/products", query=query)
        return Answer.of(invoke("search/search_products", event))

    return answer


@pytest.mark.parametrize(
    ("query", "status", "pointer"),
    [
        ("colour=red", 400, "/query/colour"),
        ("attr.=red", 400, "/query/attr."),
        ("q=a&q=b", 400, "/query/q"),
        ("limit=0", 422, "/query/limit"),
        ("limit=101", 422, "/query/limit"),
        ("limit=many", 422, "/query/limit"),
        ("min_price=-1", 422, "/query/min_price"),
        ("min_price=1e3", 422, "/query/min_price"),
        ("min_price=9999999999999999999999", 422, "/query/min_price"),
        ("min_price=2&max_price=1", 422, "/query/max_price"),
        ("min_rating=5.1", 422, "/query/min_rating"),
        ("min_rating=nan", 422, "/query/min_rating"),
        ("min_rating=inf", 422, "/query/min_rating"),
        ("in_stock=perhaps", 422, "/query/in_stock"),
        ("sort=_score", 422, "/query/sort"),
        ("facets=_id", 422, "/query/facets"),
        ("brand=", 422, "/query/brand"),
        ("q=" + "x" * 201, 422, "/query/q"),
        ("attr." + "n" * 65 + "=x", 422, "/query/attr." + "n" * 64),
        ("&".join(f"attr.{n}=x" for n in range(11)), 422, "/query"),
        ("&".join(f"brand={n}" for n in range(51)), 422, "/query/brand"),
    ],
)
def test_a_parameter_that_cannot_be_right_is_pointed_at(
    ask: Ask, query: str, status: int, pointer: str
) -> None:
    answer = ask(query)
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert {error["pointer"] for error in answer.json["errors"]} == {pointer}


@pytest.mark.parametrize("query", ["q=" + "x" * 10_000, "q=%ff%fe", "a&" * 2000, "cursor=" + "A" * 5000])
def test_a_query_string_that_is_no_query_is_a_400(ask: Ask, query: str) -> None:
    assert ask(query).status == 400


@pytest.mark.parametrize(
    "cursor", ["x", "", "AAAA", "=", "..", "../../etc/passwd", "é", "null", CURSOR, CURSOR + "=", CURSOR[:-1]]
)
def test_a_cursor_that_this_deployment_did_not_issue_is_refused(ask: Ask, cursor: str) -> None:
    answer = ask({"q": "lamp", "cursor": cursor})
    assert (answer.status, answer.json["type"]) == (400, "/problems/bad-cursor")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_cursor_with_one_bit_changed_is_refused(position: int, bit: int) -> None:
    packed = bytearray(base64.urlsafe_b64decode(CURSOR + "=" * (-len(CURSOR) % 4)))
    packed[position % len(packed)] ^= 1 << bit
    forged = base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
    with pytest.raises(BadCursor):
        Place.read(forged, CRITERIA, CODEC)


@pytest.mark.parametrize(
    "other",
    [
        Criteria(text="lamps"),
        Criteria(text="lamp", brands=("A",)),
        Criteria(text="lamp", sort="newest"),
        Criteria(text="lamp", in_stock=True),
        Criteria(text="lamp", attributes=(("colour", ("red",)),)),
    ],
)
def test_a_cursor_of_another_query_is_refused(other: Criteria) -> None:
    with pytest.raises(BadCursor):
        Place.read(CURSOR, other, CODEC)


def test_a_valid_request_without_an_engine_is_a_503_that_tells_nothing_of_it(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    answer = ask({"q": "lamp"})
    assert answer.status == 503
    assert answer.headers["retry-after"] == "5"
    assert not any(word in answer.body.lower() for word in ("opensearch", "urllib3", "9200", "traceback"))


@given(st.text(max_size=200))
def test_no_text_reaches_a_part_of_the_engines_request_that_is_parsed(text: str) -> None:
    """Text stands where the engine takes words or a whole keyword, and nowhere else."""
    criteria = Criteria(text=f"marker {text}")
    body = request_body(criteria, plain(criteria.text), FACETS, limit=20, place=None)
    looked_up = [path for path, value in leaves(body) if isinstance(value, str) and "marker" in value]
    assert looked_up
    # A prefix is a keyword too: the engine escapes nothing in it, and takes nothing for a sign.
    words = ("/query", "/sku", "term/sku/value", "prefix/sku/value", "suggest/words/text")
    assert all(path.endswith(words) for path in looked_up)
    assert not {"query_string", "simple_query_string", "regexp", "wildcard", "script"} & keys(body)


def test_the_largest_request_stays_far_below_what_the_engine_refuses() -> None:
    many = tuple(f"value {n}" for n in range(50))
    criteria = Criteria(
        text="a " * 100,
        categories=many,
        brands=many,
        min_price=0,
        max_price=1,
        min_rating=1.0,
        attributes=tuple((f"name {n}", many) for n in range(10)),
    )
    place = Place("products-1", (1.5, "p"), 200, tuple(range(MAX_SHOWN)))
    body = request_body(criteria, plain(criteria.text), FACETS, limit=100, place=place)
    assert len(aggregations(criteria, FACETS)) == 15
    assert len(list(leaves(body))) < 12_000
    assert criteria.text.count(" ") * 6 < 1024  # words × fields: the engine's limit of clauses in one query


def leaves(node: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every value of a JSON document, with the way to it."""
    if isinstance(node, dict):
        return [leaf for key, child in node.items() for leaf in leaves(child, f"{path}/{key}".lstrip("/"))]
    if isinstance(node, list | tuple):
        return [leaf for n, child in enumerate(node) for leaf in leaves(child, f"{path}/{n}")]
    return [(path, node)]


def keys(node: Any) -> set[str]:
    """Every member's name in a JSON document."""
    return {name for path, _ in leaves(node) for name in path.split("/")}
