"""DELETE /api/auth/me: closes the caller's account and erases it in all domains, for a proof in the body."""

from omnilife.core.errors import Invalid, NotFound, TooManyRequests
from omnilife.core.http import endpoint
from omnilife.identity import (
    BadCode,
    ChangedMeanwhile,
    ErasureJob,
    ErasureProof,
    SecretBox,
    SessionStore,
    WrongPassword,
    request_erasure,
)

api = endpoint(
    "DELETE",
    "/api/auth/me",
    auth="user",
    tags=["identity"],
    limit="write",
    status=202,
    problems=[BadCode, ChangedMeanwhile, Invalid, NotFound, TooManyRequests, WrongPassword],
)


@api.route
def delete_me(proof: ErasureProof) -> ErasureJob:
    return request_erasure(
        SessionStore.from_environment(), SecretBox.from_environment("totp"), proof, caller=api.caller
    )


handler = api.handler
