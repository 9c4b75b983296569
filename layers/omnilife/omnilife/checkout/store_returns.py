"""`ReturnStore`: returns, in the `checkout` table.

| entity  | pk          | sk               | index 1                     | index 3 |
|---|---|---|---|---|
| returns | RETURN#<id> | RETURN           | USER_RETURNS#<user>, <time> | MERCHANT_RETURNS#<m>, <time> |
| outbox  | RETURN#<id> | EVENT#<event id> | | |

<time> is when the return was requested, then `#` and the return's id. A return is written with its order, in
one transaction, each over the version that was read: two who change one of them at once do not both succeed.
What the buyer wrote (`note`) stands apart from the rest (`body`), so that it can be forgotten alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from omnilife.checkout.return_models import Return
from omnilife.core import outbox
from omnilife.core.attributes import Item
from omnilife.core.clock import rfc3339
from omnilife.core.conditions import attribute, missing
from omnilife.core.config import Settings
from omnilife.core.events import DomainEvent
from omnilife.core.table import Part, Put, Table

RETURN_PART = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnSettings(Settings):
    checkout_table: str


@dataclass(frozen=True, slots=True)
class ReturnStore:
    """Returns; keys are in this module's docstring."""

    table: Table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(ReturnSettings.from_environment().checkout_table))

    def find(self, return_id: str) -> Return | None:
        """Strongly consistent. Cost: 1 RCU."""
        item = self.table.get(_partition(return_id), "RETURN", consistent=True)
        return None if item is None else return_of(item)

    def parts(self, after: Return, events: Sequence[DomainEvent]) -> list[Part]:
        """The parts that write a return over the version before, and announce it. Fails as part "return"."""
        partition = _partition(after.return_id)
        same = attribute("version") == after.version - 1 if after.version > 1 else missing("pk")
        when = f"{rfc3339(after.requested_at)}#{after.return_id}"
        item = {
            "pk": partition,
            "sk": "RETURN",
            "i1pk": returns_of(after.user_id),
            "i1sk": when,
            "i3pk": _of_merchant(after.merchant_id),
            "i3sk": when,
            "entity": "returns",
            "version": after.version,
            "user_id": after.user_id,
            "body": after.model_dump_json(exclude={"note"}),
            "note": after.note,
        }
        return [
            Put(item, condition=same, name=RETURN_PART, table=self.table.name),
            *(outbox.announce(each, pk=partition, table=self.table.name) for each in events),
        ]

    def of_user(self, user_id: str, *, limit: int, before: str | None) -> tuple[list[Return], str | None]:
        """Some of a buyer's returns, newest first, after the position `before`; and the last position."""
        return self._page("index1", returns_of(user_id), limit, before)

    def of_merchant(
        self, merchant_id: str, *, limit: int, before: str | None
    ) -> tuple[list[Return], str | None]:
        """The same of a merchant's."""
        return self._page("index3", _of_merchant(merchant_id), limit, before)

    def _page(
        self, index: str, partition: str, limit: int, before: str | None
    ) -> tuple[list[Return], str | None]:
        name = index.replace("index", "i")
        after = None
        if before is not None:
            key = {"pk": _partition(before.rpartition("#")[2]), "sk": "RETURN"}
            after = {**key, f"{name}pk": partition, f"{name}sk": before}
        page = self.table.query(partition, index=index, limit=limit, after=after, forward=False)
        last = page.items[-1][f"{name}sk"] if page.last_key and page.items else None
        return [return_of(item) for item in page.items], last


def _partition(return_id: str) -> str:
    return f"RETURN#{return_id}"


def returns_of(user_id: str) -> str:
    """The partition of index 1 in which a buyer's returns stand."""
    return f"USER_RETURNS#{user_id}"


def _of_merchant(merchant_id: str) -> str:
    return f"MERCHANT_RETURNS#{merchant_id}"


def return_of(item: Item) -> Return:
    """The return that is stored so."""
    given = Return.model_validate_json(item["body"])
    return given.model_copy(update={"note": item.get("note", "")})
