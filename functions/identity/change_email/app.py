"""POST /api/auth/email/change: mails a link to a new address, and with its token moves the account."""

from omnilife.core.errors import NotFound, TooManyRequests
from omnilife.core.http import Reply, endpoint
from omnilife.identity import (
    AccountStore,
    ChangedMeanwhile,
    DeadLink,
    EmailChange,
    EmailChangeState,
    EmailConfirmation,
    SingleUseTokens,
    WrongPassword,
    confirm_email_change,
    request_email_change,
)

api = endpoint(
    "POST",
    "/api/auth/email/change",
    auth="user",
    tags=["identity"],
    limit="write",
    status=202,
    problems=[ChangedMeanwhile, DeadLink, NotFound, TooManyRequests, WrongPassword],
)


@api.route
def move_account(change: EmailChange | EmailConfirmation) -> Reply[EmailChangeState]:
    accounts, tokens = AccountStore.from_environment(), SingleUseTokens.from_environment()
    if isinstance(change, EmailChange):
        return Reply(request_email_change(change, accounts=accounts, tokens=tokens, caller=api.caller))
    return Reply(
        confirm_email_change(change.token, accounts=accounts, tokens=tokens, caller=api.caller), status=200
    )


handler = api.handler
