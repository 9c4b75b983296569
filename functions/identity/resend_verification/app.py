"""POST /api/auth/email/resend: mails the link that confirms an address once more."""

from omnilife.core.http import endpoint
from omnilife.identity import Accepted, AccountStore, EmailOnly, SingleUseTokens, resend_verification

api = endpoint(
    "POST",
    "/api/auth/email/resend",
    auth="public",
    tags=["identity"],
    limit="auth",
    limit_table="IDENTITY_TABLE",
    status=202,
)


@api.route
def send_verification_again(asked: EmailOnly) -> Accepted:
    return resend_verification(
        asked.email,
        accounts=AccountStore.from_environment(),
        tokens=SingleUseTokens.from_environment(),
    )


handler = api.handler
