"""Uses of API keys: told once in a while, through the outbox of the domain whose route was opened."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from omnilife.core.clock import FixedClock
from omnilife.core.errors import Unavailable
from omnilife.core.events import ReceivedEvent
from omnilife.core.key_uses import MOST_HELD, WINDOW_S, KeyUses
from omnilife.core.outbox import INDEX, Outbox
from omnilife.core.table import Item, Table

pytestmark = pytest.mark.unit


@pytest.fixture
def process(search_table: Table, clock: FixedClock) -> Callable[[], KeyUses]:
    """Another process of the search domain."""
    return lambda: KeyUses(search_table, "search", clock=clock)


def told(table: Table, key_id: str = "robot") -> list[Item]:
    return table.query(f"KEYUSE#{key_id}", begins_with="EVENT#", limit=50).items


def test_the_first_use_is_told_as_the_domains_own_event(
    process: Callable[[], KeyUses], search_table: Table, clock: FixedClock
) -> None:
    process().note("robot")

    (row,) = told(search_table)
    event = ReceivedEvent.model_validate_json(row["event"])
    assert (row["source"], row["type"]) == ("omnilife.search", "ApiKeyUsed")
    assert (event.aggregate_id, event.time, event.data) == ("robot", clock.now(), {"key_id": "robot"})
    assert row["i4pk"].startswith("UNSENT#")


def test_however_often_and_wherever_a_key_is_used_it_is_told_once_in_ten_minutes(
    process: Callable[[], KeyUses], search_table: Table, clock: FixedClock
) -> None:
    clock.advance(seconds=-(clock.now().timestamp() % WINDOW_S))
    one, other = process(), process()
    for _ in range(10):
        one.note("robot")
        other.note("robot")
        clock.advance(seconds=WINDOW_S / 10 - 1)
    assert len(told(search_table)) == 1

    clock.advance(seconds=10)
    one.note("robot")
    assert len(told(search_table)) == 2


def test_one_keys_use_is_not_anothers(process: Callable[[], KeyUses], search_table: Table) -> None:
    uses = process()
    uses.note("robot")
    uses.note("crane")
    assert (len(told(search_table, "robot")), len(told(search_table, "crane"))) == (1, 1)


def test_a_use_that_was_sent_is_not_told_again(
    process: Callable[[], KeyUses], search_table: Table, clock: FixedClock
) -> None:
    class Bus:
        def put_events(self, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803 (AWS's own name)
            assert json.loads(Entries[0]["Detail"])["type"] == Entries[0]["DetailType"]
            return {"Entries": [{} for _ in Entries]}

    process().note("robot")
    Outbox(search_table, "bus", Bus(), clock=clock).send(told(search_table))
    process().note("robot")

    assert "i4pk" not in told(search_table)[0]
    assert search_table.query("UNSENT#0", index=INDEX, limit=1).items == []


def test_a_table_that_does_not_answer_fails_no_request_and_the_next_use_tells(
    process: Callable[[], KeyUses], search_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    uses = process()
    with monkeypatch.context() as broken:

        def refuse(*_: Any, **__: Any) -> None:
            raise Unavailable("not now")

        broken.setattr(Table, "put", refuse)
        uses.note("robot")
    assert told(search_table) == []

    uses.note("robot")
    assert len(told(search_table)) == 1


def test_a_table_that_may_not_be_written_fails_no_request(aws: None, clock: FixedClock) -> None:
    uses = KeyUses(Table("of-somebody-else"), "search", clock=clock)
    uses.note("robot")
    assert uses._told == {}


def test_what_a_process_remembers_has_a_bound(process: Callable[[], KeyUses]) -> None:
    uses = process()
    uses._told = {f"key-{number}": 1 for number in range(MOST_HELD)}
    uses.note("robot")
    assert list(uses._told) == ["robot"]
