"""One-time codes of authenticator apps (RFC 6238: SHA-1, six digits, thirty seconds), and recovery codes.

Those parameters, because every app knows them. A code of the step before or after is taken too, for clocks
that differ; never one of a step that was used already, or of an earlier one.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable

STEP_S = 30
DRIFT = 1
SECRET_BYTES = 20
"""As long as SHA-1's output (RFC 4226, section 4)."""

RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
_CODE = re.compile(r"[0-9]{6}")

type Random = Callable[[int], bytes]


def new_secret(random: Random = secrets.token_bytes) -> str:
    """A secret for an app, in base32."""
    return base64.b32encode(random(SECRET_BYTES)).decode()


def provisioning_uri(secret: str, *, account: str, issuer: str) -> str:
    """`otpauth://totp/…`: what the app reads from a QR code."""
    import pyotp  # noqa: PLC0415 (deferred: see core.lazy)

    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def looks_like_code(text: str) -> bool:
    """Whether it is an app's code, and not a recovery code; apps show it with a space in the middle."""
    return bool(_CODE.fullmatch(text.replace(" ", "")))


def matching_step(secret: str, code: str, *, now: int, after: int) -> int | None:
    """The step, later than `after`, whose code this is at `now` (epoch seconds); None if there is none.

    Every step is compared, however soon one fits.
    """
    import pyotp  # noqa: PLC0415 (deferred: see core.lazy)

    totp = pyotp.TOTP(secret)
    typed = code.replace(" ", "").encode()
    current = now // STEP_S
    fitting = [
        step
        for step in range(current - DRIFT, current + DRIFT + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed)
    ]
    return next((step for step in fitting if step > after), None)


def new_recovery_codes(random: Random = secrets.token_bytes) -> list[str]:
    """Ten codes of eighty random bits each: `abcd-efgh-ijkl-mnop`."""
    texts = (base64.b32encode(random(_RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES))
    return ["-".join(text[at : at + 4] for at in range(0, 16, 4)) for text in texts]


def recovery_hash(code: str) -> str:
    """What is kept of a recovery code. Eighty random bits need no slow hash."""
    plain = re.sub(r"[\s-]", "", code).lower()
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()
