"""POST /api/auth/unlock: ends a lockout by the link that was mailed when it began."""

from omnilife.core.http import endpoint
from omnilife.identity import DeadLink, MailedToken, MailedTokens, unlock_account
from omnilife.security import LoginGuard

api = endpoint(
    "POST",
    "/api/auth/unlock",
    auth="public",
    tags=["identity"],
    limit="auth",
    limit_table="IDENTITY_TABLE",
    status=204,
    problems=[DeadLink],
)


@api.route
def end_lockout(given: MailedToken) -> None:
    unlock_account(given.token, tokens=MailedTokens.to_redeem(), guard=LoginGuard.from_environment())


handler = api.handler
