"""The cookie by which a device is known at its next sign-in (`omnilife.security` makes what is in it)."""

from collections.abc import Mapping

from omnilife.identity.sessions import MfaRequired, SignedIn

DEVICE_COOKIE = "__Host-device"
KEPT_S = 365 * 86_400


def device_cookie(answer: SignedIn | MfaRequired) -> Mapping[str, str]:
    """The header that sets it, for no script and no other site; nothing where the device has one."""
    token = answer.device_token if isinstance(answer, SignedIn) else None
    if token is None:
        return {}
    options = f"Max-Age={KEPT_S}; Path=/; Secure; HttpOnly; SameSite=Strict"
    return {"Set-Cookie": f"{DEVICE_COOKIE}={token}; {options}"}
