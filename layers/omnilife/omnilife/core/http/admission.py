"""Admission: who calls, from where, and whether they may; before anything else of a request is looked at."""

import hmac
from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from omnilife.core.auth import Caller, Credential, Rule, presented_credential, refused
from omnilife.core.config import Settings, required
from omnilife.core.errors import Forbidden, Problem, TooManyRequests, Unavailable
from omnilife.core.http.limiting import Limiting
from omnilife.core.http.request import HttpRequest
from omnilife.core.secrets import secret
from omnilife.core.trust import TrustStore, pack_address

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from omnilife.core.cache import Command
    from omnilife.core.key_uses import KeyUses
    from omnilife.core.limits import Decision
    from omnilife.core.tokens import TokenVerifier


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeSettings(Settings):
    edge_secret_arn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustSettings(Settings):
    trust_table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSettings(Settings):
    token_issuer: str
    token_audience: str


@dataclass(slots=True)
class Exchange:
    """One request, and what is found out about it until it is answered."""

    request: HttpRequest
    caller: Caller | None = None
    decision: "Decision | None" = None
    beside: "Sequence[Any] | None" = None


class Admission:
    """What a route asks of its callers, and the stores that know them. Made once a process, on first use."""

    def __init__(
        self,
        rule: Rule,
        limiting: Limiting | None,
        *,
        shielded: bool,
        beside: "Callable[[HttpRequest], Sequence[Command]] | None" = None,
        outbox: str | None = None,
    ) -> None:
        self._rule = rule
        self._limiting = limiting
        self._beside = beside
        self._shielded = shielded
        self._outbox = outbox

    def admit(self, exchange: Exchange) -> None:
        """Find out who calls, and let them in; sets the rest of `exchange`.

        Raises:
            Forbidden: a blocked address, or a caller of the wrong kind, role or scope.
            Unauthorized: no credential where one is needed, or one that does not hold.
            TooManyRequests: the limit is used up.
            Unavailable: the trust table could not say. Nobody is let in on a guess.
        """
        address = client_address(exchange.request)
        if self._shielded and self._trust.blocks(address):
            raise Forbidden("This address is blocked.")
        credential = presented_credential(exchange.request.headers) if self._rule.reads_credentials else None
        if credential is None:
            caller = Caller("anonymous", address)
            self._rule.permit(caller)
            exchange.caller = caller
            if self._limiting:
                self._count(self._limiting, f"address:{address}", exchange)
                _enforce(exchange.decision)
            return
        confirm, limited_as = self._examine(credential, address)
        if self._limiting is None:
            caller = confirm()
        else:
            # The two waits run side by side, so that the slower is the only one.
            counted = self._pool.submit(copy_context().run, self._count, self._limiting, limited_as, exchange)
            try:
                caller = confirm()
            finally:
                counted.result()
            _enforce(exchange.decision)
        self._rule.permit(caller)
        exchange.caller = caller
        if caller.kind == "service" and self._uses:
            self._uses.note(caller.subject)

    def _count(self, limiting: Limiting, key: str, exchange: Exchange) -> None:
        if self._beside is None:
            exchange.decision = limiting.check(key)
            return
        try:
            commands = self._beside(exchange.request)
        except Problem:
            commands = ()  # of no use for a request that will be refused, and is counted all the same
        exchange.decision, exchange.beside = limiting.check_beside(key, commands)

    def _examine(self, credential: Credential, address: str) -> tuple[Callable[[], Caller], str]:
        """Check what can be checked here; returns what asks the table about the rest, and the limit's key.

        An API key is counted before it is known to be one: by its hash, so that a guess has its own count.
        """
        if credential.kind == "api key":
            return lambda: self._confirm_key(credential, address), f"key:{credential.hash}"
        claims = self._tokens.verify(credential.text)

        def confirm() -> Caller:
            if self._trust.denied(
                session_id=claims.sid, family=claims.fam, subject=claims.sub, issued_at=claims.iat
            ):
                raise refused("The access token was revoked.")
            return Caller("user", address, claims.sub, roles=frozenset(claims.roles), session_id=claims.sid)

        return confirm, f"user:{claims.sub}"

    def _confirm_key(self, credential: Credential, address: str) -> Caller:
        key = self._trust.api_key(credential.hash)
        if key is None or key.kind != "service":
            raise refused("The API key is not valid.", challenge="ApiKey")
        return Caller("service", address, key.key_id, scopes=key.scopes)

    @cached_property
    def _trust(self) -> TrustStore:
        from omnilife.core.table import Table  # noqa: PLC0415 (deferred: see core.lazy)

        return TrustStore(Table(TrustSettings.from_environment().trust_table))

    @cached_property
    def _tokens(self) -> "TokenVerifier":
        from omnilife.core.tokens import TokenVerifier  # noqa: PLC0415 (deferred: see core.lazy)

        settings = TokenSettings.from_environment()
        return TokenVerifier(self._trust, issuer=settings.token_issuer, audience=settings.token_audience)

    @cached_property
    def _uses(self) -> "KeyUses | None":
        if self._outbox is None:
            return None
        from omnilife.core.key_uses import KeyUses  # noqa: PLC0415 (deferred: see core.lazy)
        from omnilife.core.table import Table  # noqa: PLC0415 (deferred)

        return KeyUses(Table(required(self._outbox)), self._outbox.removesuffix("_TABLE").lower())

    @cached_property
    def _pool(self) -> "ThreadPoolExecutor":
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 (deferred: see core.lazy)

        return ThreadPoolExecutor(max_workers=1, thread_name_prefix="limit")


def client_address(request: HttpRequest) -> str:
    """The address that the client has: what the edge saw, if the request proves to come from it.

    Raises:
        Unavailable: the edge's secret is not known yet and cannot be read.
    """
    claimed = request.headers.get("x-origin-secret")
    viewer = request.headers.get("x-viewer-address", "").strip()
    if claimed is None or pack_address(viewer) is None:
        return request.source_address
    arn = EdgeSettings.from_environment().edge_secret_arn
    if not arn:
        return request.source_address
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (deferred: see core.lazy)

    try:
        expected = secret(arn)
    except (BotoCoreError, ClientError) as error:
        raise Unavailable("Requests from the edge cannot be told apart now.") from error
    return viewer if hmac.compare_digest(claimed.encode(), expected.encode()) else request.source_address


def _enforce(decision: "Decision | None") -> None:
    if decision is not None and not decision.allowed:
        raise TooManyRequests("The limit for this route is used up.", retry_after=decision.retry_after_s)
