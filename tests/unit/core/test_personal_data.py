"""What a domain holds of people: given out page by page, and forgotten as it says."""

from decimal import Decimal
from typing import Any

import pytest

from omnilife.core import personal_data
from omnilife.core.conditions import exists
from omnilife.core.personal_data import (
    HeldInTable,
    Holding,
    Keep,
    Person,
    Record,
    Redaction,
    delete,
    only,
    readable,
)
from omnilife.core.table import Delete, Table, Update

ADA = Person("ada")


def held(table: Table) -> HeldInTable:
    return HeldInTable(
        table,
        (
            Holding(
                entity="notes",
                keys=lambda person: [f"USER#{person.user_id}"],
                begins_with="NOTE#",
                tell=only("text"),
                forget=delete,
            ),
            Holding(
                entity="orders",
                keys=lambda person: [f"BUYER#{person.user_id}"],
                index="index1",
                tell=only("total", "address"),
                forget=Redaction(set={"address": None}, remove=["phone"]),
            ),
            Holding(
                entity="invoices",
                keys=lambda person: [f"USER#{person.user_id}"],
                begins_with="INVOICE#",
                tell=only("number"),
                forget=Keep("the law"),
            ),
        ),
    )


@pytest.fixture
def table(identity_table: Table) -> Table:
    for user in ("ada", "bob"):
        for number in range(5):
            identity_table.put({"pk": f"USER#{user}", "sk": f"NOTE#{number}", "text": f"{user} {number}"})
        identity_table.put(
            {
                "pk": f"ORDER#{user}",
                "sk": "ORDER",
                "i1pk": f"BUYER#{user}",
                "i1sk": "1",
                "total": 10,
                "address": "Main Street",
                "phone": "1",
            }
        )
        identity_table.put({"pk": f"USER#{user}", "sk": "INVOICE#1", "number": 7})
    return identity_table


def all_of(holder: HeldInTable, person: Person) -> list[Record]:
    records: list[Record] = []
    after = None
    while True:
        portion = holder.export(person, after)
        records += portion.records
        after = portion.after
        if after is None:
            return records


@pytest.mark.parametrize("page", [1, 2, 5, 100])
def test_an_export_tells_every_record_once_whatever_the_pages(
    table: Table, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal_data, "PAGE", page)

    assert all_of(held(table), ADA) == [
        *({"entity": "notes", "text": f"ada {number}"} for number in range(5)),
        {"entity": "orders", "total": 10, "address": "Main Street"},
        {"entity": "invoices", "number": 7},
    ]
    assert all_of(held(table), Person("nobody")) == []


@pytest.mark.parametrize("most", [1, 2, 100])
def test_an_erasure_forgets_one_person_in_as_many_portions_as_it_takes_and_can_be_repeated(
    table: Table, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal_data, "MOST_CHANGES", most)
    monkeypatch.setattr(personal_data, "PAGE", 2)
    holder, forgotten = held(table), 0
    for _ in range(20):
        erased = holder.erase(ADA)
        forgotten += erased.records
        if erased.finished:
            break

    assert forgotten == 6
    assert all_of(holder, ADA) == [
        {"entity": "orders", "total": 10, "address": None},
        {"entity": "invoices", "number": 7},
    ]
    assert "phone" not in (table.get("ORDER#ada", "ORDER") or {})
    assert holder.erase(ADA) == personal_data.Erased(0, finished=True)
    assert len(all_of(holder, Person("bob"))) == 7


def test_a_row_that_is_gone_by_the_time_it_is_written_does_not_come_back(table: Table) -> None:
    holder = held(table)
    item = table.get("ORDER#ada", "ORDER")
    assert item is not None
    part = Redaction(set={"address": None})(item)
    assert part is not None
    table.delete({"pk": "ORDER#ada", "sk": "ORDER"})

    assert holder._apply(part) is False
    assert holder._apply(Delete({"pk": "ORDER#ada", "sk": "ORDER"}, condition=exists("pk"))) is False
    assert table.get("ORDER#ada", "ORDER") is None


def test_all_that_a_domain_says_of_a_row_is_done_to_it(table: Table) -> None:
    key = {"pk": "ORDER#ada", "sk": "ORDER"}
    part = Update(key, set={"address": None}, add={"total": 5}, remove=["phone"])

    assert held(table)._apply(part) is True
    assert table.get(**key) == {
        **key,
        "i1pk": "BUYER#ada",
        "i1sk": "1",
        "total": 15,
        "address": None,
    }


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ({"b", "a"}, ["a", "b"]),
        (Decimal("4.5"), 4.5),
        ([{"secret": b"x", "n": 3}], [{"n": 3}]),
        (None, None),
    ],
)
def test_what_is_stored_is_told_as_json_has_it(stored: Any, told: Any) -> None:
    assert readable(stored) == told
