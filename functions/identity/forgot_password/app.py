"""POST /api/auth/password/forgot: mails a link for a new password, if somebody has the address."""

from omnilife.core.http import endpoint
from omnilife.identity import AccountStore, EmailOnly, ResetSent, SingleUseTokens, forgot_password

api = endpoint(
    "POST",
    "/api/auth/password/forgot",
    auth="public",
    tags=["identity"],
    limit="auth",
    limit_table="IDENTITY_TABLE",
    status=202,
)


@api.route
def mail_reset_link(wanted: EmailOnly) -> ResetSent:
    return forgot_password(
        wanted.email,
        accounts=AccountStore.from_environment(),
        tokens=SingleUseTokens.from_environment(),
    )


handler = api.handler
