"""Ending a lockout by the link that was mailed when it began."""

from typing import TYPE_CHECKING

from omnilife.identity.single_use import MailedTokens

if TYPE_CHECKING:
    from omnilife.security import LoginGuard


def unlock_account(text: str, *, tokens: MailedTokens, guard: "LoginGuard") -> None:
    """End the lockouts of the account whose owner the link was mailed to.

    The link is spent first: should the guard then not answer, the lockout runs out by itself.

    Raises:
        DeadLink: the link does not work any more.
        Unavailable: others kept counting attempts at the same time.
    """
    guard.unlock(tokens.redeem("unlock_account", text).address)
