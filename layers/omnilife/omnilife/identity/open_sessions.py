"""Opening a session: the last step of every way to sign in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.events import DomainEvent
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import Part
from omnilife.identity.accounts import Account
from omnilife.identity.events import LoginSucceeded, Method
from omnilife.identity.refresh_secrets import new_refresh_token, refresh_hash
from omnilife.identity.sessions import IDLE_S, SESSION_S, Client, SignedIn, StoredSession
from omnilife.identity.sign_tokens import TokenSigner, process_signer
from omnilife.identity.store_sessions import SessionStore


@dataclass(frozen=True, slots=True)
class SessionOpener:
    """What opening takes."""

    sessions: SessionStore
    signer: TokenSigner
    clock: Clock = field(default=system_clock, kw_only=True)
    make_id: IdMaker = field(default=new_id, kw_only=True)

    @classmethod
    def from_environment(cls) -> Self:
        return cls(SessionStore.from_environment(), process_signer())

    def open(
        self,
        account: Account,
        client: Client,
        *,
        method: Method,
        account_part: Part | None = None,
        parts: Sequence[Part] = (),
        events: Sequence[DomainEvent] = (),
        known_device: bool = False,
        risk: float | None = None,
    ) -> SignedIn:
        """A session with its first tokens, written with what allowed it.

        Cost: one KMS request, one transaction.

        Args:
            account: as it is after `account_part`.
            account_part: what changes the account's row, on condition that nothing ended all sessions
                since it was read; by default only that is checked. A password that was changed in between
                opens nothing.
            parts, events: what else belongs to it: a spent token, a changed address.

        Raises:
            ConditionFailed: of one of the parts; there is no session.
            Unavailable: nobody can be signed in now.
        """
        now = self.clock.now()
        session_id, refresh_token = self.make_id(), new_refresh_token()
        access = self.signer.sign(
            subject=account.user_id,
            session_id=session_id,
            family=session_id,
            roles=account.roles,
            not_before=account.tokens_after,
        )
        session = StoredSession(
            session_id=session_id,
            user_id=account.user_id,
            family=session_id,
            epoch=account.epoch,
            refresh_hash=refresh_hash(refresh_token),
            created_at=now,
            last_used_at=now,
            address=client.address,
            user_agent=client.user_agent,
            valid_until=epoch_seconds(now + timedelta(seconds=IDLE_S)),
            ends_at=epoch_seconds(now + timedelta(seconds=SESSION_S)),
        )
        begun = LoginSucceeded.of(
            session_id,
            1,
            event_id=self.make_id(),
            user_id=account.user_id,
            at=now,
            session_id=session_id,
            method=method,
            address=client.address,
            user_agent=client.user_agent,
            known_device=known_device,
            risk=risk,
        )
        guarding = account_part or self.sessions.accounts.unchanged(account)
        self.sessions.save([guarding, *self.sessions.open_parts(session), *parts], [*events, begun])
        return SignedIn(
            access_token=access.text,
            expires_in=access.expires_in,
            refresh_token=refresh_token,
            session_id=session_id,
            user=account.user,
        )
