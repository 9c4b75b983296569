"""POST /api/auth/email/verify: confirms an address by its mailed link, and signs its owner in."""

from omnilife.core.http import endpoint
from omnilife.identity import (
    AccountStore,
    Client,
    DeadLink,
    MailedToken,
    MailedTokens,
    SessionOpener,
    SignedIn,
    verify_email,
)

api = endpoint(
    "POST",
    "/api/auth/email/verify",
    auth="public",
    tags=["identity"],
    limit="auth",
    limit_table="IDENTITY_TABLE",
    problems=[DeadLink],
)


@api.route
def confirm_email(mailed: MailedToken) -> SignedIn:
    return verify_email(
        mailed.token,
        accounts=AccountStore.from_environment(),
        tokens=MailedTokens.to_redeem(),
        opener=SessionOpener.from_environment(),
        client=Client.of(api.caller.address, api.headers),
    )


handler = api.handler
