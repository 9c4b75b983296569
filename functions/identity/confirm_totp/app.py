"""POST /api/auth/mfa/totp/confirm: puts the second factor in force; shows recovery codes, once."""

from omnilife.core.errors import NotFound, TooManyRequests
from omnilife.core.http import endpoint
from omnilife.identity import (
    BadCode,
    ChangedMeanwhile,
    Code,
    FactorStore,
    MfaAlreadyOn,
    RecoveryCodes,
    SecretBox,
    confirm_totp,
)

api = endpoint(
    "POST",
    "/api/auth/mfa/totp/confirm",
    auth="user",
    tags=["identity"],
    limit="write",
    problems=[BadCode, ChangedMeanwhile, MfaAlreadyOn, NotFound, TooManyRequests],
)


@api.route
def turn_on(given: Code) -> RecoveryCodes:
    return confirm_totp(
        FactorStore.from_environment(), SecretBox.from_environment("totp"), given.code, caller=api.caller
    )


handler = api.handler
