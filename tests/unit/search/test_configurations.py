"""Which configuration a process uses, and when it asks the table whether there is another."""

from typing import ClassVar

import pytest

from omnilife.core.errors import Unavailable
from omnilife.core.table import Table
from omnilife.search import Configurations, ConfigurationStore, RuleChange, put_rule
from omnilife.search.configurations import SURE_FOR_S
from tests.support.callers import ADMIN
from tests.support.waiting import VirtualTime

PIN = RuleChange.model_validate({"match": {"kind": "any"}, "actions": {"pin": ["p1"]}})


class Watched(ConfigurationStore):
    """A store that counts what is read of it, and can be switched off."""

    reads: ClassVar[list[str]] = []
    down = False

    def head(self):
        return self._read("head", super().head)

    def snapshot(self):
        return self._read("all", super().snapshot)

    def _read(self, what, read):
        type(self).reads.append(what)
        if type(self).down:
            raise Unavailable
        return read()


@pytest.fixture
def store(search_table: Table) -> ConfigurationStore:
    Watched.reads, Watched.down = [], False
    return Watched(search_table)


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def told() -> list[int]:
    return []


@pytest.fixture
def process(store, told, time) -> Configurations:
    return Configurations(store, announce=told.append, monotonic=time.monotonic)


def change(store: ConfigurationStore) -> int:
    """A change that nobody is told of; returns its generation."""
    return put_rule(store, "r", PIN, caller=ADMIN, announce=lambda _: None).version


def generation(process: Configurations, told: int | None) -> int:
    known = process.current(told)
    assert known.certain
    return known.configuration.generation


def reads() -> list[str]:
    found, Watched.reads = Watched.reads, []
    return found


def test_a_new_process_reads_the_table_and_tells_of_it_where_nobody_knows(process, store, told):
    newest = change(store)
    reads()
    assert generation(process, None) == newest
    assert (reads(), told) == (["all"], [newest])


def test_where_valkey_says_what_is_held_the_table_is_not_asked(process, store, time):
    generation(process, 0)
    reads()
    for _ in range(5):
        time.elapsed += 60
        generation(process, 0)
    assert reads() == []


def test_a_change_that_was_announced_is_in_force_at_once(process, store, told):
    generation(process, 0)
    for expected in (1, 2, 3):
        assert change(store) == expected
        assert generation(process, expected) == expected
    assert process.current(3).configuration.interpret("x", None).pinned == ("p1",)
    assert told == []


def test_with_valkey_dead_a_change_is_in_force_within_a_second_and_the_table_is_asked_once_in_one(
    process, store, time
):
    generation(process, None)
    newest = change(store)
    reads()
    assert [generation(process, None) for _ in range(5)] == [0] * 5
    assert reads() == []
    time.elapsed += SURE_FOR_S
    assert [generation(process, None) for _ in range(5)] == [newest] * 5
    assert reads() == ["head", "all"]
    time.elapsed += SURE_FOR_S
    assert generation(process, None) == newest
    assert reads() == ["head"]


def test_a_key_that_was_evicted_is_written_again_from_the_table(process, store, told, time):
    generation(process, 0)
    time.elapsed += 60
    assert generation(process, None) == 0
    assert told == [0]


def test_what_was_held_is_given_up_when_the_table_went_back(process, store, search_table, told, time):
    change(store)
    change(store)
    generation(process, 2)
    for row in search_table.query("CONFIGURATION", limit=10).items:  # as a restore would
        search_table.delete({"pk": row["pk"], "sk": row["sk"]})
    time.elapsed += 60
    assert generation(process, None) == 0
    assert told[-1] == 0


def test_a_generation_that_the_table_does_not_have_is_looked_for_once_a_second(process, store, time):
    generation(process, 0)
    reads()
    assert [generation(process, 9) for _ in range(5)] == [0] * 5
    assert reads() == ["all"]
    time.elapsed += SURE_FOR_S
    generation(process, 9)
    assert reads() == ["all"]


def test_while_the_table_does_not_answer_what_is_held_stays_and_is_not_certain(process, store, time):
    generation(process, 0)
    Watched.down = True
    time.elapsed += 60
    known = process.current(None)
    assert (known.configuration.generation, known.certain) == (0, False)
    Watched.down = False
    assert generation(process, None) == 0


def test_a_new_process_that_cannot_read_the_table_says_so(process):
    Watched.down = True
    with pytest.raises(Unavailable):
        process.current(3)
