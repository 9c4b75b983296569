"""PATCH /api/auth/me: changes the caller's name or locale."""

from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint
from omnilife.identity import AccountStore, ChangedMeanwhile, ProfilePatch, User, edit_profile

api = endpoint(
    "PATCH",
    "/api/auth/me",
    auth="user",
    tags=["identity"],
    limit="write",
    accepts=["application/json", "application/merge-patch+json"],
    problems=[ChangedMeanwhile, NotFound],
)


@api.route
def update_me(patch: ProfilePatch) -> User:
    return edit_profile(AccountStore.from_environment(), api.caller, patch.root)


handler = api.handler
