"""PUT /api/auth/users/{user_id}/roles: gives a user exactly these roles, in force at once."""

from omnilife.core.errors import Conflict, NotFound
from omnilife.core.http import endpoint
from omnilife.identity import ChangedMeanwhile, Roles, SessionStore, User, set_roles

api = endpoint(
    "PUT",
    "/api/auth/users/{user_id}/roles",
    auth="admin",
    tags=["identity"],
    limit="write",
    problems=[ChangedMeanwhile, Conflict, NotFound],
)


@api.route
def put_roles(user_id: str, wanted: Roles) -> User:
    return set_roles(user_id, wanted.roles, sessions=SessionStore.from_environment(), actor=api.caller.actor)


handler = api.handler
