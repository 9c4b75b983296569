"""New passwords: by a mailed link for who forgot theirs, or with the one that was."""

from contextlib import suppress
from dataclasses import dataclass

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.events import DomainEvent
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import Check, ConditionFailed, Part
from omnilife.identity.accounts import Account
from omnilife.identity.credential_events import MailWithheld, PasswordChanged
from omnilife.identity.credential_models import PasswordChange, ResetSent
from omnilife.identity.mail_orders import may_mail, request_mail
from omnilife.identity.passwords import check_acceptable, hash_password
from omnilife.identity.problems import ChangedMeanwhile, DeadLink
from omnilife.identity.prove_password import prove_password
from omnilife.identity.revoke_sessions import revoke_all
from omnilife.identity.single_use import MailedTokens, SingleUseTokens, dead_link, kill_tokens
from omnilife.identity.store_accounts import AccountStore, account_key, nobody, same_epoch
from omnilife.identity.store_sessions import SessionStore

ATTEMPTS = 3


def forgot_password(
    email: str,
    *,
    accounts: AccountStore,
    tokens: SingleUseTokens,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> ResetSent:
    """Mail a link for a new password, if somebody has the address. The answer is the same if nobody has.

    So is the work: the address is counted and looked up, a link is made, and one transaction of a check, a
    token and an event is written. The token of an address that nobody has is told to nobody.

    Raises:
        Unavailable: the table does not answer.
    """
    mailable = may_mail(accounts.table, email)
    account = accounts.find_by_email(email)
    now, mail_id = clock.now(), make_id()
    known = account is not None and account.status == "active"
    user_id = account.user_id if account is not None and known else make_id()
    token = tokens.issue("reset_password", user_id=user_id, address=email)
    event: DomainEvent
    if account is None or not known:
        check = nobody(user_id)
        event = MailWithheld.of("reset", mail_id, now, "nobody")
    else:
        check = Check(account_key(user_id), condition=same_epoch(account))
        event = (
            request_mail("reset", account, mail_id=mail_id, now=now, token_id=token.token_id)
            if mailable
            else MailWithheld.of("reset", mail_id, now, "limited")
        )
    with suppress(ConditionFailed):  # its sessions ended in this moment: who wants a link asks again
        accounts.save([check, token.part], [event])
    return ResetSent()


def reset_password(
    text: str,
    password: str,
    *,
    sessions: SessionStore,
    tokens: MailedTokens,
    address: str,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> None:
    """Set a password by a mailed link. All sessions end, all other links die, and the owner is told by mail.

    Raises:
        DeadLink: the link does not work any more; nothing happened.
        WeakPassword: the link still works.
        ChangedMeanwhile: others kept changing the account; the link still works.
    """
    tokens.find("reset_password", text)  # before 0.1 s of argon2 are spent on whoever makes up a link
    check_acceptable(password)
    hashed = hash_password(password)
    for _ in range(ATTEMPTS):
        token = tokens.find("reset_password", text)
        account = sessions.accounts.find(token.user_id)
        if account is None or account.email != token.address or account.status != "active":
            raise DeadLink
        setting = _Setting(account, hashed, "email_link", f"user:{account.user_id}", address, clock, make_id)
        try:
            setting.save(sessions, [token.spend, token.kill_tokens()])
        except ConditionFailed as failure:
            if dead_link(failure):
                raise DeadLink from failure
            continue
        return
    raise ChangedMeanwhile


def change_password(
    change: PasswordChange,
    *,
    sessions: SessionStore,
    caller: Caller,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> None:
    """Set a password with the one that was. All other sessions end, all links die, the owner is told by mail.

    The caller's own session goes on, but its access token is refused too: it gets the next by refreshing.

    Raises:
        WrongPassword, TooManyRequests: see `prove_password`.
        WeakPassword: of the new one.
        ChangedMeanwhile: the account was changed in this moment.
    """
    check_acceptable(change.new_password, pointer="/new_password")
    account = prove_password(
        sessions.accounts,
        caller,
        change.current_password,
        pointer="/current_password",
        clock=clock,
        make_id=make_id,
    )
    hashed = hash_password(change.new_password)
    kept = sessions.find(account.user_id, caller.session_id)
    setting = _Setting(account, hashed, "password", caller.actor, caller.address, clock, make_id)
    try:
        setting.save(
            sessions,
            [kill_tokens(account.user_id, clock)],
            keep=caller.session_id if kept is not None else None,
        )
    except ConditionFailed as failure:
        raise ChangedMeanwhile from failure


@dataclass(frozen=True, slots=True)
class _Setting:
    """A new password for an account, by somebody at an address."""

    account: Account
    hashed: str
    method: str
    actor: str
    address: str
    clock: Clock
    make_id: IdMaker

    def save(self, sessions: SessionStore, parts: list[Part], *, keep: str | None = None) -> None:
        now, account = self.clock.now(), self.account
        revocation = revoke_all(sessions, account, now, keep=keep)
        changed = sessions.accounts.change(
            account, password_hash=self.hashed, updated_at=rfc3339(now), **revocation.account
        )
        event = PasswordChanged.about(
            account,
            event_id=self.make_id(),
            actor=self.actor,
            at=now,
            method=self.method,
            address=self.address,
        )
        mail = request_mail("changed", account, mail_id=self.make_id(), now=now, what="password")
        sessions.save([*parts, changed, *revocation.parts], [event, mail])
