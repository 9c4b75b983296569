"""The engine's client, against a transport that fails: no real engine fails on demand."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from omnilife.core.cache import Breaker
from omnilife.search.engine import Engine, EngineRefused, engine_at
from omnilife.search.problems import SearchUnavailable
from omnilife.search.transport import NoAnswer, Refused

DOWN = NoAnswer("refused at 10.0.0.7:9200")


class Failing:
    """A transport that answers with what it is given, in order; exceptions are raised."""

    def __init__(self, *answers: Any) -> None:
        self._answers: Iterator[Any] = iter(answers)
        self.calls = 0

    def perform_request(self, *_: Any, **__: Any) -> Any:
        self.calls += 1
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def ask(transport: Failing, monotonic: Callable[[], float] | None = None) -> Callable[[], dict[str, Any]]:
    engine = Engine(transport, Breaker(monotonic=monotonic or Time()))
    return lambda: engine.request("POST", "/products/_search", b"{}", patience_s=1)


def test_an_engine_that_cannot_answer_makes_a_503_with_a_time_to_come_back() -> None:
    with pytest.raises(SearchUnavailable) as unavailable:
        ask(Failing(DOWN))()
    assert unavailable.value.status == 503
    assert unavailable.value.headers == {"Retry-After": "5"}


@pytest.mark.security
def test_what_the_engine_said_is_not_told() -> None:
    with pytest.raises(SearchUnavailable) as unavailable:
        ask(Failing(DOWN))()
    assert "10.0.0.7" not in str(unavailable.value.to_dict())


def test_a_request_that_the_engine_calls_wrong_is_a_defect_and_not_an_outage() -> None:
    wrong = Refused(400, "parsing_exception")
    with pytest.raises(EngineRefused) as refused:
        ask(Failing(wrong))()
    assert (refused.value.status, refused.value.kind) == (400, "parsing_exception")


def test_a_dead_engine_is_left_alone_after_three_failures() -> None:
    transport = Failing(DOWN, DOWN, DOWN)
    request = ask(transport)
    for _ in range(5):
        with pytest.raises(SearchUnavailable):
            request()
    assert transport.calls == 3


def test_an_engine_that_came_back_is_found_by_a_probe() -> None:
    time = Time()
    request = ask(Failing(DOWN, DOWN, DOWN, {"took": 1}, {"took": 2}), time)
    for _ in range(3):
        with pytest.raises(SearchUnavailable):
            request()
    time.now += 2.1
    assert request() == {"took": 1}
    assert request() == {"took": 2}


def test_refusals_of_wrong_requests_never_open_the_breaker() -> None:
    wrong = Refused(400, "parsing_exception")
    request = ask(Failing(*[wrong] * 5, {"took": 1}))
    for _ in range(5):
        with pytest.raises(EngineRefused):
            request()
    assert request() == {"took": 1}


def test_connections_outlive_a_request() -> None:
    assert engine_at("http://search.example") is engine_at("http://search.example")
