"""Access tokens: JWTs signed with ES256 (`core.jws`), of type `at+jwt` (RFC 9068).

Their claims are iss, aud, sub, jti, sid (session), fam (refresh family), iat, nbf, exp and roles.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from omnilife.core import jws
from omnilife.core.auth import refused
from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.trust import TrustStore

LEEWAY_S = 5
"""How far the clock that made a token may be from the one that reads it."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
Id = Annotated[str, StringConstraints(pattern=rf"^{_ID.pattern}$")]


class Claims(BaseModel):
    """What an access token says. Strict: an id of another shape or a time that is no integer is refused."""

    model_config = ConfigDict(strict=True, frozen=True)

    iss: str
    aud: str | list[str]
    sub: Id
    jti: Id
    sid: Id
    fam: Id
    iat: int
    nbf: int
    exp: int
    roles: list[str]


class TokenVerifier:
    """Checks access tokens: signature, then claims. Local, but for the keys, which `trust` holds."""

    def __init__(self, trust: TrustStore, *, issuer: str, audience: str, clock: Clock = system_clock) -> None:
        self._trust = trust
        self._issuer = issuer
        self._audience = audience
        self._clock = clock

    def verify(self, token: str) -> Claims:
        """What the token says, if it is one of ours, for us, and of now. It may still be denied.

        Raises:
            Unauthorized: it is not. The answer does not say why, but that it expired.
        """
        try:
            jwk = self._key(jws.read_header(token))
            claims = Claims.model_validate(jws.read_object(jws.verify(token, jwk)))
        except (jws.InvalidToken, ValidationError):
            raise refused() from None
        self._check(claims)
        return claims

    def _key(self, header: Mapping[str, Any]) -> Mapping[str, Any]:
        if header.get("typ", "").lower() not in {"at+jwt", "application/at+jwt"}:
            raise jws.InvalidToken("another type of token")
        kid = header.get("kid", "")
        jwk = self._trust.signing_key(kid) if _ID.fullmatch(kid) else None
        if jwk is None:
            raise jws.InvalidToken("an unknown key")
        return jwk

    def _check(self, claims: Claims) -> None:
        now = epoch_seconds(self._clock.now())
        audiences = claims.aud if isinstance(claims.aud, list) else [claims.aud]
        if claims.iss != self._issuer or self._audience not in audiences:
            raise refused()
        if max(claims.iat, claims.nbf) > now + LEEWAY_S:
            raise refused()
        if claims.exp <= now - LEEWAY_S:
            raise refused("The access token has expired.")
