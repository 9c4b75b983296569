"""Signed webhooks in Stripe's scheme: `t=<epoch seconds>,v1=<HMAC-SHA256 of "<t>.<body>">`.

A header may hold several `v1`, and a receiver several secrets: during a rotation the sender signs with both,
or the receiver knows both, and nothing is lost. Schemes other than v1 are ignored, so that nobody can talk a
receiver down to a weaker one. Source: https://docs.stripe.com/webhooks#verify-manually
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from omnilife.core.clock import epoch_seconds
from omnilife.core.errors import Unauthorized

TOLERANCE_S = 300
MAX_HEADER = 2048
MAX_SIGNATURES = 8


class BadSignature(Unauthorized):
    """A webhook that its sender did not sign, or whose bytes were changed on the way."""

    slug = "bad-signature"
    title = "Bad signature"

    def __init__(self) -> None:
        super().__init__("The signature does not fit the body.", challenge="Signature")


class SignedAtAnotherTime(Unauthorized):
    """A webhook with a good signature of another time: an old one that is sent again, or a future one."""

    slug = "signature-out-of-time"
    title = "Signed at another time"

    def __init__(self) -> None:
        super().__init__(
            f"The signature's time is more than {TOLERANCE_S} seconds from now.", challenge="Signature"
        )


def sign(body: bytes, secrets: Sequence[str], *, at: datetime) -> str:
    """The header of a body, signed with every secret."""
    time = epoch_seconds(at)
    return ",".join([f"t={time}", *(f"v1={_signature(body, secret, str(time))}" for secret in secrets)])


def verify(body: bytes, header: str, secrets: Sequence[str], *, now: datetime) -> datetime:
    """When the body was signed, if one of `secrets` signed it within five minutes of now, either way.

    Raises:
        BadSignature: no or another signature. Told before the time is looked at.
        SignedAtAnotherTime: a right one, of another time.
    """
    time, given = _parse(header)
    expected = [_signature(body, secret, time) for secret in secrets]
    # Each with each and to the end: how long it takes tells nothing of which was close.
    fits = [hmac.compare_digest(one, other) for one in expected for other in given]
    if not any(fits):
        raise BadSignature
    if abs(epoch_seconds(now) - int(time)) > TOLERANCE_S:
        raise SignedAtAnotherTime
    return datetime.fromtimestamp(int(time), tz=now.tzinfo)


def _parse(header: str) -> tuple[str, list[str]]:
    if len(header) > MAX_HEADER:
        raise BadSignature
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1" and value.isascii()]
    # The text that was signed, and no other spelling of the same number.
    if len(times) != 1 or not (times[0].isascii() and times[0].isdecimal() and len(times[0]) <= 11):
        raise BadSignature
    return times[0], signatures[:MAX_SIGNATURES]


def _signature(body: bytes, secret: str, time: str) -> str:
    return hmac.new(secret.encode(), time.encode() + b"." + body, hashlib.sha256).hexdigest()
