"""GET /.well-known/jwks.json: the public keys of access tokens (RFC 7517), two and more during a rotation."""

from omnilife.core.http import Reply, endpoint
from omnilife.identity import KEYS_FRESH_S, KeySet, TrustedKeys, list_public_keys

api = endpoint("GET", "/.well-known/jwks.json", auth="public", tags=["identity"])


@api.route
def get_jwks() -> Reply[KeySet]:
    return Reply(
        list_public_keys(TrustedKeys.from_environment()),
        headers={"Cache-Control": f"public, max-age={KEYS_FRESH_S}"},
    )


handler = api.handler
