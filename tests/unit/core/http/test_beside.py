"""What a route asks of Valkey in the round trip that counts its caller."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from omnilife.core.cache import Cache, process_cache
from omnilife.core.errors import BadRequest, Invalid
from omnilife.core.http import Endpoint, HttpRequest, Reply, endpoint
from omnilife.core.table import Table
from tests.unit.core.http.conftest import Ask


class Valkey:
    """Answers the limiter's script as one that lets everybody in, or nobody, and echoes other commands."""

    def __init__(self) -> None:
        self.round_trips: list[list[tuple[Any, ...]]] = []
        self.tat = 0

    def ask(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        self.round_trips.append(list(commands))
        return [[b"%d" % self.tat, b"1000"], *(command[1].encode() for command in commands[1:])]

    @property
    def beside(self) -> list[tuple[Any, ...]]:
        [commands] = self.round_trips
        return commands[1:]


@pytest.fixture
def valkey(trust_table: Table, monkeypatch: pytest.MonkeyPatch) -> Valkey:
    monkeypatch.setenv("VALKEY_URL", "redis://valkey.invalid")
    process_cache.cache_clear()
    server = Valkey()
    monkeypatch.setattr(Cache, "ask", lambda _, commands: server.ask(commands))
    return server


def route(beside: Callable[[HttpRequest], Any], auth: str = "public") -> Endpoint:
    api = endpoint("GET", "/things", auth=auth, limit="search", beside=beside)

    @api.route
    def read(q: str) -> dict[str, Any]:
        return {"q": q, "beside": api.beside and [each.decode() for each in api.beside]}

    return api


def by_text(request: HttpRequest) -> Sequence[tuple[str, str]]:
    return [("GET", text) for text in request.query.get("q", [])]


def test_commands_travel_with_the_count_and_their_answers_are_the_route_s(ask: Ask, valkey: Valkey):
    answer = ask(route(by_text), "GET", "/things", query={"q": "lamp"})
    assert answer.json == {"q": "lamp", "beside": ["lamp"]}
    assert answer.headers["ratelimit-policy"] == '"search";q=300;w=60'
    assert valkey.beside == [("GET", "lamp")]


def test_so_they_do_for_a_caller_who_is_known(ask: Ask, valkey: Valkey, token: Callable[..., str]):
    headers = {"Authorization": f"Bearer {token()}"}
    answer = ask(route(by_text, auth="user"), "GET", "/things", query={"q": "lamp"}, headers=headers)
    assert answer.json["beside"] == ["lamp"]


def test_a_caller_over_the_limit_is_refused_whatever_was_found(ask: Ask, valkey: Valkey):
    valkey.tat = 10**15
    assert ask(route(by_text), "GET", "/things", query={"q": "lamp"}).status == 429


@pytest.mark.parametrize("problem", [BadRequest, Invalid])
def test_a_request_of_which_no_commands_can_be_made_is_counted_and_judged_by_the_route(
    ask: Ask, valkey: Valkey, problem: type[Exception]
):
    def refuses(_: HttpRequest) -> Any:
        raise problem

    assert ask(route(refuses), "GET", "/things", query={"q": "lamp"}).json["beside"] == []
    assert valkey.beside == []
    valkey.round_trips.clear()
    assert ask(route(by_text), "GET", "/things", query={"p": "lamp"}).status == 400
    assert len(valkey.round_trips) == 1


def test_without_a_cache_a_route_reads_nothing_and_answers(ask: Ask, trust_table: Table):
    answer = ask(route(by_text), "GET", "/things", query={"q": "lamp"})
    assert answer.json == {"q": "lamp", "beside": None}


def test_with_the_cache_dead_it_does_so_too(ask: Ask, valkey: Valkey, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Cache, "ask", lambda *_: None)
    assert ask(route(by_text), "GET", "/things", query={"q": "lamp"}).json["beside"] is None


@pytest.mark.parametrize("limits", [{}, {"limit": "read", "limit_table": "CATALOGUE_TABLE"}])
def test_only_a_route_that_is_counted_in_valkey_can_ask_beside(limits: dict[str, str]):
    with pytest.raises(TypeError, match="counted in Valkey"):
        endpoint("GET", "/things", auth="public", beside=by_text, **limits)


def test_json_that_is_written_already_is_sent_as_it_is(ask: Ask, trust_table: Table):
    api = endpoint("GET", "/things", auth="public")

    @api.route
    def read() -> Reply[dict[str, int]]:
        return Reply.written('{"é" : 1}')

    answer = ask(api, "GET", "/things")
    assert (answer.body, answer.headers["content-type"]) == ('{"é" : 1}', "application/json")
