"""The search log: stored beside the search, and never in its way."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from omnilife.core.clock import FixedClock
from omnilife.core.errors import Unavailable
from omnilife.core.table import Table
from omnilife.search.criteria import Criteria
from omnilife.search.search_log import PATIENCE_S, SearchLog, Writers
from omnilife.search.searches import Outcome, Search
from omnilife.search.store_searches import SearchStore

PATIENT_S = 30.0
"""Enough for a machine that is busy with other things: no test depends on how fast it is."""

LAMPS = Criteria(
    text="Lamp for ann@example.com",
    categories=("home",),
    max_price=5000,
    min_rating=3.5,
    in_stock=True,
    attributes=(("colour", ("4111 1111 1111 1111", "Red")),),
    sort="price_asc",
)


@pytest.fixture
def log(search_table: Table, clock: FixedClock) -> SearchLog:
    return SearchLog(
        SearchStore(search_table), visitor="visitor-1", writers=Writers(), clock=clock, patience_s=PATIENT_S
    )


@pytest.fixture
def metrics(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    return lambda: capsys.readouterr().out


def row(table: Table, search_id: str = "s1") -> dict[str, Any]:
    item = table.get(f"SEARCH#{search_id}", "SEARCH")
    assert item
    return item


def test_a_search_is_kept_with_what_came_of_it(log: SearchLog, search_table: Table) -> None:
    log.begin("s1", LAMPS, page=2)
    log.answered(total=3, took_ms=12)
    log.finish()

    assert row(search_table) == {
        "pk": "SEARCH#s1",
        "sk": "SEARCH",
        "entity": "search",
        "uncounted": "y",
        "query": "lamp for [email]",
        "filters": {
            "category": ["home"],
            "max_price": 5000,
            "min_rating": "3.5",
            "in_stock": True,
            "attr.colour": ["[card]", "red"],
        },
        "sort": "price_asc",
        "page": 2,
        "visitor": "visitor-1",
        "at": "2026-11-24T12:00:00.000Z",
        "expires_at": 1_798_113_600,
        "total": 3,
        "took_ms": 12,
        "cached": False,
        "found": True,
    }


def test_a_search_whose_engine_fails_is_known_all_the_same(log: SearchLog, search_table: Table) -> None:
    log.begin("s1", LAMPS)
    log.finish()

    assert "total" not in row(search_table)


def test_a_cached_answer_is_written_once(log: SearchLog, search_table: Table) -> None:
    log.begin("s1", LAMPS, outcome=Outcome(total=0, took_ms=1, cached=True))
    log.finish()

    kept = row(search_table)
    assert (kept["cached"], kept["found"]) == (True, False)


def test_it_reads_back_as_it_was(search_table: Table, clock: FixedClock) -> None:
    store = SearchStore(search_table)
    search = Search.of("s1", LAMPS, page=1, visitor="v", at=clock.now())
    store.begin(search)

    assert store.get("s1") == search
    assert store.get("s2") is None


def test_an_outcome_that_overtakes_the_beginning_stays(search_table: Table, clock: FixedClock) -> None:
    store = SearchStore(search_table)
    begun = Search.of("s1", Criteria(text="lamp"), page=1, visitor="v", at=clock.now())
    done = Search.of("s1", Criteria(text="lamp"), page=1, visitor="v", at=clock.now())
    done = Search(
        **{name: getattr(done, name) for name in done.__slots__} | {"outcome": Outcome(total=1, took_ms=2)}
    )
    store.complete(done)
    store.begin(begun)

    assert store.get("s1") == done


def test_a_late_outcome_leaves_what_clicks_added(search_table: Table, log: SearchLog) -> None:
    log.begin("s1", LAMPS)
    log.finish()
    search_table.update({"pk": "SEARCH#s1", "sk": "SEARCH"}, add={"kinds": {"click"}})
    log.answered(total=3, took_ms=12)
    log.finish()

    assert row(search_table)["kinds"] == {"click"}


def test_it_expires_after_thirty_days(search_table: Table, clock: FixedClock) -> None:
    search = Search.of("s1", LAMPS, page=1, visitor="v", at=clock.now())
    clock.advance(seconds=30 * 86_400 - 1)
    assert not search.expired(clock.now())
    clock.advance(seconds=1)
    assert search.expired(clock.now())


class SlowStore:
    """A store whose writes wait until they may go on."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.written: list[str] = []

    def begin(self, search: Search) -> None:
        self.open.wait(5)
        self.written.append(search.search_id)

    complete = begin


@pytest.fixture
def slow() -> Iterator[SlowStore]:
    store = SlowStore()
    yield store
    store.open.set()


def slow_log(store: SlowStore, writers: Writers, patience_s: float = PATIENT_S) -> SearchLog:
    return SearchLog(store, visitor="v", writers=writers, patience_s=patience_s)  # type: ignore[arg-type]


def test_a_search_does_not_wait_for_its_beginning_to_be_written(slow: SlowStore) -> None:
    log = slow_log(slow, Writers())
    log.begin("s1", LAMPS)  # returns, though the write does not
    assert slow.written == []

    slow.open.set()
    log.finish()
    assert slow.written == ["s1"]


def test_an_answer_waits_briefly_for_a_slow_table_and_counts_it(
    slow: SlowStore, metrics: Callable[[], str]
) -> None:
    log = slow_log(slow, Writers(), PATIENCE_S)
    log.begin("s1", LAMPS)
    log.finish()

    assert slow.written == []
    assert "SearchLogLate" in metrics()


def test_more_writes_than_the_backlog_are_skipped_and_counted(
    slow: SlowStore, metrics: Callable[[], str]
) -> None:
    writers = Writers(backlog=2)
    for number in range(3):
        slow_log(slow, writers).begin(f"s{number}", LAMPS)

    assert "SearchLogSkipped" in metrics()
    slow.open.set()


def test_the_backlog_is_free_again_when_its_writes_are_done(
    slow: SlowStore, metrics: Callable[[], str]
) -> None:
    writers = Writers(backlog=1)
    slow.open.set()
    for number in range(3):
        log = slow_log(slow, writers)
        log.begin(f"s{number}", LAMPS)
        log.finish()

    assert slow.written == ["s0", "s1", "s2"]
    assert metrics() == ""


def test_a_failing_table_is_a_metric_and_no_error(
    metrics: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def begin(self, search: Search) -> None:  # noqa: ARG002
            raise Unavailable("down")

    log = SearchLog(Broken(), visitor="v", writers=Writers(), patience_s=PATIENT_S)  # type: ignore[arg-type]
    log.begin("s1", LAMPS)
    log.finish()

    assert "SearchLogFailed" in metrics()


def test_an_answer_without_a_beginning_writes_nothing(slow: SlowStore) -> None:
    log = slow_log(slow, Writers())
    slow.open.set()
    log.answered(total=1, took_ms=1)
    log.finish()

    assert slow.written == []


def test_the_log_of_a_request_knows_its_visitor_by_the_deployments_secret(
    search_table: Table, secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SearchLog, "finish", lambda log: [write.result(PATIENT_S) for write in log._writes])
    for address, search_id in (("192.0.2.1", "s1"), ("192.0.2.1", "s2"), ("192.0.2.9", "s3")):
        log = SearchLog.from_environment({"user-agent": "x"}, address)
        log.begin(search_id, Criteria(text="lamp"))
        log.finish()

    visitors = [row(search_table, each)["visitor"] for each in ("s1", "s2", "s3")]
    assert visitors[0] == visitors[1] != visitors[2]
    assert "192.0.2.1" not in str(row(search_table))


class Later:
    """Takes tasks for when the answer has left."""

    def __init__(self) -> None:
        self.tasks: list[Callable[[], None]] = []

    def __call__(self, task: Callable[[], None]) -> bool:
        self.tasks.append(task)
        return True


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def kept_awake(search_table: Table, clock: FixedClock, later: Later) -> SearchLog:
    """The log of a process that stays awake behind its answers."""
    return SearchLog(
        SearchStore(search_table),
        visitor="v",
        writers=Writers(),
        clock=clock,
        patience_s=PATIENT_S,
        later=later,
    )


def test_what_came_of_a_search_is_written_when_its_answer_has_left(
    kept_awake: SearchLog, later: Later, search_table: Table
) -> None:
    kept_awake.begin("s1", LAMPS)
    kept_awake.answered(total=3, took_ms=12)
    kept_awake.finish()
    outcome, beginning = later.tasks
    beginning()  # waits for the first write
    assert "total" not in row(search_table)
    outcome()
    assert row(search_table)["total"] == 3


def test_a_cached_answer_is_logged_behind_it(
    kept_awake: SearchLog, later: Later, search_table: Table
) -> None:
    kept_awake.begin("s1", LAMPS, outcome=Outcome(total=2, took_ms=1, cached=True))
    kept_awake.finish()
    assert search_table.get("SEARCH#s1", "SEARCH") is None
    (write,) = later.tasks
    write()
    assert row(search_table)["cached"] is True


def test_a_search_that_is_sent_to_the_engine_twice_begins_once(
    kept_awake: SearchLog, search_table: Table, later: Later
) -> None:
    kept_awake.begin("s1", LAMPS)
    kept_awake.finish()
    later.tasks[0]()
    kept_awake.begin("s1", Criteria(text="other"))
    kept_awake.finish()
    assert len(later.tasks) == 1
    assert row(search_table)["query"] == "lamp for [email]"
