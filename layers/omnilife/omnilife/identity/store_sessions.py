"""Sessions and their refresh tokens in identity's table, and what is denied of them in `trust`.

| entity   | table    | pk                    | sk                   | members                               |
|----------|----------|-----------------------|----------------------|---------------------------------------|
| sessions | identity | USER#<user id>        | SESSION#<session id> | as `StoredSession`, expires_at        |
| refresh  | identity | REFRESH#<sha256 hex>  | REFRESH              | user_id, session_id, expires_at       |
| denials  | trust    | DENY#<kind>#<id>      | DENY                 | see `core.trust`                      |

Every refresh token that was ever given out keeps its row until its session cannot be refreshed any more: so
a used one is told from one that never was. Which of them is alive stands in the session alone, in one
attribute: there cannot be two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from omnilife.core.clock import epoch_seconds, rfc3339
from omnilife.core.conditions import Path, attribute, missing
from omnilife.core.config import Settings
from omnilife.core.events import DomainEvent
from omnilife.core.table import Part, Put, Table, Update
from omnilife.core.tokens import LEEWAY_S
from omnilife.identity.accounts import Account
from omnilife.identity.rotation import CLOCK_MARGIN_S, TOKEN_LIFE_S
from omnilife.identity.sessions import MAX_LISTED, REPEAT_S, Client, StoredSession
from omnilife.identity.store_accounts import AccountStore
from omnilife.identity.store_expired import ending

DENIED_S = TOKEN_LIFE_S + LEEWAY_S + CLOCK_MARGIN_S + 60
"""How long a denial stays: longer than the last token that it denies."""

SESSION = "session"
_KEPT_S = 7 * 86_400  # a session that is over, for whoever asks what became of it


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings(Settings):
    identity_table: str
    trust_table: str


@dataclass(frozen=True, slots=True)
class SessionStore:
    """The sessions of accounts."""

    table: Table
    trust: str

    @classmethod
    def from_environment(cls) -> Self:
        settings = SessionSettings.from_environment()
        return cls(Table(settings.identity_table), settings.trust_table)

    @property
    def accounts(self) -> AccountStore:
        """The accounts beside them."""
        return AccountStore(self.table)

    def find(self, user_id: str, session_id: str) -> StoredSession | None:
        """A session, in force or over. Cost: one consistent read."""
        key = _key(user_id, session_id)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        return None if item is None else StoredSession.model_validate(item)

    def find_by_refresh(self, token_hash: str) -> tuple[StoredSession, Account] | None:
        """The session that a refresh token was ever given out for, with its account.

        Cost: two round trips, three consistent reads.
        """
        row = self.table.get(f"REFRESH#{token_hash}", "REFRESH", consistent=True)
        if row is None:
            return None
        user_id = row["user_id"]
        keys = [_key(user_id, row["session_id"]), {"pk": f"USER#{user_id}", "sk": "USER"}]
        items = {item["sk"]: item for item in self.table.batch_get(keys, consistent=True)}
        session, account = items.get(keys[0]["sk"]), items.get("USER")
        if session is None or account is None:
            return None
        return StoredSession.model_validate(session), Account.read(account)

    def newest(self, user_id: str) -> list[StoredSession]:
        """The newest sessions of somebody, in force or over. Cost: one consistent query."""
        page = self.table.query(
            f"USER#{user_id}", begins_with="SESSION#", forward=False, limit=MAX_LISTED, consistent=True
        )
        return [StoredSession.model_validate(item) for item in page.items]

    def open_parts(self, session: StoredSession) -> list[Part]:
        """The parts that open a session with its first refresh token."""
        item = {**_key(session.user_id, session.session_id), "entity": "session", **_members(session)}
        return [
            Put({**item, "expires_at": session.valid_until + _KEPT_S}, condition=missing("pk"), name=SESSION),
            self._refresh_row(session, session.refresh_hash),
        ]

    def rotate(
        self,
        session: StoredSession,
        account: Account,
        *,
        refresh_hash: str,
        successor: bytes,
        valid_until: int,
        now: datetime,
        client: Client,
    ) -> None:
        """Put a new refresh token in the place of the one that is alive. Cost: one transaction, 6 WCU.

        Raises:
            ConditionFailed: another request was the first, or the session or all of them ended meanwhile.
        """
        changed: dict[str | Path, Any] = {
            "refresh_hash": refresh_hash,
            "previous_hash": session.refresh_hash,
            "successor": successor,
            "successor_until": round(now.timestamp() * 1000) + REPEAT_S * 1000,
            "rotations": session.rotations + 1,
            "last_used_at": rfc3339(now),
            "address": client.address,
            "user_agent": client.user_agent,
            "valid_until": valid_until,
            "expires_at": valid_until + _KEPT_S,
        }
        update = Update(
            _key(session.user_id, session.session_id),
            set=changed,
            condition=(attribute("refresh_hash") == session.refresh_hash) & missing("ended_at"),
            name=SESSION,
        )
        row = self._refresh_row(session.model_copy(update={"valid_until": valid_until}), refresh_hash)
        self.table.transact([update, row, self.accounts.unchanged(account)])

    def end_parts(
        self, session: StoredSession, reason: str, now: datetime, *, deny: str = "sid"
    ) -> list[Part]:
        """The parts by which a session is over and its access tokens are refused from the next request on.

        Args:
            deny: `sid`, or `family` for tokens that a thief may hold.
        """
        ended = Update(
            _key(session.user_id, session.session_id),
            set={"ended_at": rfc3339(now), "end_reason": reason},
            remove=["successor"],
            condition=missing("ended_at") & (attribute("session_id") == session.session_id),
            name=SESSION,
        )
        value = session.session_id if deny == "sid" else session.family
        return [ended, self.denial(deny, value, now)]

    def denial(self, kind: str, value: str, now: datetime, *, before: int | None = None) -> Put:
        """The part that denies access tokens: all of a session or family, or a user's of before `before`."""
        row: dict[str, Any] = {
            "pk": f"DENY#{kind}#{value}",
            "sk": "DENY",
            "expires_at": epoch_seconds(now) + DENIED_S,
        }
        return Put(row if before is None else {**row, "before": before}, table=self.trust, name="denial")

    def save(self, parts: Sequence[Part], events: Iterable[DomainEvent] = ()) -> None:
        """All parts and events, or nothing.

        Raises:
            ConditionFailed: names the part.
        """
        self.accounts.save(parts, list(events))

    def _refresh_row(self, session: StoredSession, token_hash: str) -> Put:
        pk = f"REFRESH#{token_hash}"
        return Put(
            {
                "pk": pk,
                "sk": "REFRESH",
                "entity": "refresh",
                "user_id": session.user_id,
                "session_id": session.session_id,
                # As long as any of the session's tokens could be refreshed: a used one must be known as such.
                **ending(pk, session.ends_at + _KEPT_S),
            },
            condition=missing("pk"),
            name="refresh",
        )


def _key(user_id: str, session_id: str) -> dict[str, str]:
    return {"pk": f"USER#{user_id}", "sk": f"SESSION#{session_id}"}


def _members(session: StoredSession) -> dict[str, Any]:
    members = session.model_dump(exclude={"created_at", "last_used_at", "ended_at"})
    return {
        **members,
        "created_at": rfc3339(session.created_at),
        "last_used_at": rfc3339(session.last_used_at),
    }
