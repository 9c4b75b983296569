"""Making an account. Whoever asks learns nothing of whether the address has one already."""

from dataclasses import dataclass
from datetime import datetime

from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.events import DomainEvent
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import Check, ConditionFailed, Part
from omnilife.identity.accounts import Accepted, Account, NewAccount
from omnilife.identity.credential_events import MailWithheld
from omnilife.identity.events import RegistrationRepeated, Template, UserRegistered
from omnilife.identity.mail_orders import may_mail, request_mail
from omnilife.identity.passwords import check_acceptable, hash_password
from omnilife.identity.problems import ChangedMeanwhile
from omnilife.identity.sessions import Client
from omnilife.identity.single_use import SingleUseTokens, kill_tokens
from omnilife.identity.store_accounts import ADDRESS, AccountStore, account_key, same_epoch


def register(
    new: NewAccount,
    *,
    accounts: AccountStore,
    tokens: SingleUseTokens,
    client: Client,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> Accepted:
    """Make an account to be verified, or tell the owner of the address by mail that there is one.

    Both do the same work: a password is hashed, the address looked up, a link made, and one transaction of
    five parts written. An account that was never verified takes the new name and password, and its earlier
    links die: who does not read the address's mail cannot prepare an account for who does.

    Raises:
        WeakPassword: for every address alike.
    """
    check_acceptable(new.password)
    registration = _Registration(
        new=new,
        hashed=hash_password(new.password),
        accounts=accounts,
        tokens=tokens,
        client=client,
        clock=clock,
        make_id=make_id,
        now=clock.now(),
        mailable=may_mail(accounts.table, new.email),
    )
    for _ in range(2):
        known = accounts.find_by_email(new.email)
        try:
            if known is None:
                registration.create()
            elif known.status == "unverified":
                registration.replace(known)
            else:
                registration.tell_owner(known)
        except ConditionFailed:
            continue  # somebody else registered, or verified, in this very moment
        return Accepted()
    raise ChangedMeanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class _Registration:
    new: NewAccount
    hashed: str
    accounts: AccountStore
    tokens: SingleUseTokens
    client: Client
    clock: Clock
    make_id: IdMaker
    now: datetime
    mailable: bool

    def create(self) -> None:
        account = Account(
            user_id=self.make_id(),
            email=self.new.email,
            name=self.new.name,
            locale=self.new.locale,
            roles=["customer"],
            status="unverified",
            password_hash=self.hashed,
            version=1,
            created_at=self.now,
            updated_at=self.now,
        )
        registered = UserRegistered.of(
            account.user_id, 1, event_id=self.make_id(), at=self.now, **self._where(account)
        )
        self._save("verify", account, self.accounts.create_parts(account), registered)

    def replace(self, known: Account) -> None:
        changed = self.accounts.change(
            known,
            password_hash=self.hashed,
            name=self.new.name,
            locale=self.new.locale,
            updated_at=rfc3339(self.now),
        )
        parts: list[Part] = [changed, kill_tokens(known.user_id, self.clock)]
        self._save("verify", known, parts, self._repeated(known, known.version + 1))

    def tell_owner(self, known: Account) -> None:
        still = Check(account_key(known.user_id), condition=same_epoch(known), name=ADDRESS)
        theirs = self.accounts.still_at_address(known)
        self._save("already_registered", known, [still, theirs], self._repeated(known, known.version))

    def _repeated(self, known: Account, version: int) -> RegistrationRepeated:
        return RegistrationRepeated.of(
            known.user_id, version, event_id=self.make_id(), at=self.now, **self._where(known)
        )

    def _where(self, account: Account) -> dict[str, str]:
        client = self.client
        return {"user_id": account.user_id, "address": client.address, "user_agent": client.user_agent}

    def _save(self, template: Template, account: Account, parts: list[Part], told: DomainEvent) -> None:
        """Two parts, what is told, a token, and a mail: whatever the account was, as much is written.

        The token of a mail that carries none, or that is withheld, is told to nobody.
        """
        token = self.tokens.issue("verify_email", user_id=account.user_id, address=account.email)
        mail_id = self.make_id()
        mail: DomainEvent
        if not self.mailable:
            mail = MailWithheld.of(template, mail_id, self.now, "limited")
        else:
            link = token.token_id if template == "verify" else None
            mail = request_mail(template, account, mail_id=mail_id, now=self.now, token_id=link)
        self.accounts.save([*parts, token.part], [told, mail])
