"""Giving and taking roles, in force at once."""

from typing import cast

from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.errors import Conflict, NotFound
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed
from omnilife.identity.accounts import Account, Role, User
from omnilife.identity.credential_events import RolesChanged
from omnilife.identity.problems import ChangedMeanwhile
from omnilife.identity.revoke_sessions import revoke_all
from omnilife.identity.store_sessions import SessionStore

ATTEMPTS = 3


def set_roles(
    user_id: str,
    roles: list[Role],
    *,
    sessions: SessionStore,
    actor: str,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> User:
    """Give a user exactly these roles, and `customer`. Tokens with the old ones are refused from now on.

    Sessions end too, so that nobody goes on under a role that was taken; who got one signs in again. An
    administrator cannot take the role from themselves: the last one would lock everybody out.

    Raises:
        NotFound: there is no such user, or its address was never verified.
        Conflict: one's own role of administrator.
        ChangedMeanwhile: others kept changing the account.
    """
    wanted = cast(list[Role], sorted({"customer", *roles}))
    if actor == f"user:{user_id}" and "admin" not in wanted:
        raise Conflict("Another administrator has to take that role from you.")
    for _ in range(ATTEMPTS):
        account = sessions.accounts.find(user_id)
        if account is None or account.status != "active":
            raise NotFound("There is no such user.")
        if account.roles == wanted:
            return account.user
        now = clock.now()
        revocation = revoke_all(sessions, account, now)
        change = sessions.accounts.change(
            account, roles=set(wanted), updated_at=rfc3339(now), **revocation.account
        )
        event = RolesChanged.about(
            account, event_id=make_id(), actor=actor, at=now, before=account.roles, after=wanted
        )
        try:
            sessions.save([change, *revocation.parts], [event])
        except ConditionFailed:
            continue
        return _changed(account, wanted, now=rfc3339(now))
    raise ChangedMeanwhile


def make_first_admin(
    email: str, *, sessions: SessionStore, clock: Clock = system_clock, make_id: IdMaker = new_id
) -> User:
    """Make the owner of an address an administrator: for a function that only the account's IAM can call.

    Raises:
        NotFound: nobody has the address, or it was never verified.
    """
    account = sessions.accounts.find_by_email(email)
    if account is None:
        raise NotFound("There is no such user.")
    roles = cast(list[Role], sorted({*account.roles, "admin"}))
    return set_roles(
        account.user_id, roles, sessions=sessions, actor="system:make_admin", clock=clock, make_id=make_id
    )


def _changed(account: Account, roles: list[Role], *, now: str) -> User:
    return User.model_validate({**account.user.model_dump(), "roles": roles, "updated_at": now})
