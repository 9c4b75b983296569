"""DELETE /api/auth/mfa/totp: removes the second factor, for a code of it in the body."""

from omnilife.core.errors import NotFound, TooManyRequests
from omnilife.core.http import endpoint
from omnilife.identity import BadCode, ChangedMeanwhile, Code, FactorStore, SecretBox, remove_totp

api = endpoint(
    "DELETE",
    "/api/auth/mfa/totp",
    auth="user",
    tags=["identity"],
    limit="write",
    status=204,
    problems=[BadCode, ChangedMeanwhile, NotFound, TooManyRequests],
)


@api.route
def turn_off(given: Code) -> None:
    remove_totp(
        FactorStore.from_environment(), SecretBox.from_environment("totp"), given.code, caller=api.caller
    )


handler = api.handler
