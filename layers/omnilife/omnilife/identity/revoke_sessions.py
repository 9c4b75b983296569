"""What ends all of an account's sessions at once, as part of whatever makes it necessary."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from omnilife.core.clock import epoch_seconds
from omnilife.core.table import Part, Update
from omnilife.core.transactions import Key
from omnilife.identity.accounts import Account
from omnilife.identity.store_sessions import SESSION, SessionStore


@dataclass(frozen=True, slots=True)
class Revocation:
    """For a transaction that changes an account.

    Attributes:
        account: members to change in the account's row, with `AccountStore.change`.
        parts: what has to stand beside it.
    """

    account: dict[str, Any]
    parts: list[Part]


def revoke_all(
    sessions: SessionStore, account: Account, now: datetime, *, keep: str | None = None
) -> Revocation:
    """All sessions but `keep` end, and all access tokens that were made until now are refused, its own too.

    A session that is kept gets its next access token by refreshing, or by signing in anew.
    """
    # Never earlier than the last time: clocks of two functions differ.
    before = max(epoch_seconds(now) + 1, account.tokens_after)
    parts: list[Part] = [sessions.denial("sub", account.user_id, now, before=before)]
    if keep is not None:
        key: Key = {"pk": f"USER#{account.user_id}", "sk": f"SESSION#{keep}"}
        parts.append(Update(key, set={"epoch": account.epoch + 1}, name=SESSION))
    return Revocation({"epoch": account.epoch + 1, "tokens_after": before}, parts)
