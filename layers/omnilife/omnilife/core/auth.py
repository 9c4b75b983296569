"""Who calls, with which credential, and what a route asks of its caller.

A user presents an access token as bearer (`core.tokens`); a server-side caller presents an API key, `olk_`
and 43 characters of base64url (32 random bytes), in `X-Api-Key`. Of a key only the hash is stored.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

from omnilife.core.errors import BadRequest, Forbidden, Unauthorized

MAX_TOKEN_LENGTH = 8192

_API_KEY = re.compile(r"olk_[A-Za-z0-9_-]{43}")
_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE)
_WORDS = frozenset({"public", "user", "merchant", "admin", "service", "signed"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request. `subject` is a user's id, a key's id, or empty."""

    kind: Literal["anonymous", "user", "service"]
    address: str
    subject: str = ""
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    session_id: str = ""

    @property
    def is_admin(self) -> bool:
        return self.kind == "user" and "admin" in self.roles

    @property
    def is_merchant(self) -> bool:
        return self.kind == "user" and "merchant" in self.roles

    @property
    def merchant_id(self) -> str:
        """A merchant is a user with that role: one id for both."""
        return self.subject

    @property
    def actor(self) -> str:
        """Who, for events and audit records: `user:<id>`, `key:<id>` or `anonymous`."""
        prefix = {"user": "user:", "service": "key:", "anonymous": "anonymous"}[self.kind]
        return prefix + self.subject

    @property
    def idempotency_scope(self) -> str:
        """Whose idempotency keys these are; without a credential, the address's."""
        return f"address:{self.address}" if self.kind == "anonymous" else self.actor


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route asks of its caller: any one of its words will do."""

    words: frozenset[str]
    scopes: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, auth: str, scopes: Iterable[str] = ()) -> Self:
        """From the API's own notation: `public`, `user`, `merchant`, `admin`, `service`, or some with `/`.

        `signed` is for webhooks: the function itself checks the sender's signature over the raw body, and
        no other credential is looked at. `merchant` lets admins pass too. `scopes` are what an API key needs,
        all of them.

        Raises:
            ValueError: a word that is none of these.
        """
        words = frozenset(auth.split("/"))
        if not words <= _WORDS:
            raise ValueError(f"auth={auth!r}: {', '.join(sorted(words - _WORDS))}?")
        return cls(words, frozenset(scopes))

    @property
    def open(self) -> bool:
        """Whether callers without a credential pass."""
        return bool(self.words & {"public", "signed"})

    @property
    def reads_credentials(self) -> bool:
        """A plain public route does not look at them, so that a stale token does not close the shop."""
        return self.words not in ({"public"}, {"signed"})

    def permit(self, caller: Caller) -> None:
        """Let the caller pass, or not. Where anybody may come in, a known caller may too, as what they are.

        Raises:
            Unauthorized: anonymous, where that will not do.
            Forbidden: known, but of another kind, without the role, or without a scope.
        """
        if caller.kind == "service" and (missing := self.scopes - caller.scopes):
            raise Forbidden(f"The API key lacks the scope {', '.join(sorted(missing))}.")
        if self.open:
            return
        if caller.kind == "anonymous":
            raise Unauthorized("This needs a credential.", challenge=self._challenge())
        if caller.kind == "service" and "service" not in self.words:
            raise Forbidden("This is not for API keys.")
        if caller.kind == "user" and not self._permits_user(caller):
            raise Forbidden(f"This needs {' or '.join(sorted(self.words))}.")

    def _permits_user(self, caller: Caller) -> bool:
        needed = set(self.words)
        if "merchant" in needed:
            needed.add("admin")
        return "user" in needed or bool(needed & {"merchant", "admin"} & caller.roles)

    def _challenge(self) -> str:
        return "ApiKey" if self.words == {"service"} else "Bearer"


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request presents to say who calls. Its text never leaves this module's callers."""

    kind: Literal["token", "api key"]
    text: str = field(repr=False)

    @property
    def hash(self) -> str:
        """SHA-256 in hexadecimal: under what an API key is stored, and counted against its limit."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def presented_credential(headers: Mapping[str, str]) -> Credential | None:
    """The one credential in these headers (names in lower case), or None.

    Raises:
        BadRequest: two credentials; either could be meant.
        Unauthorized: malformed, or of a scheme that is not ours.
    """
    authorization, api_key = headers.get("authorization"), headers.get("x-api-key")
    if authorization is not None and api_key is not None:
        raise BadRequest("Send one credential, not two.")
    if authorization is not None:
        bearer = _BEARER.fullmatch(authorization.strip())
        if bearer is None or len(bearer[1]) > MAX_TOKEN_LENGTH:
            raise refused()
        return Credential("token", bearer[1])
    if api_key is not None:
        if not _API_KEY.fullmatch(api_key):
            raise refused("The API key is not valid.", challenge="ApiKey")
        return Credential("api key", api_key)
    return None


def refused(
    detail: str = "The access token is not valid.", *, challenge: str = 'Bearer error="invalid_token"'
) -> Unauthorized:
    """The answer to a credential that does not hold."""
    return Unauthorized(detail, challenge=challenge)
