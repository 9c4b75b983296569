"""Between the password and the second factor: a ticket, which says that the first was right.

| entity  | pk               | sk  | members                                      |
|---------|------------------|-----|----------------------------------------------|
| tickets | MFA#<sha256 hex> | MFA | user_id, epoch, valid_until, expires_at      |
"""

import hashlib
import os
from dataclasses import dataclass, field
from typing import Self

from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.conditions import exists
from omnilife.core.jws import b64url_encode
from omnilife.core.table import Delete, Put, Table
from omnilife.identity.accounts import Account
from omnilife.identity.store_accounts import AccountSettings
from omnilife.identity.store_expired import ending

TICKET_S = 300
PREFIX = "olm_"


@dataclass(frozen=True, slots=True)
class MfaTicket:
    """Whose password was right. `spend` is its one use, in the transaction that opens the session."""

    hash: str
    user_id: str
    epoch: int

    @property
    def spend(self) -> Delete:
        return Delete({"pk": f"MFA#{self.hash}", "sk": "MFA"}, condition=exists("pk"), name="mfa ticket")


@dataclass(frozen=True, slots=True)
class MfaTickets:
    """Tickets in identity's table, by their hash."""

    table: Table
    clock: Clock = field(default=system_clock, kw_only=True)

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(AccountSettings.from_environment().identity_table))

    def issue(self, account: Account) -> tuple[str, Put]:
        """A ticket's text, and the part that makes it good."""
        text = PREFIX + b64url_encode(os.urandom(32))
        until = epoch_seconds(self.clock.now()) + TICKET_S
        pk = f"MFA#{_hash(text)}"
        row = {
            "pk": pk,
            "sk": "MFA",
            "user_id": account.user_id,
            "epoch": account.epoch,
            "valid_until": until,
            **ending(pk, until),
        }
        return text, Put(row, name="mfa ticket")

    def find(self, text: str) -> MfaTicket | None:
        """The ticket, unless it is spent or too old. Cost: one consistent read.

        Whoever uses it compares `epoch` with the account's: a password change kills tickets too.
        """
        row = self.table.get(f"MFA#{_hash(text)}", "MFA", consistent=True)
        if row is None or row["valid_until"] <= epoch_seconds(self.clock.now()):
            return None
        return MfaTicket(_hash(text), row["user_id"], row["epoch"])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
