"""POST /api/auth/mfa/totp/enroll: offers an authenticator app a secret, shown this once."""

from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint
from omnilife.identity import Enrolment, FactorStore, MfaAlreadyOn, SecretBox, enroll_totp

api = endpoint(
    "POST",
    "/api/auth/mfa/totp/enroll",
    auth="user",
    tags=["identity"],
    limit="write",
    status=201,
    problems=[MfaAlreadyOn, NotFound],
)


@api.route
def offer_secret() -> Enrolment:
    return enroll_totp(FactorStore.from_environment(), SecretBox.from_environment("totp"), caller=api.caller)


handler = api.handler
