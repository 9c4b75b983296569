"""Whether an account is locked for somebody at an address."""

from omnilife.core.errors import FieldError, Invalid
from omnilife.security.attempt_models import AccountStanding
from omnilife.security.login_guard import LoginGuard


def tell_standing(
    guard: LoginGuard, *, user_id: str | None, email: str | None, address: str
) -> AccountStanding:
    """Of the account of a user or of an e-mail address, without counting anything.

    Users are known by the devices that signed in: of one who never did, the address alone can be locked.

    Raises:
        Invalid: not exactly one of `user_id` and `email`.
    """
    if (user_id is None) == (email is None):
        raise Invalid("Name the account by user or by email.", errors=[FieldError("/query/user", "or email")])
    if email is not None:
        found = guard.standing(email, address)
    else:
        found = guard.standing_of_user(user_id or "", address)
    return AccountStanding(
        locked=found.lock is not None,
        until=found.lock.until if found.lock else None,
        reason=found.lock.reason if found.lock else None,
        attempts_left=found.attempts_left,
        risk=found.risk,
        factors=list(found.factors),
    )
