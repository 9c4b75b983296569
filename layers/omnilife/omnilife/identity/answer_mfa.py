"""The second step of a sign-in: a code, after the password was right."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from omnilife.core.clock import Clock, system_clock
from omnilife.core.errors import Unavailable
from omnilife.core.events import DomainEvent
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed
from omnilife.identity.accounts import Account
from omnilife.identity.credential_problems import BadCode, TicketOver
from omnilife.identity.mail_orders import new_device_mail
from omnilife.identity.manage_second_factor import check_code
from omnilife.identity.mfa_tickets import MfaTickets
from omnilife.identity.open_sessions import SessionOpener
from omnilife.identity.second_factors import MfaAnswer
from omnilife.identity.secret_box import SecretBox
from omnilife.identity.sessions import Client, SignedIn
from omnilife.identity.store_accounts import AccountStore
from omnilife.identity.store_second_factors import FACTOR, FactorStore

if TYPE_CHECKING:
    from omnilife.security import LoginGuard


@dataclass(frozen=True, slots=True)
class MfaSignIn:
    """What the second step takes."""

    accounts: AccountStore
    tickets: MfaTickets
    factors: FactorStore
    box: SecretBox
    opener: SessionOpener
    guard: "LoginGuard"
    clock: Clock = field(default=system_clock, kw_only=True)
    make_id: IdMaker = field(default=new_id, kw_only=True)

    @classmethod
    def from_environment(cls) -> Self:
        from omnilife.security import LoginGuard  # noqa: PLC0415 (deferred: see core.lazy)

        return cls(
            AccountStore.from_environment(),
            MfaTickets.from_environment(),
            FactorStore.from_environment(),
            SecretBox.from_environment("totp"),
            SessionOpener.from_environment(),
            LoginGuard.from_environment(),
        )

    def answer(self, given: MfaAnswer, client: Client, *, device: str | None = None) -> SignedIn:
        """A session, for the ticket and a code that fits; both are used up with it.

        The owner is told by mail of a device that is none of those that signed in before.

        Args:
            device: the device's cookie; `given.device_token` does as well.

        Raises:
            TicketOver: the password has to come again: the ticket is old or used, or all sessions were ended.
            BadCode: the ticket goes on.
            TooManyRequests: too many codes were tried; this one was not looked at.
            Unavailable: nobody can be signed in now.
        """
        ticket = self.tickets.find(given.mfa_token)
        account = self.accounts.find(ticket.user_id) if ticket else None
        if ticket is None or account is None or account.epoch != ticket.epoch or not account.mfa_enabled:
            raise TicketOver
        device = given.device_token or device
        used = check_code(self.factors, self.box, account.user_id, given.code, clock=self.clock)
        known = self.guard.knows(account.email, device)
        events: list[DomainEvent] = []
        if not known and self.guard.has_devices(account.email):
            now = self.clock.now()
            events.append(new_device_mail(account, client, mail_id=self.make_id(), now=now))
        try:
            signed_in = self.opener.open(
                account, client, method="mfa", parts=[ticket.spend, used], events=events, known_device=known
            )
        except ConditionFailed as failure:
            raise (BadCode if failure.part == FACTOR else TicketOver) from failure
        return signed_in.model_copy(update={"device_token": self._recognise(account, client, device, known)})

    def _recognise(self, account: Account, client: Client, device: str | None, known: bool) -> str | None:
        """Take back what the sign-in was counted for, and give an unknown device its token."""
        try:
            self.guard.disregard(account.email, client.address, device)
            return None if known else self.guard.device_token(account.email, account.user_id)
        except Unavailable:
            return None  # the attempt stays counted; that is no reason to turn its owner away
