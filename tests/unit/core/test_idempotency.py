"""Idempotency keys: one effect, however often it is asked for."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core.conditions import missing
from omnilife.core.errors import IdempotencyConflict
from omnilife.core.idempotency import LIFETIME, Idempotency, recall, record, transact_once
from omnilife.core.table import ConditionFailed, Put, Update

USE = Idempotency(key="k-1", caller="user:ada", route="POST /things", body_hash="aa")
COUNT = {"pk": "counter", "sk": "x"}


def count_once(table, clock, use=USE, reference=None):
    """The effect of these tests: a counter goes up."""
    return transact_once(
        table,
        [Update(COUNT, add={"n": 1})],
        idem=use,
        reference=reference or {"id": "first"},
        now=clock.now(),
    )


def counted(table) -> int:
    item = table.get(*COUNT.values())
    return item["n"] if item else 0


def test_the_first_use_has_its_effect_and_a_repeat_learns_its_reference(catalogue_table, clock):
    assert recall(catalogue_table, USE, clock.now()) is None
    assert count_once(catalogue_table, clock) is None
    assert count_once(catalogue_table, clock, reference={"id": "second"}) == {"id": "first"}
    assert recall(catalogue_table, USE, clock.now()) == {"id": "first"}
    assert counted(catalogue_table) == 1


def test_the_same_key_with_another_body_is_a_conflict_and_has_no_effect(catalogue_table, clock):
    count_once(catalogue_table, clock)
    with pytest.raises(IdempotencyConflict):
        count_once(catalogue_table, clock, use=replace(USE, body_hash="bb"))
    with pytest.raises(IdempotencyConflict):
        recall(catalogue_table, replace(USE, body_hash="bb"), clock.now())
    assert counted(catalogue_table) == 1


@pytest.mark.parametrize("other", [{"caller": "user:bob"}, {"route": "POST /others"}, {"key": "k-2"}])
def test_another_caller_route_or_key_is_another_use(catalogue_table, clock, other):
    count_once(catalogue_table, clock)
    assert count_once(catalogue_table, clock, use=replace(USE, **other)) is None
    assert counted(catalogue_table) == 2


def test_a_key_may_be_used_anew_after_a_day_though_its_row_is_not_deleted_yet(catalogue_table, clock):
    count_once(catalogue_table, clock)
    clock.advance(seconds=LIFETIME.total_seconds() - 1)
    assert count_once(catalogue_table, clock) == {"id": "first"}
    clock.advance(seconds=1)
    assert recall(catalogue_table, USE, clock.now()) is None
    assert count_once(catalogue_table, clock, use=replace(USE, body_hash="bb"), reference={"id": "2"}) is None
    assert recall(catalogue_table, replace(USE, body_hash="bb"), clock.now()) == {"id": "2"}


def test_without_a_key_the_effect_is_had_each_time(catalogue_table, clock):
    for _ in range(2):
        assert count_once(catalogue_table, clock, use=None) is None
    assert counted(catalogue_table) == 2


def test_an_effect_that_is_refused_leaves_no_record(catalogue_table, clock):
    catalogue_table.put({"pk": "taken", "sk": "x"})
    taken = Put({"pk": "taken", "sk": "x"}, condition=missing("pk"), name="sku")
    with pytest.raises(ConditionFailed) as refused:
        transact_once(catalogue_table, [taken], idem=USE, reference={}, now=clock.now())
    assert refused.value.part == "sku"
    assert recall(catalogue_table, USE, clock.now()) is None


def test_an_empty_reference_still_tells_a_repeat_from_a_first_use(catalogue_table, clock):
    for expected in (None, {}):
        assert (
            transact_once(
                catalogue_table, [Update(COUNT, add={"n": 1})], idem=USE, reference={}, now=clock.now()
            )
            == expected
        )


def test_a_record_that_ends_between_refusal_and_recall_is_left_to_another_try(catalogue_table, clock):
    # Its row is gone when it is read: whoever deleted it stands in for TTL.
    catalogue_table.transact([record(USE, {}, clock.now())])

    class Forgetful(type(catalogue_table)):
        def get(self, pk, sk, *, consistent=False):
            self.delete({"pk": pk, "sk": sk})
            return super().get(pk, sk, consistent=consistent)

    with pytest.raises(ConditionFailed):
        count_once(Forgetful(catalogue_table.name), clock)
    assert counted(catalogue_table) == 0


@given(st.tuples(st.text(), st.text(), st.text()), st.tuples(st.text(), st.text(), st.text()))
def test_two_uses_share_a_row_only_if_they_are_the_same(one, other):
    rows = [Idempotency(key, caller, route, "").pk for caller, route, key in (one, other)]
    assert (rows[0] == rows[1]) == (one == other)


def test_a_record_may_go_to_another_table_than_the_transaction_s(clock):
    assert record(USE, {}, clock.now(), table="other").table == "other"
