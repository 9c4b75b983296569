"""Somebody with an account, for tests: made directly, signed in directly, mails read from the outbox."""

import json
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher

from omnilife.core.auth import Caller
from omnilife.core.clock import FixedClock, epoch_seconds
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from omnilife.core.trust import TrustStore
from omnilife.identity.accounts import Account, Role
from omnilife.identity.mails import mail_for
from omnilife.identity.sessions import StoredSession
from omnilife.identity.single_use import SingleUseTokens
from omnilife.identity.store_accounts import AccountStore
from omnilife.identity.store_sessions import SessionStore

EMAIL = "ada@example.com"
PASSWORD = "tangled-otter-veranda"
ANOTHER = "second-otter-veranda"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""Quick to compare: what argon2 costs is no matter of these tests."""


@dataclass
class People:
    """The accounts of a deployment."""

    identity: Table
    trust: Table
    clock: FixedClock
    ids: IdMaker

    @property
    def sessions(self) -> SessionStore:
        return SessionStore(self.identity, self.trust.name)

    @property
    def accounts(self) -> AccountStore:
        return AccountStore(self.identity)

    @property
    def tokens(self) -> SingleUseTokens:
        return SingleUseTokens(self.identity, lambda: "s" * 43, clock=self.clock, make_id=self.ids)

    def add(
        self, user_id: str = "user-1", email: str = EMAIL, roles: list[Role] | None = None, **members: Any
    ) -> Account:
        now = self.clock.now()
        account = Account(
            user_id=user_id,
            email=email,
            name="Ada",
            roles=roles or ["customer"],
            password_hash=HASH,
            **({"status": "active", "version": 1, "created_at": now, "updated_at": now} | members),
        )
        self.accounts.save(self.accounts.create_parts(account))
        return account

    def account(self, user_id: str = "user-1") -> Account:
        found = self.accounts.find(user_id)
        assert found is not None
        return found

    def sign_in(self, session_id: str = "session-1", user_id: str = "user-1") -> Caller:
        """A session opened behind the doors, and its owner as a caller."""
        now = self.clock.now()
        account = self.account(user_id)
        until = epoch_seconds(now) + 86_400
        session = StoredSession(
            session_id=session_id,
            user_id=user_id,
            family=session_id,
            epoch=account.epoch,
            refresh_hash=f"hash-of-{session_id}",
            created_at=now,
            last_used_at=now,
            address="203.0.113.9",
            user_agent="tests",
            valid_until=until,
            ends_at=until,
        )
        self.sessions.save(self.sessions.open_parts(session))
        return Caller("user", "203.0.113.9", user_id, roles=frozenset(account.roles), session_id=session_id)

    def signed_in(self, session_id: str, user_id: str = "user-1") -> bool:
        """Whether the session could go on."""
        session = self.sessions.find(user_id, session_id)
        assert session is not None
        return session.alive(epoch_seconds(self.clock.now()), self.account(user_id).epoch)

    def believes(self, caller: Caller, issued_at: int) -> bool:
        """Whether an access token of that second still opens anything."""
        trust = TrustStore(self.trust, clock=self.clock)
        return not trust.denied(
            session_id=caller.session_id,
            family=caller.session_id,
            subject=caller.subject,
            issued_at=issued_at,
        )

    def events(self, kind: str = "") -> list[Any]:
        """What was announced, in the order of making."""
        client = self.identity._client()
        rows = client.scan(TableName=self.identity.name)["Items"]
        found = [json.loads(row["event"]["S"]) for row in rows if row.get("entity", {}).get("S") == "outbox"]
        return [e for e in sorted(found, key=lambda e: (e["time"], e["id"])) if kind in {"", e["type"]}]

    def mails(self) -> list[tuple[str, str]]:
        """Templates and addresses of the mails that were asked for."""
        found = []
        for event in self.events("EmailRequested"):
            data = event["data"]
            addressee = mail_for(
                user_id=data["user_id"],
                token_id=data["token_id"],
                recipient=data["recipient"],
                tokens=self.tokens,
                clock=self.clock,
            )
            found.append((data["template"], addressee.address if addressee else ""))
        return found

    def last_link(self) -> str:
        """The token's text of the last mail that has one."""
        with_links = [e for e in self.events("EmailRequested") if e["data"]["token_id"]]
        return self.tokens.text(with_links[-1]["data"]["token_id"])

    def everything_stored(self) -> str:
        client = self.identity._client()
        return "".join(
            str(client.scan(TableName=table)["Items"]) for table in (self.identity.name, self.trust.name)
        )
