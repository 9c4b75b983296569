"""By hand, by who may invoke this function in the account: makes the owner of an address an administrator."""

from collections.abc import Mapping
from typing import Any

from omnilife.identity import SessionStore, make_first_admin, normalise_email


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 (Lambda's own form)
    user = make_first_admin(normalise_email(event["email"]), sessions=SessionStore.from_environment())
    return {"user_id": user.user_id, "roles": user.roles}
