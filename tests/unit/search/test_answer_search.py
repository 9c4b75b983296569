"""A search from its request to its answer. (With a real Valkey: tests/integration/search.)"""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.errors import Invalid
from omnilife.core.table import Table
from omnilife.search import (
    Answers,
    Configurations,
    ConfigurationStore,
    Generations,
    RuleChange,
    SearchQuery,
    SearchUnavailable,
    answer_search,
    put_rule,
    search_reads,
)
from omnilife.search.answers import EMPTY_LIFE_S, LIFE_S, MAX_BYTES, Answer
from omnilife.search.criteria import Criteria
from omnilife.search.generations import announced, generation_key
from tests.support.callers import ADMIN

CURSORS = CursorCodec(b"s" * 32)
GENERATIONS = Generations(None, generation_key("products"))


class Memory:
    """Valkey's part in `core.cache.Cache`, in this process and without waiting."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.lives: dict[str, float] = {}
        self.released: list[str] = []

    def settle(self, _: str, found: bytes | None, *, accept: Any, patience_s: float) -> bytes | None:
        assert patience_s < 1
        return found if found is not None and accept(found) else None

    def keep(self, key: str, value: bytes, *, ttl_s: float, jitter: float) -> None:
        assert 0 < jitter < 1
        self.kept[key], self.lives[key] = value, ttl_s

    def release(self, key: str) -> None:
        self.released.append(key)


class Index:
    """An index that finds nothing, or is down; counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.down = False

    def search(self, _: Any, *, meanwhile: Callable[[], None]) -> dict[str, Any]:
        self.asked += 1
        if self.down:
            raise SearchUnavailable
        meanwhile()
        return {"took": 1, "hits": {"total": {"value": 0, "relation": "eq"}, "hits": []}, "aggregations": {}}

    def search_each(self, bodies: Sequence[Any]) -> list[dict[str, Any]]:
        """What else is looked for where nothing is found: nothing either, and it counts for no search."""
        return [{"took": 1, "hits": {"total": {"value": 0, "relation": "eq"}, "hits": []}} for _ in bodies]


class Witness:
    """Who is told of searches."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def begin(self, search_id: str, criteria: Criteria, *, page: int = 1, outcome: Any = None) -> None:
        self.told.append(("begin", search_id, criteria.text, page, outcome and outcome.cached))

    def answered(self, *, total: int, took_ms: int, cached: bool = False) -> None:
        assert (took_ms > 0, cached) == (True, False)
        self.told.append(("answered", total))

    def finish(self) -> None:
        self.told.append("finish")


class Counter:
    """The whole of a search, but for the HTTP."""

    def __init__(self, table: Table, ids: Any) -> None:
        self.store = ConfigurationStore(table)
        self.memory, self.index, self.witness = Memory(), Index(), Witness()
        self.configurations = Configurations(self.store, announce=lambda _: None)
        self.answers = Answers(self.memory, "products")  # type: ignore[arg-type]
        self.ids = ids

    def ask(self, known: Any = "as kept", **query: Any) -> dict[str, Any]:
        parameters = {name: value if isinstance(value, list) else [value] for name, value in query.items()}
        if known == "as kept":
            _, claim = search_reads(parameters, generations=GENERATIONS, answers=self.answers)
            known = (b"%d" % self.store.head().generation, self.memory.kept.get(str(claim[3])))
        answer = answer_search(
            SearchQuery.model_validate(query),
            parameters,
            known=known,
            index=self.index,  # type: ignore[arg-type]
            cursors=CURSORS,
            configurations=self.configurations,
            answers=self.answers,
            observer=self.witness,
            make_id=self.ids,
            monotonic=iter((0.0, 0.1, 0.2, 0.3)).__next__,
        )
        found: dict[str, Any] = json.loads(answer)
        return found


@pytest.fixture
def counter(search_table: Table, ids: Any) -> Counter:
    return Counter(search_table, ids)


def test_the_second_who_asks_gets_the_first_one_s_answer_under_an_id_of_its_own(counter):
    first, second = counter.ask(q="lamp"), counter.ask(q="  lamp ")
    assert counter.index.asked == 1
    assert (first["cached"], second["cached"]) == (False, True)
    assert (first["search_id"], second["search_id"]) == ("id-0001", "id-0002")
    own = {"search_id", "took_ms", "cached"}
    assert [each for each in second.items() if each[0] not in own] == [
        each for each in first.items() if each[0] not in own
    ]


def test_both_searches_are_logged_and_the_log_is_told_when_their_answers_leave(counter):
    counter.ask(q="lamp")
    counter.ask(q="lamp")
    assert counter.witness.told == [
        ("begin", "id-0001", "lamp", 1, None),
        ("answered", 0),
        "finish",
        ("begin", "id-0002", "lamp", 1, True),
        "finish",
    ]


@pytest.mark.parametrize(
    "other", [{"q": "lamps"}, {"limit": 21}, {"facets": ["brand"]}, {"brand": ["A"]}, {"sort": "newest"}]
)
def test_another_question_has_another_answer(counter, other):
    counter.ask(q="lamp")
    assert counter.ask(**{"q": "lamp"} | other)["cached"] is False


def test_after_a_change_of_rules_the_kept_answer_is_none(counter):
    counter.ask(q="lamp")
    rule = RuleChange.model_validate({"match": {"kind": "any"}, "actions": {"redirect": "/sale"}})
    put_rule(counter.store, "r", rule, caller=ADMIN, announce=lambda _: None)
    answer = counter.ask(q="lamp")
    assert (answer["cached"], answer["redirect"], answer["rules"]) == (False, "/sale", ["r"])
    assert counter.ask(q="lamp")["redirect"] == "/sale"
    assert counter.index.asked == 2


def test_where_valkey_was_not_asked_nothing_is_kept(counter):
    assert [counter.ask(None, q="lamp")["cached"] for _ in range(2)] == [False, False]
    assert counter.memory.kept == {}


def test_where_the_configuration_is_not_certain_nothing_is_kept_or_taken(counter, monkeypatch):
    counter.ask(q="lamp")
    monkeypatch.setattr(ConfigurationStore, "head", lambda _: (_ for _ in ()).throw(SearchUnavailable()))
    counter.memory.kept.clear()
    assert counter.ask((None, b"0 7\n{}"), q="lamp")["cached"] is False
    assert counter.memory.kept == {}


def test_when_the_engine_fails_the_claim_is_given_up_and_the_search_still_logged(counter):
    counter.index.down = True
    with pytest.raises(SearchUnavailable):
        counter.ask(q="lamp")
    assert len(counter.memory.released) == 1
    assert counter.witness.told == [("begin", "id-0001", "lamp", 1, None), "finish"]


def test_a_cursor_that_is_none_is_refused_and_its_claim_given_up(counter):
    with pytest.raises(BadCursor):
        counter.ask(q="lamp", cursor="x")
    assert len(counter.memory.released) == 1


def test_an_answer_that_is_too_large_is_made_by_each_and_waited_for_by_none(counter):
    counter.answers.keep("key", Answer("x" * (MAX_BYTES + 1), 1), generation=1)
    assert len(counter.memory.kept["key"]) < 10
    assert counter.answers.settle("key", counter.memory.kept["key"], generation=1) is None
    counter.answers.keep("key", Answer("x" * MAX_BYTES, 1), generation=1)
    assert counter.answers.settle("key", counter.memory.kept["key"], generation=1).total == 1


def test_that_nothing_was_found_is_kept_for_a_shorter_time(counter):
    counter.answers.keep("none", Answer("{}", 0), generation=1)
    counter.answers.keep("some", Answer("{}", 1), generation=1)
    assert counter.memory.lives == {"none": EMPTY_LIFE_S, "some": LIFE_S}


def test_generations_that_begin_alike_are_told_apart(counter):
    counter.answers.keep("key", Answer("{}", 3), generation=12)
    kept = counter.memory.kept["key"]
    found = [counter.answers.settle("key", kept, generation=n) for n in (1, 2, 12, 120)]
    assert found == [None, None, Answer("{}", 3), None]


def test_a_deployment_without_a_cache_keeps_nothing():
    answers = Answers(None, "products")
    answers.keep("key", Answer("{}", 3), generation=1)
    answers.release("key")
    assert answers.settle("key", b"1 3\n{}", generation=1) is None
    Generations(None, "key").announce(3)


def test_of_a_request_that_is_not_valid_nothing_is_read(counter):
    def reads(**parameters: list[str]) -> Any:
        return search_reads(parameters, generations=GENERATIONS, answers=counter.answers)

    assert reads(limit=["0"]) == ()
    with pytest.raises(Invalid):
        reads(min_price=["2"], max_price=["1"])
    first, second = reads(q=["lamp"], brand=["A", "B"], **{"attr.colour": ["red"]})
    assert first == ("GET", "search:products:generation")
    assert second[3].startswith("search:products:answer:")


def test_what_valkey_tells_is_a_number_or_nothing():
    assert [announced(each) for each in (None, b"", b"7")] == [None, None, 7]


def test_an_answer_is_kept_when_it_has_left():
    memory, tasks = Memory(), []
    answers = Answers(memory, "products", lambda task: tasks.append(task) or True)
    answers.keep("k", Answer("{}", 1), generation=3)
    assert memory.kept == {}
    tasks[0]()
    assert memory.kept == {"k": b"3 1\n{}"}


def test_a_search_that_the_engine_could_not_be_asked_for_is_logged_too(counter):
    counter.index.down = True
    with pytest.raises(SearchUnavailable):
        counter.ask(q="lamp")
    assert counter.witness.told == [("begin", "id-0001", "lamp", 1, None), "finish"]
