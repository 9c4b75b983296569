"""POST /api/auth/register: makes an account, which a mailed link then confirms."""

from omnilife.core.http import endpoint
from omnilife.identity import (
    Accepted,
    AccountStore,
    ChangedMeanwhile,
    Client,
    NewAccount,
    SingleUseTokens,
    WeakPassword,
    register,
)

api = endpoint(
    "POST",
    "/api/auth/register",
    auth="public",
    tags=["identity"],
    limit="auth",
    limit_table="IDENTITY_TABLE",
    status=202,
    problems=[ChangedMeanwhile, WeakPassword],
)


@api.route
def register_account(new: NewAccount) -> Accepted:
    return register(
        new,
        accounts=AccountStore.from_environment(),
        tokens=SingleUseTokens.from_environment(),
        client=Client.of(api.caller.address, api.headers),
    )


handler = api.handler
