"""Refreshing: a new access token for a refresh token, which is used up by it (RFC 9700, section 4.14.2)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.core.table import ConditionFailed
from omnilife.identity.accounts import Account
from omnilife.identity.events import TokenReused
from omnilife.identity.problems import ChangedMeanwhile, InvalidRefreshToken
from omnilife.identity.refresh_secrets import (
    is_refresh_token,
    new_refresh_token,
    refresh_hash,
    seal,
    unseal,
)
from omnilife.identity.sessions import IDLE_S, Client, StoredSession, Tokens
from omnilife.identity.sign_tokens import TokenSigner, process_signer
from omnilife.identity.store_sessions import SessionStore

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Refresher:
    """What refreshing takes."""

    sessions: SessionStore
    signer: TokenSigner
    clock: Clock = field(default=system_clock, kw_only=True)
    make_id: IdMaker = field(default=new_id, kw_only=True)

    @classmethod
    def from_environment(cls) -> Self:
        return cls(SessionStore.from_environment(), process_signer())

    def refresh(self, presented: str, client: Client) -> Tokens:
        """New tokens for a session. The one presented is used up, but for `REPEAT_S`.

        In that time the same one gets the same successor again, as long as nobody has used that: a client
        whose answer was lost asks again. Anything else that was used before ends the session, whoever it is
        that holds the other one.

        Cost: two round trips of reads, one KMS request, one transaction.

        Raises:
            InvalidRefreshToken: it was never given out, is used, or the session is over.
            ChangedMeanwhile: others kept changing the session.
            Unavailable: nobody can be signed in now; the token still is good.
        """
        if not is_refresh_token(presented):
            raise InvalidRefreshToken
        presented_hash = refresh_hash(presented)
        for _ in range(ATTEMPTS):
            found = self.sessions.find_by_refresh(presented_hash)
            if found is None:
                raise InvalidRefreshToken
            session, account = found
            now = self.clock.now()
            if account.status != "active" or not session.alive(epoch_seconds(now), account.epoch):
                raise InvalidRefreshToken
            try:
                if presented_hash == session.refresh_hash:
                    return self._rotate(presented, session, account, client, now)
                if presented_hash == session.previous_hash and _repeatable(session, now):
                    return self._tokens(session, account, unseal(session.successor, under=presented))
                self._revoke(session, client, now)
            except ConditionFailed:
                continue  # another request of the same session was the first: look what it left
            raise InvalidRefreshToken
        raise ChangedMeanwhile

    def _rotate(
        self, presented: str, session: StoredSession, account: Account, client: Client, now: datetime
    ) -> Tokens:
        successor = new_refresh_token()
        answer = self._tokens(session, account, successor)
        self.sessions.rotate(
            session,
            account,
            refresh_hash=refresh_hash(successor),
            successor=seal(successor, under=presented),
            valid_until=min(epoch_seconds(now) + IDLE_S, session.ends_at),
            now=now,
            client=client,
        )
        return answer

    def _tokens(self, session: StoredSession, account: Account, refresh_token: str) -> Tokens:
        access = self.signer.sign(
            subject=account.user_id,
            session_id=session.session_id,
            family=session.family,
            roles=account.roles,
            not_before=account.tokens_after,
        )
        return Tokens(
            access_token=access.text,
            expires_in=access.expires_in,
            refresh_token=refresh_token,
            session_id=session.session_id,
        )

    def _revoke(self, session: StoredSession, client: Client, now: datetime) -> None:
        reused = TokenReused.of(
            session.session_id,
            session.rotations + 2,
            event_id=self.make_id(),
            user_id=session.user_id,
            at=now,
            session_id=session.session_id,
            address=client.address,
            user_agent=client.user_agent,
        )
        parts = self.sessions.end_parts(session, "token_reused", now, deny="family")
        self.sessions.save(parts, [reused])
        logger.warning("a refresh token was used twice", extra={"session": session.session_id})
        count("TokensReused")


def _repeatable(session: StoredSession, now: datetime) -> bool:
    return bool(session.successor) and round(now.timestamp() * 1000) <= session.successor_until
