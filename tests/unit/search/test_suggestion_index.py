"""The index of suggestions, and an engine that does not do as it is told."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from omnilife.search.engine import EngineRefused
from omnilife.search.suggestion_index import Suggestible, SuggestionIndex


class Engine:
    """Answers as it is told, and keeps what it was asked."""

    def __init__(self, answer: Callable[[str], Mapping[str, Any]]) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def request(self, method: str, path: str, body: bytes, **options: Any) -> Mapping[str, Any]:  # noqa: ARG002
        self.asked.append(f"{method} {path}")
        return self.answer(f"{method} {path}")


def index_on(engine: Engine) -> SuggestionIndex:
    return SuggestionIndex(engine, "products")  # type: ignore[arg-type]


def test_a_search_that_fails_by_itself_finds_nothing_and_is_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hit = {"_id": "p1"}
    responses = [{"error": {"type": "odd"}, "status": 500}, {"hits": {"hits": [hit]}}]
    engine = Engine(lambda _: {"responses": responses})

    assert index_on(engine).ask([("a", {}), ("b", {})]) == [[], [hit]]
    assert "SearchOfSeveralFailed" in capsys.readouterr().out


def test_an_index_that_is_there_already_is_written_to() -> None:
    def answer(asked: str) -> Mapping[str, Any]:
        if asked.startswith("PUT"):
            raise EngineRefused(400, "resource_already_exists_exception")
        return {}

    engine = Engine(answer)
    index_on(engine).replace([Suggestible(type="query", text="lamp", weight=1)], run=1)
    assert engine.asked == [
        "PUT /products_suggestions",
        "POST /products_suggestions/_bulk",
        "POST /products_suggestions/_delete_by_query",
    ]


def test_an_index_that_cannot_be_created_is_not_written_to() -> None:
    def answer(asked: str) -> Mapping[str, Any]:
        raise EngineRefused(400, f"mapper_parsing_exception {asked}")

    engine = Engine(answer)
    with pytest.raises(EngineRefused):
        index_on(engine).replace([], run=1)
    assert engine.asked == ["PUT /products_suggestions"]
