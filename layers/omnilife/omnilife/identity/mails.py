"""Whom a mail goes to, and the secret that it carries: made when it is written, and nowhere before."""

from dataclasses import dataclass, field
from typing import Literal

from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.identity.single_use import SingleUseTokens


@dataclass(frozen=True, slots=True)
class Addressee:
    """A mail's receiver. `token` is the text of the single-use token, if the mail has one."""

    address: str
    name: str
    token: str | None = field(default=None, repr=False)


def mail_for(
    *,
    user_id: str,
    token_id: str | None = None,
    recipient: Literal["current", "previous"] = "current",
    tokens: SingleUseTokens | None = None,
    clock: Clock = system_clock,
) -> Addressee | None:
    """The address that a user has now, or had before its last change; with a token, the one it was made for.

    None when the user is gone, or the token is spent or has expired: the mail would be of no use.
    Cost: one or two consistent reads.
    """
    tokens = tokens or SingleUseTokens.from_environment()
    user = tokens.table.get(f"USER#{user_id}", "USER", consistent=True)
    if user is None:
        return None
    name: str = user.get("name", "")
    if token_id is None:
        address = user.get("email" if recipient == "current" else "previous_email")
        return Addressee(address, name) if address else None
    row = tokens.table.get(f"TOKEN#{token_id}", "TOKEN", consistent=True)
    if row is None or "spent_at" in row or row["valid_until"] <= epoch_seconds(clock.now()):
        return None
    return Addressee(row["address"], name, tokens.text(token_id))
