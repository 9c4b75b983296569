"""A user's second factor: offered, confirmed, checked, removed."""

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.errors import NotFound, TooManyRequests
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.limits import DynamoLimiter, Limit
from omnilife.core.table import ConditionFailed, Update
from omnilife.identity.accounts import Account
from omnilife.identity.credential_events import SecondFactorChanged
from omnilife.identity.credential_problems import BadCode, MfaAlreadyOn
from omnilife.identity.problems import ChangedMeanwhile
from omnilife.identity.second_factors import Enrolment, RecoveryCodes, SecondFactor
from omnilife.identity.secret_box import Sealed, SecretBox
from omnilife.identity.store_accounts import AccountStore
from omnilife.identity.store_second_factors import FactorStore
from omnilife.identity.totp import (
    looks_like_code,
    matching_step,
    new_recovery_codes,
    new_secret,
    provisioning_uri,
    recovery_hash,
)

ATTEMPTS = Limit("mfa", 10, 900, burst=5)
"""Codes that a user may try. Counted in DynamoDB before the code is looked at: none is tried for free."""

ISSUER = "OmniLife"


def enroll_totp(store: FactorStore, box: SecretBox, *, caller: Caller) -> Enrolment:
    """Offer the caller's app a secret, which is in force once `confirm_totp` has seen a code of it.

    Raises:
        MfaAlreadyOn: remove the one in force first.
        NotFound: the account is gone.
        Unavailable: KMS does not answer.
    """
    account = _account(AccountStore(store.table), caller)
    secret = new_secret()
    sealed = box.seal(account.user_id, secret)
    factor = SecondFactor(state="pending", wrapped_key=sealed.wrapped_key, box=sealed.box, version=1)
    try:
        store.offer(account.user_id, factor)
    except ConditionFailed:
        raise MfaAlreadyOn from None
    return Enrolment(secret=secret, uri=provisioning_uri(secret, account=account.email, issuer=ISSUER))


def confirm_totp(
    store: FactorStore,
    box: SecretBox,
    code: str,
    *,
    caller: Caller,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> RecoveryCodes:
    """Put the offered secret in force, and say the recovery codes, this once.

    Raises:
        BadCode: not the app's code, or nothing was offered.
        MfaAlreadyOn: it is in force.
        ChangedMeanwhile: another secret was offered in this moment, or the account changed.
        TooManyRequests: too many codes were tried.
    """
    accounts = AccountStore(store.table)
    account = _account(accounts, caller)
    _count(store, account.user_id, clock)
    factor = store.find(account.user_id)
    if factor is None:
        raise BadCode
    if factor.state == "confirmed":
        raise MfaAlreadyOn
    now = clock.now()
    secret = box.open(account.user_id, Sealed(factor.wrapped_key, factor.box))
    step = matching_step(secret, code, now=epoch_seconds(now), after=factor.last_step)
    if step is None:
        raise BadCode
    codes = new_recovery_codes()
    hashes = {recovery_hash(each): epoch_seconds(now) for each in codes}
    changed = SecondFactorChanged.about(account, event_id=make_id(), actor=caller.actor, at=now, enabled=True)
    try:
        accounts.save(
            [
                store.confirm(account.user_id, factor, step=step, recovery=hashes),
                accounts.change(account, mfa_enabled=True),
            ],
            [changed],
        )
    except ConditionFailed as failure:
        raise ChangedMeanwhile from failure
    return RecoveryCodes(recovery_codes=codes)


def check_code(
    store: FactorStore, box: SecretBox, user_id: str, code: str, *, clock: Clock = system_clock
) -> Update:
    """The part that uses up this code of the app or this recovery code, for what it allows.

    The part fails (as `FACTOR`) when somebody else used the code meanwhile.

    Raises:
        BadCode: wrong, used before, or there is no second factor.
        TooManyRequests: too many codes were tried; counted before this one was looked at.
    """
    _count(store, user_id, clock)
    factor = store.find(user_id)
    if factor is None or factor.state != "confirmed":
        raise BadCode
    if not looks_like_code(code):
        used = recovery_hash(code)
        if used not in factor.recovery:
            raise BadCode
        return store.use_recovery(user_id, used)
    secret = box.open(user_id, Sealed(factor.wrapped_key, factor.box))
    step = matching_step(secret, code, now=epoch_seconds(clock.now()), after=factor.last_step)
    if step is None:
        raise BadCode
    return store.use_step(user_id, step)


def remove_totp(
    store: FactorStore,
    box: SecretBox,
    code: str,
    *,
    caller: Caller,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> None:
    """Remove the second factor, for a code of it: a stolen access token is not enough.

    Raises:
        BadCode, TooManyRequests: see `check_code`.
        ChangedMeanwhile: the code was used in this moment, or the account changed.
    """
    accounts = AccountStore(store.table)
    account = _account(accounts, caller)
    check_code(store, box, account.user_id, code, clock=clock)
    factor = store.find(account.user_id)
    if factor is None:
        raise BadCode
    changed = SecondFactorChanged.about(
        account, event_id=make_id(), actor=caller.actor, at=clock.now(), enabled=False
    )
    try:
        accounts.save(
            [store.remove(account.user_id, factor), accounts.change(account, mfa_enabled=False)], [changed]
        )
    except ConditionFailed as failure:
        raise ChangedMeanwhile from failure


def _count(store: FactorStore, user_id: str, clock: Clock) -> None:
    decision = DynamoLimiter(store.table, clock=clock).check(user_id, ATTEMPTS)
    if not decision.allowed:
        raise TooManyRequests("Too many codes were tried.", retry_after=decision.retry_after_s)


def _account(accounts: AccountStore, caller: Caller) -> Account:
    account = accounts.find(caller.subject)
    if account is None:
        raise NotFound("There is no such account.")
    return account
