"""Access tokens: made here, checked by `core.tokens` in every function."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache as once

from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.config import Settings
from omnilife.core.errors import Unavailable
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.jws import b64url_encode
from omnilife.identity.key_service import KeyService
from omnilife.identity.rotation import SIGNER_HELD_S, TOKEN_LIFE_S, signing_at
from omnilife.identity.signatures import b64url_json
from omnilife.identity.store_keys import TrustedKey, TrustedKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerSettings(Settings):
    token_issuer: str
    token_audience: str


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A signed token, and how long it holds."""

    text: str = field(repr=False)
    expires_in: int = TOKEN_LIFE_S


class TokenSigner:
    """Signs access tokens. One a process: it holds the list of keys for `SIGNER_HELD_S`."""

    def __init__(
        self,
        keys: TrustedKeys,
        kms: KeyService,
        *,
        issuer: str,
        audience: str,
        clock: Clock = system_clock,
        monotonic: Callable[[], float] = time.monotonic,
        make_id: IdMaker = new_id,
    ) -> None:
        self._keys = keys
        self._kms = kms
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._monotonic = monotonic
        self._make_id = make_id
        self._held: list[TrustedKey] = []
        self._read_at = float("-inf")

    def sign(
        self, *, subject: str, session_id: str, family: str, roles: Iterable[str], not_before: int = 0
    ) -> AccessToken:
        """A token of `TOKEN_LIFE_S` seconds. Cost: one request to KMS; a consistent query a minute.

        Args:
            not_before: `iat` is at least this. All earlier tokens of the subject were taken back with it; a
                token that is made in that same second is then a second ahead, inside `LEEWAY_S`.

        Raises:
            Unavailable: there is no key yet, or KMS or the table does not answer.
        """
        now = epoch_seconds(self._clock.now())
        key = self._signing_key(now)
        header = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid}
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "jti": self._make_id(),
            "sid": session_id,
            "fam": family,
            "iat": max(now, not_before),
            "nbf": now,
            "exp": now + TOKEN_LIFE_S,
            "roles": sorted(roles),
        }
        signed = f"{b64url_json(header)}.{b64url_json(claims)}"
        return AccessToken(f"{signed}.{b64url_encode(self._kms.sign(key.key_arn, signed.encode()))}")

    def _signing_key(self, now: int) -> TrustedKey:
        if not self._held or self._monotonic() - self._read_at >= SIGNER_HELD_S:
            asked_at = self._monotonic()
            self._held = self._keys.all()
            self._read_at = asked_at
        key = signing_at(self._held, now)
        if key is None:
            self._held = []  # the first key may come any moment
            raise Unavailable("Nobody can be signed in yet. Try again shortly.", retry_after=30)
        return key


@once
def process_signer() -> TokenSigner:
    """The one signer of this process."""
    settings = IssuerSettings.from_environment()
    return TokenSigner(
        TrustedKeys.from_environment(),
        KeyService(),
        issuer=settings.token_issuer,
        audience=settings.token_audience,
    )
