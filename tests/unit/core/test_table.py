"""The table: reads, writes, and refusals that say what was refused."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from omnilife.core import aws as aws_clients
from omnilife.core.attributes import item_to_wire
from omnilife.core.conditions import attribute, exists, missing
from omnilife.core.errors import Unavailable
from omnilife.core.retries import Retrying
from omnilife.core.table import Check, ConditionFailed, Delete, Put, Table, Update
from tests.support.faults import Fault, FaultyClient, Lost, conflict, refusal
from tests.support.waiting import VirtualTime

type MakeFaulty = Callable[..., tuple[Table, FaultyClient]]


@pytest.fixture
def table(catalogue_table: Table) -> Table:
    return catalogue_table


@pytest.fixture
def faulty(table: Table) -> MakeFaulty:
    """`faulty(get_item=[…])`: the table through a client with faults, whose waits take no time."""

    def make(**faults: list[Fault]) -> tuple[Table, FaultyClient]:
        client, time = FaultyClient(aws_clients.client("dynamodb"), **faults), VirtualTime()
        waits = Retrying(monotonic=time.monotonic, sleep=time.sleep, random=lambda: 1.0)
        return Table(table.name, client, retrying=waits), client

    return make


def fill(table: Table, pk: str, count: int, **more: Any) -> None:
    for number in range(count):
        table.put({"pk": pk, "sk": f"{number:03}", "number": number, **more})


def test_an_item_that_is_not_there_is_none(table):
    assert table.get("a", "b") is None


def test_a_batch_comes_in_the_order_of_its_keys_each_item_once_and_without_the_missing(table):
    fill(table, "a", 3)
    keys = [{"pk": "a", "sk": sk} for sk in ("002", "nothing", "000", "002")]
    assert [item["number"] for item in table.batch_get(keys)] == [2, 0]


def test_a_batch_of_no_keys_asks_nothing(faulty):
    table, client = faulty()
    assert table.batch_get([]) == []
    assert client.calls == []


def test_more_than_a_hundred_keys_are_asked_for_in_hundreds(faulty):
    table, client = faulty()
    fill(table, "a", 150)
    assert len(table.batch_get([{"pk": "a", "sk": f"{number:03}"} for number in range(150)])) == 150
    asked = client.arguments("batch_get_item")
    assert [len(call["RequestItems"][table.name]["Keys"]) for call in asked] == [100, 50]


def unprocessed(*sort_keys: str) -> dict[str, Any]:
    keys = [{"pk": {"S": "a"}, "sk": {"S": sk}} for sk in sort_keys]
    return {"Responses": {}, "UnprocessedKeys": {"catalogue": {"Keys": keys}}}


def test_unprocessed_keys_are_asked_for_again(faulty):
    table, client = faulty(batch_get_item=[unprocessed("001")])
    fill(table, "a", 2)
    assert [item["number"] for item in table.batch_get([{"pk": "a", "sk": "001"}])] == [1]
    assert len(client.arguments("batch_get_item")) == 2


def test_keys_that_stay_unprocessed_are_unavailable_and_never_taken_for_missing(faulty):
    table, _ = faulty(batch_get_item=[unprocessed("001")] * 1000)
    with pytest.raises(Unavailable):
        table.batch_get([{"pk": "a", "sk": "001"}], consistent=True)


def numbered(count: int) -> list[dict[str, Any]]:
    return [{"pk": "a", "sk": f"{number:03}", "number": number} for number in range(count)]


def test_a_batch_writes_any_number_of_items_twenty_five_a_call(faulty):
    table, client = faulty()
    table.batch_put(numbered(60))
    portions = [len(call["RequestItems"]["catalogue"]) for call in client.arguments("batch_write_item")]
    assert portions == [25, 25, 10]
    assert table.query("a", limit=100).items == numbered(60)


def test_a_batch_replaces_what_is_there_and_of_two_with_one_key_writes_the_last(table):
    table.put({"pk": "a", "sk": "000", "old": True})
    table.batch_put([*numbered(1), {"pk": "a", "sk": "000", "last": True}])
    assert table.get("a", "000") == {"pk": "a", "sk": "000", "last": True}


def test_an_empty_batch_asks_nothing(faulty):
    table, client = faulty()
    table.batch_put([])
    assert client.calls == []


def unwritten(sort_key: str) -> dict[str, Any]:
    item = item_to_wire({"pk": "a", "sk": sort_key})
    return {"UnprocessedItems": {"catalogue": [{"PutRequest": {"Item": item}}]}}


def test_unprocessed_items_alone_are_sent_again(faulty):
    table, client = faulty(batch_write_item=[unwritten("001")])
    table.batch_put(numbered(2))
    _, again = client.arguments("batch_write_item")
    assert again["RequestItems"] == unwritten("001")["UnprocessedItems"]


def test_items_that_stay_unprocessed_are_unavailable_and_never_taken_for_written(faulty):
    table, _ = faulty(batch_write_item=[unwritten("001")] * 1000)
    with pytest.raises(Unavailable):
        table.batch_put(numbered(2))


def test_a_query_pages_to_the_end_in_both_directions(table):
    fill(table, "a", 5)
    for forward, expected in ((True, [0, 1, 2, 3, 4]), (False, [4, 3, 2, 1, 0])):
        seen, after = [], None
        while True:
            page = table.query("a", limit=2, after=after, forward=forward)
            seen += [item["number"] for item in page.items]
            after = page.last_key
            if after is None:
                break
        assert seen == expected


def test_a_query_may_begin_after_a_key_that_no_item_has(table):
    fill(table, "a", 3)
    page = table.query("a", limit=10, after={"pk": "a", "sk": "000x"})
    assert [item["number"] for item in page.items] == [1, 2]


def test_sort_keys_may_be_narrowed_by_prefix_or_range_but_not_both(table):
    fill(table, "a", 20)
    assert len(table.query("a", begins_with="01", limit=50).items) == 10
    assert [item["number"] for item in table.query("a", between=("003", "005"), limit=50).items] == [3, 4, 5]
    with pytest.raises(ValueError, match="exclude"):
        table.query("a", begins_with="01", between=("a", "b"), limit=1)


def test_a_filter_drops_items_that_were_read_and_the_page_says_how_many(table):
    fill(table, "a", 6)
    page = table.query("a", filter=attribute("number") >= 4, limit=5)
    assert [item["number"] for item in page.items] == [4]
    assert page.read == 5
    assert page.last_key == {"pk": "a", "sk": "004"}


def test_an_index_is_queried_by_its_own_keys(table):
    for number in range(3):
        table.put({"pk": f"p{number}", "sk": "x", "i3pk": "OWNER#1", "i3sk": f"{9 - number}"})
    page = table.query("OWNER#1", index="index3", limit=2)
    assert [item["pk"] for item in page.items] == ["p2", "p1"]
    assert page.last_key == {"pk": "p1", "sk": "x", "i3pk": "OWNER#1", "i3sk": "8"}
    rest = table.query("OWNER#1", index="index3", begins_with="9", after=page.last_key, limit=2)
    assert [item["pk"] for item in rest.items] == ["p0"]


def test_a_put_under_a_condition_that_fails_changes_nothing_and_shows_what_was_there(table):
    table.put({"pk": "a", "sk": "b", "number": 1})
    with pytest.raises(ConditionFailed) as refused:
        table.put({"pk": "a", "sk": "b", "number": 2}, condition=missing("pk"), name="product")
    assert refused.value.part == "product"
    assert refused.value.item == {"pk": "a", "sk": "b", "number": 1}
    assert table.get("a", "b")["number"] == 1


def test_a_part_without_a_name_is_told_by_its_key(table):
    with pytest.raises(ConditionFailed, match="a b") as refused:
        table.put({"pk": "a", "sk": "b"}, condition=exists("pk"))
    assert refused.value.item is None


def test_an_update_sets_adds_and_removes_and_returns_the_new_item(table):
    table.put({"pk": "a", "sk": "b", "number": 1, "note": "x", "map": {"old": 1}})
    new = table.update(
        {"pk": "a", "sk": "b"},
        set={"status": "active", ("map", "new"): 2},
        add={"number": 4},
        remove=["note"],
    )
    assert new == {"pk": "a", "sk": "b", "number": 5, "status": "active", "map": {"old": 1, "new": 2}}
    assert table.get("a", "b") == new


def test_an_update_makes_the_item_unless_a_condition_says_otherwise(table):
    assert table.update({"pk": "a", "sk": "b"}, add={"count": 1})["count"] == 1
    with pytest.raises(ConditionFailed):
        table.update({"pk": "a", "sk": "c"}, add={"count": 1}, condition=exists("pk"))
    assert table.get("a", "c") is None


def test_a_delete_returns_what_was_there(table):
    table.put({"pk": "a", "sk": "b", "number": 1})
    with pytest.raises(ConditionFailed):
        table.delete({"pk": "a", "sk": "b"}, condition=attribute("number") == 2)
    assert table.delete({"pk": "a", "sk": "b"}) == {"pk": "a", "sk": "b", "number": 1}
    assert table.delete({"pk": "a", "sk": "b"}) is None


def test_throttling_is_waited_out(faulty):
    table, client = faulty(get_item=[refusal("ThrottlingException")] * 2)
    assert table.get("a", "b") is None
    assert len(client.calls) == 3


def test_what_dynamodb_refuses_for_good_is_raised_as_it_is(table):
    with pytest.raises(ClientError, match="ValidationException"):
        table.put({"pk": "", "sk": "b"})
    with pytest.raises(ClientError, match="ResourceNotFound"):
        Table("nowhere").get("a", "b")


def stock_parts(on_hand: int) -> list[Put | Update | Delete | Check]:
    return [
        Put({"pk": "order", "sk": "1"}, condition=missing("pk"), name="order"),
        Update(
            {"pk": "stock", "sk": "1"},
            add={"on_hand": -2},
            condition=attribute("on_hand") >= on_hand,
            name="stock",
        ),
        Delete({"pk": "cart", "sk": "1"}),
        Check({"pk": "quote", "sk": "1"}, condition=exists("pk"), name="quote"),
    ]


def prepare_stock(table: Table) -> None:
    table.put({"pk": "stock", "sk": "1", "on_hand": 5})
    table.put({"pk": "cart", "sk": "1"})
    table.put({"pk": "quote", "sk": "1"})


def test_a_transaction_carries_out_all_its_parts(table):
    prepare_stock(table)
    table.transact(stock_parts(2))
    assert table.get("order", "1")
    assert table.get("stock", "1")["on_hand"] == 3
    assert table.get("cart", "1") is None


def test_a_transaction_that_fails_names_the_part_shows_its_item_and_does_nothing(table):
    prepare_stock(table)
    with pytest.raises(ConditionFailed) as refused:
        table.transact(stock_parts(6))
    assert refused.value.part == "stock"
    assert refused.value.item == {"pk": "stock", "sk": "1", "on_hand": 5}
    assert table.get("order", "1") is None
    assert table.get("stock", "1")["on_hand"] == 5
    assert table.get("cart", "1")


def test_of_several_failed_parts_the_first_is_named(table):
    prepare_stock(table)
    table.put({"pk": "order", "sk": "1"})
    with pytest.raises(ConditionFailed) as refused:
        table.transact(stock_parts(6))
    assert refused.value.part == "order"


def test_a_part_may_belong_to_another_table(table, trust_table):
    table.transact([Put({"pk": "a", "sk": "b"}), Put({"pk": "c", "sk": "d"}, table=trust_table.name)])
    assert table.get("a", "b")
    assert trust_table.get("c", "d")


def test_conflicts_with_other_transactions_are_waited_out_under_one_token(faulty):
    table, client = faulty(transact_write_items=[conflict(), conflict("None", "TransactionConflict")])
    table.transact([Put({"pk": "a", "sk": "b"})])
    assert table.get("a", "b")
    tokens = [call["ClientRequestToken"] for call in client.arguments("transact_write_items")]
    assert len(tokens) == 3
    assert len(set(tokens)) == 1


def test_two_transactions_never_share_a_token(faulty):
    table, client = faulty()
    table.transact([Put({"pk": "a", "sk": "b"})])
    table.transact([Put({"pk": "a", "sk": "b"})])
    assert len({call["ClientRequestToken"] for call in client.arguments("transact_write_items")}) == 2


def test_a_caller_s_own_token_is_used(faulty):
    table, client = faulty()
    table.transact([Put({"pk": "a", "sk": "b"})], token="chunk-7")
    assert client.arguments("transact_write_items")[0]["ClientRequestToken"] == "chunk-7"


def test_conflicts_without_end_are_unavailable_and_nothing_was_written(faulty):
    table, client = faulty(transact_write_items=[conflict()] * 1000)
    with pytest.raises(Unavailable):
        table.transact([Put({"pk": "a", "sk": "b"})])
    assert table.get("a", "b") is None
    assert 4 < len(client.arguments("transact_write_items")) < 100


def test_a_single_write_that_meets_a_transaction_is_tried_again(faulty):
    table, _ = faulty(update_item=[refusal("TransactionConflictException")])
    assert table.update({"pk": "a", "sk": "b"}, add={"count": 1})["count"] == 1


def test_an_answer_that_gets_lost_is_unavailable_and_not_a_second_effect(faulty):
    table, _ = faulty(transact_write_items=[Lost()])
    with pytest.raises(Unavailable):
        table.transact([Update({"pk": "a", "sk": "b"}, add={"count": 1})])
    assert table.get("a", "b")["count"] == 1


def test_a_cancellation_for_another_reason_is_raised_as_it_is(faulty):
    table, _ = faulty(transact_write_items=[conflict("ValidationError")])
    with pytest.raises(ClientError, match="TransactionCanceled"):
        table.transact([Put({"pk": "a", "sk": "b"})])


@pytest.mark.parametrize("count", [0, 101])
def test_a_transaction_has_1_to_100_parts(table, count):
    with pytest.raises(ValueError, match="1 to 100"):
        table.transact([Put({"pk": "a", "sk": f"{number}"}) for number in range(count)])


def test_a_check_needs_a_condition():
    with pytest.raises(ValueError, match="condition"):
        Check({"pk": "a", "sk": "b"})


def test_without_a_client_of_its_own_a_table_uses_the_process_s(aws):
    assert Table("x")._client() is aws_clients.client("dynamodb")
