"""What identity holds of people, by the keys of its table; and how an account goes: last of all."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from omnilife.core.conditions import attribute, missing
from omnilife.core.limits import Limit, row_key
from omnilife.core.personal_data import (
    Erased,
    HeldInTable,
    Holding,
    Keep,
    Person,
    PersonalData,
    Place,
    Portion,
    delete,
    only,
)
from omnilife.core.table import Delete, Part, Table
from omnilife.identity.export_files import ExportFiles
from omnilife.identity.mail_orders import MAILS
from omnilife.identity.manage_second_factor import ATTEMPTS as CODES
from omnilife.identity.order_exports import EXPORTS
from omnilife.identity.prove_password import ATTEMPTS as PASSWORDS
from omnilife.identity.store_accounts import AccountSettings, AccountStore, account_key

_ACCOUNT = (
    "user_id",
    "email",
    "name",
    "locale",
    "roles",
    "status",
    "mfa_enabled",
    "created_at",
    "updated_at",
    "verified_at",
    "previous_email",
)
_SESSION = ("session_id", "created_at", "last_used_at", "address", "user_agent", "ended_at", "end_reason")


def personal_holdings() -> PersonalData:
    """Identity's, by the environment."""
    table = Table(AccountSettings.from_environment().identity_table)
    return IdentityData(table, ExportFiles.from_environment())


@dataclass(frozen=True, slots=True)
class IdentityData:
    """Account, sessions, second factor, links and exports of a user.

    Of used refresh tokens the hashes stay until they expire: they name a user and a session that are gone.
    """

    table: Table
    files: ExportFiles

    def export(self, person: Person, after: Place | None) -> Portion:
        """One page; see `PersonalData`."""
        return self._held.export(person, after)

    def erase(self, person: Person) -> Erased:
        """The rest first; the account and its address go in one transaction when nothing else is left.

        Raises:
            ConditionFailed: the account is not one whose owner asked for this. Nothing of it goes.
        """
        jobs = self.table.query(f"USER#{person.user_id}", begins_with="EXPORT#", limit=100, consistent=True)
        self.files.remove(person.user_id, [item["job_id"] for item in jobs.items])
        erased = self._held.erase(person)
        if not erased.finished:
            return erased
        return Erased(erased.records + self._forget_account(person), finished=True)

    @property
    def _held(self) -> HeldInTable:
        def own(person: Person) -> Iterable[str]:
            return [f"USER#{person.user_id}"]

        return HeldInTable(
            self.table,
            (
                Holding(
                    entity="account",
                    keys=own,
                    begins_with="USER",
                    tell=only(*_ACCOUNT),
                    forget=Keep("goes last"),
                ),
                Holding(
                    entity="sessions", keys=own, begins_with="SESSION#", tell=only(*_SESSION), forget=delete
                ),
                Holding(
                    entity="second_factor", keys=own, begins_with="TOTP", tell=only("state"), forget=delete
                ),
                Holding(
                    entity="links_valid_from",
                    keys=own,
                    begins_with="TOKENS",
                    tell=only("valid_from"),
                    forget=delete,
                ),
                Holding(
                    entity="mailed_links",
                    keys=lambda person: [f"LINKS#{person.user_id}"],
                    index="index1",
                    tell=only("purpose", "address", "issued_at", "valid_until", "spent_at"),
                    forget=delete,
                ),
                Holding(
                    entity="exports",
                    keys=own,
                    begins_with="EXPORT#",
                    tell=only("job_id", "state", "requested_at", "finished_at"),
                    forget=delete,
                ),
            ),
        )

    def _forget_account(self, person: Person) -> int:
        account = AccountStore(self.table).find(person.user_id)
        counted: list[tuple[Limit, str]] = [
            (PASSWORDS, person.user_id),
            (CODES, person.user_id),
            (EXPORTS, person.user_id),
            *((MAILS, hashlib.sha256(email.encode()).hexdigest()) for email in person.emails),
        ]
        parts: list[Part] = [Delete(row_key(key, limit)) for limit, key in counted]
        if account is not None:
            address = {"pk": f"EMAIL#{account.email}", "sk": "EMAIL"}
            ours = missing("pk") | (attribute("user_id") == account.user_id)
            parts += [
                Delete(address, condition=ours, name="address"),
                Delete(
                    account_key(account.user_id), condition=attribute("status") == "erasing", name="account"
                ),
            ]
        self.table.transact(parts)
        return 0 if account is None else 2
