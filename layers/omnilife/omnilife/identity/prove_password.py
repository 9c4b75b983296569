"""Asking somebody who is signed in for the password, before something that a stolen session must not do."""

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.errors import NotFound, TooManyRequests
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.limits import DynamoLimiter, Limit
from omnilife.identity.accounts import Account
from omnilife.identity.credential_events import PasswordChangeFailed
from omnilife.identity.credential_problems import WrongPassword
from omnilife.identity.passwords import verify_password
from omnilife.identity.store_accounts import AccountStore

ATTEMPTS = Limit("password", 5, 900)
"""Counted in DynamoDB before the password is looked at: with a stolen session nobody gets a sixth guess."""


def account_of(accounts: AccountStore, caller: Caller) -> Account:
    """The caller's account.

    Raises:
        NotFound: it was erased, and the token is the last of it.
    """
    account = accounts.find(caller.subject)
    if account is None or account.status != "active":
        raise NotFound("There is no such account.")
    return account


def prove_password(
    accounts: AccountStore,
    caller: Caller,
    password: str,
    *,
    pointer: str,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> Account:
    """The caller's account, if `password` is its own. Cost: a counted write, a read, 0.1 s of argon2.

    Raises:
        WrongPassword: it is not; security is told.
        TooManyRequests: five were tried in fifteen minutes; this one was not looked at.
        NotFound: see `account_of`.
    """
    decision = DynamoLimiter(accounts.table, clock=clock).check(caller.subject, ATTEMPTS)
    if not decision.allowed:
        raise TooManyRequests("Too many passwords were tried.", retry_after=decision.retry_after_s)
    account = account_of(accounts, caller)
    if not verify_password(account.password_hash, password):
        failed = PasswordChangeFailed.about(
            account,
            event_id=make_id(),
            actor=caller.actor,
            at=clock.now(),
            changes=False,
            address=caller.address,
        )
        accounts.save([], [failed])
        raise WrongPassword(pointer)
    return account
