"""Whether an account is locked for somebody at an address."""

from omnilife.core.errors import FieldError, Invalid, NotFound
from omnilife.security.attempt_models import AccountStanding
from omnilife.security.login_guard import LoginGuard


def tell_standing(
    guard: LoginGuard, *, user_id: str | None, email: str | None, address: str
) -> AccountStanding:
    """Of the account of a user or of an e-mail address, without counting anything.

    Raises:
        Invalid: not exactly one of `user_id` and `email`.
        NotFound: no such user ever signed in; an e-mail address is always answered.
    """
    if (user_id is None) == (email is None):
        raise Invalid("Name the account by user or by email.", errors=[FieldError("/query/user", "or email")])
    if email is not None:
        found = guard.standing(email, address)
    else:
        by_user = guard.standing_of_user(user_id or "", address)
        if by_user is None:
            raise NotFound("This user has not signed in yet.")
        found = by_user
    return AccountStanding(
        locked=found.lock is not None,
        until=found.lock.until if found.lock else None,
        reason=found.lock.reason if found.lock else None,
        attempts_left=found.attempts_left,
        risk=found.risk,
        factors=list(found.factors),
    )
