"""Accounts in identity's table.

| entity    | pk              | sk    | members                                                         |
|-----------|-----------------|-------|-----------------------------------------------------------------|
| users     | USER#<user id>  | USER  | as `Account`                                                    |
| addresses | EMAIL#<address> | EMAIL | user_id; one row an address, so that nobody else can have it    |
| limits    | LIMIT#…         | LIMIT | `core.limits`: mails an address, requests an address            |
| outbox    | USER#, SESSION#, ACCOUNT# or MAIL#<id> | EVENT#<event id> | what tells of them       |

Sessions and single-use tokens stand beside them: `store_sessions`, `single_use`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from omnilife.core.conditions import Condition, Path, attribute, missing
from omnilife.core.config import Settings
from omnilife.core.events import DomainEvent
from omnilife.core.outbox import announce
from omnilife.core.table import Check, Part, Put, Table, Update
from omnilife.identity.accounts import Account

ACCOUNT, ADDRESS = "account", "address"
_NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettings(Settings):
    identity_table: str


@dataclass(frozen=True, slots=True)
class AccountStore:
    """Accounts and their addresses."""

    table: Table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(AccountSettings.from_environment().identity_table))

    def find(self, user_id: str) -> Account | None:
        """The account of that id. Cost: one consistent read."""
        item = self.table.get(f"USER#{user_id}", "USER", consistent=True)
        return None if item is None else Account.read(item)

    def find_by_email(self, email: str) -> Account | None:
        """The account of that address, as `normalise_email` gives it.

        Cost: two consistent reads one after the other, also when nobody has the address.
        """
        row = self.table.get(f"EMAIL#{email}", "EMAIL", consistent=True)
        account = self.find(row["user_id"] if row else _NOBODY)
        return account if account is not None and account.email == email else None

    def create_parts(self, account: Account) -> list[Part]:
        """The parts that make an account; the one named `address` fails where somebody has it."""
        row = {"pk": f"EMAIL#{account.email}", "sk": "EMAIL", "user_id": account.user_id}
        item = {"pk": f"USER#{account.user_id}", "sk": "USER", "entity": "user", **_members(account)}
        return [
            Put(row, condition=missing("pk"), name=ADDRESS),
            Put(item, condition=missing("pk"), name=ACCOUNT),
        ]

    def change(self, account: Account, **members: Any) -> Update:
        """The part that changes `members`, if nothing else changed since `account` was read."""
        changed: dict[str | Path, Any] = {}
        changed.update(members.items())
        return Update(
            account_key(account.user_id),
            set=changed | {"version": account.version + 1},
            condition=attribute("version") == account.version,
            name=ACCOUNT,
        )

    def unchanged(self, account: Account) -> Check:
        """The part that holds if sessions of the account may still be opened and refreshed."""
        return Check(account_key(account.user_id), condition=same_epoch(account), name=ACCOUNT)

    def still_active(self, account: Account) -> Check:
        """The part that holds unless the account was closed; its sessions do not matter."""
        return Check(account_key(account.user_id), condition=attribute("status") == "active", name=ACCOUNT)

    def still_at_address(self, account: Account) -> Check:
        """The part that holds while the address is this account's."""
        return Check(
            {"pk": f"EMAIL#{account.email}", "sk": "EMAIL"},
            condition=attribute("user_id") == account.user_id,
            name=ADDRESS,
        )

    def announcements(self, events: Sequence[DomainEvent]) -> list[Part]:
        """The parts that put events into the outbox."""
        return [announce(event, pk=f"{event.aggregate.upper()}#{event.aggregate_id}") for event in events]

    def save(self, parts: Sequence[Part], events: Sequence[DomainEvent] = ()) -> None:
        """All parts and events, or nothing.

        Raises:
            ConditionFailed: names the part.
        """
        self.table.transact([*parts, *self.announcements(events)])


def account_key(user_id: str) -> dict[str, str]:
    """The key of an account's row."""
    return {"pk": f"USER#{user_id}", "sk": "USER"}


def nobody(user_id: str) -> Check:
    """The part that holds if there is no such user: of an id just made, as a known one is checked."""
    return Check(account_key(user_id), condition=missing("pk"))


def same_epoch(account: Account) -> Condition:
    """All sessions have not been ended since the account was read."""
    return (attribute("epoch") == account.epoch) & (attribute("status") == account.status)


def _members(account: Account) -> Mapping[str, Any]:
    return {
        name: set(value) if name == "roles" else value
        for name, value in account.model_dump(mode="json").items()
        if value is not None
    }
