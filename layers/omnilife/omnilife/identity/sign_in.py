"""Signing in with a password."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.errors import Unavailable
from omnilife.core.events import DomainEvent
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed, Part
from omnilife.identity.accounts import Account, Credentials
from omnilife.identity.credential_events import MailWithheld
from omnilife.identity.events import LoginFailed, LoginFailedData
from omnilife.identity.mail_orders import may_mail, new_device_mail, request_mail
from omnilife.identity.mfa_tickets import TICKET_S, MfaTickets
from omnilife.identity.open_sessions import SessionOpener
from omnilife.identity.passwords import DUMMY_HASH, hash_password, needs_rehash, verify_password
from omnilife.identity.problems import BadCredentials
from omnilife.identity.sessions import Client, MfaRequired, SignedIn
from omnilife.identity.single_use import Purpose, SingleUseTokens
from omnilife.identity.store_accounts import AccountStore

if TYPE_CHECKING:
    from omnilife.security import Admitted, LoginGuard
    from omnilife.security import SignedIn as Recognised


@dataclass(frozen=True, slots=True)
class PasswordSignIn:
    """What signing in takes."""

    accounts: AccountStore
    tokens: SingleUseTokens
    tickets: MfaTickets
    opener: SessionOpener
    guard: "LoginGuard"
    clock: Clock = field(default=system_clock, kw_only=True)
    make_id: IdMaker = field(default=new_id, kw_only=True)

    @classmethod
    def from_environment(cls) -> Self:
        from omnilife.security import LoginGuard  # noqa: PLC0415 (deferred: see core.lazy)

        return cls(
            AccountStore.from_environment(),
            SingleUseTokens.from_environment(),
            MfaTickets.from_environment(),
            SessionOpener.from_environment(),
            LoginGuard.from_environment(),
        )

    def sign_in(
        self, credentials: Credentials, client: Client, *, device: str | None = None
    ) -> SignedIn | MfaRequired:
        """A session for the right password, or a ticket for the second factor where the account has one.

        The attempt is counted before anything is looked at. An address that nobody has, one that was never
        verified and a wrong password do the same work, and are answered with the same words.

        Args:
            device: the device's cookie; `credentials.device_token` does as well.

        Raises:
            AccountLocked: too many attempts; the password was not looked at.
            BadCredentials: see there.
            Unavailable: nobody can be signed in now.
        """
        admitted = self.guard.admit(credentials.email, client.address, credentials.device_token or device)
        account = self.accounts.find_by_email(credentials.email)
        right = verify_password(account.password_hash if account else DUMMY_HASH, credentials.password)
        if account is None or not right or account.status != "active":
            self._note_failure(credentials.email, account, admitted, client, right=right)
            raise BadCredentials
        if account.mfa_enabled:
            text, part = self.tickets.issue(account)
            self.accounts.save([part, self.accounts.unchanged(account)])
            return MfaRequired(mfa_token=text, expires_in=TICKET_S)
        recognised = self._recognise(admitted, account)
        signed_in = self._open(account, credentials, admitted, recognised, client)
        return signed_in.model_copy(update={"device_token": recognised.device_token if recognised else None})

    def _recognise(self, admitted: "Admitted", account: Account) -> "Recognised | None":
        try:
            return self.guard.succeeded(admitted, account.user_id)
        except Unavailable:
            return None  # the attempt stays counted; that is no reason to turn its owner away

    def _open(
        self,
        account: Account,
        credentials: Credentials,
        admitted: "Admitted",
        recognised: "Recognised | None",
        client: Client,
    ) -> SignedIn:
        events: list[DomainEvent] = []
        if recognised is not None and recognised.new_device:
            events.append(new_device_mail(account, client, mail_id=self.make_id(), now=self.clock.now()))
        rehashed: Part | None = None
        if needs_rehash(account.password_hash):
            rehashed = self.accounts.change(account, password_hash=hash_password(credentials.password))
        # A hash that cannot be renewed now is renewed the next time.
        for account_part in [rehashed, None] if rehashed else [None]:
            with suppress(ConditionFailed):
                return self.opener.open(
                    account,
                    client,
                    method="password",
                    account_part=account_part,
                    events=events,
                    known_device=admitted.device is not None,
                    risk=admitted.risk,
                )
        raise BadCredentials  # all sessions were ended since the password was compared: it may be another now

    def _note_failure(
        self, email: str, account: Account | None, admitted: "Admitted", client: Client, *, right: bool
    ) -> None:
        """Tell security, and the owner where there is something to do: unlock, or verify at last."""
        now = self.clock.now()
        failed = LoginFailed(
            id=self.make_id(),
            time=now,
            aggregate_id=admitted.account,
            version=admitted.version,
            actor="anonymous",
            data=LoginFailedData(
                vocabulary="authn_login_lock" if admitted.locks else "authn_login_fail",
                account=admitted.account,
                user_id=account.user_id if account else None,
                address=client.address,
                user_agent=client.user_agent,
                known_device=admitted.device is not None,
                attempts_left=admitted.attempts_left,
                locked_until=admitted.locks,
                risk=admitted.risk,
                suspicious=admitted.suspicious,
            ),
        )
        parts: list[Part] = []
        events: list[DomainEvent] = [failed]
        unverified = account is not None and account.status == "unverified" and right
        if (admitted.locks or unverified) and may_mail(self.accounts.table, email):
            purpose: Purpose = "verify_email" if unverified else "unlock_account"
            # Of an address that nobody has, too: the same work. Its text is told to nobody.
            owner = account.user_id if account else self.make_id()
            token = self.tokens.issue(purpose, user_id=owner, address=email)
            parts.append(token.part)
            if account is None or not (unverified or account.status == "active"):
                events.append(MailWithheld.of("unlock", self.make_id(), now, "nobody"))
            else:
                until = {"until": rfc3339(admitted.locks)} if admitted.locks and not unverified else {}
                events.append(
                    request_mail(
                        "verify" if unverified else "unlock",
                        account,
                        mail_id=self.make_id(),
                        now=now,
                        token_id=token.token_id,
                        **until,
                    )
                )
        self.accounts.save(parts, events)
