"""Generations: made once, exchanged in one step, and never mistaken for somebody else's index."""

import pytest

from omnilife.search.engine import EngineRefused
from omnilife.search.index_generations import IndexGenerations, NotAcknowledged
from omnilife.search.mapping import write_name
from tests.support.engine import StandInEngine, StandInIndex

FIRST = "products-00000000000000"
SECOND = "products-20261124120001"


@pytest.fixture
def engine() -> StandInEngine:
    return StandInEngine()


@pytest.fixture
def generations(engine: StandInEngine) -> IndexGenerations:
    return IndexGenerations(engine.engine(), "products")


def test_the_first_one_is_made_when_it_is_asked_for(
    generations: IndexGenerations, engine: StandInEngine
) -> None:
    assert generations.serving() == generations.serving() == FIRST
    assert engine.requests.count(("PUT", f"/{FIRST}")) == 1
    assert engine.indices[FIRST].aliases == {"products", write_name(FIRST)}


def test_a_new_one_serves_nobody_and_may_be_there_already(
    generations: IndexGenerations, engine: StandInEngine
) -> None:
    generations.serving()
    generations.create(SECOND)
    generations.create(SECOND)
    assert generations.serving() == FIRST
    assert engine.indices[SECOND].aliases == {write_name(SECOND)}


def test_the_alias_moves_in_one_request_however_often_it_is_told(
    generations: IndexGenerations, engine: StandInEngine
) -> None:
    generations.serving()
    generations.create(SECOND)
    engine.requests.clear()
    generations.switch(SECOND)
    generations.switch(SECOND)
    assert [path for method, path in engine.requests if method != "GET"] == ["/_aliases", "/_aliases"]
    assert generations.serving() == SECOND
    assert "products" not in engine.indices[FIRST].aliases


def test_only_indices_with_a_generations_name_are_ours(
    generations: IndexGenerations, engine: StandInEngine
) -> None:
    for name in ("products-backup", "products-2026", "products-20261124120001-old", "other-20261124120001"):
        engine.indices[name] = StandInIndex()
    generations.serving()
    generations.create(SECOND)
    assert generations.all() == {FIRST, SECOND}


def test_what_is_gone_can_be_dropped(generations: IndexGenerations, engine: StandInEngine) -> None:
    generations.create(SECOND)
    generations.drop(SECOND)
    generations.drop(SECOND)
    assert engine.indices == {}


def test_a_change_that_not_every_node_confirmed_is_none_yet(
    generations: IndexGenerations, engine: StandInEngine
) -> None:
    engine.acknowledges = False
    with pytest.raises(NotAcknowledged):
        generations.create(SECOND)


@pytest.mark.parametrize("call", ["create", "drop"])
def test_other_refusals_are_told(generations: IndexGenerations, engine: StandInEngine, call: str) -> None:
    def refuse(method: str, path: str) -> None:
        raise EngineRefused(400, "illegal_argument_exception")

    engine.before = refuse
    with pytest.raises(EngineRefused):
        getattr(generations, call)(SECOND)
    with pytest.raises(EngineRefused):
        generations.serving()
