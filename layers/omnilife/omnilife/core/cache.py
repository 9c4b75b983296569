"""Valkey, as a cache and never more: with it dead, slow or freshly emptied, everything still works.

A breaker keeps a dead one from costing every request its timeout: after `FAILURES` failures in a row it is
not asked for `PAUSE_S`, then by one request at a time until one succeeds.

The one address that we are given is spoken to directly: a serverless cache and a cluster of one node answer
for every key there. A node that answers that a key lives elsewhere is one of several; from then on the
cluster client is used, which asks for their addresses first. Doing that at once would cost every cold start
11 ms of CPU (2026-11-25), most of it for reading a list of all commands.

The client is valkey-py. Importing it, beside what every function imports anyway, took 20 ms of CPU with
bytecode at hand and 127 ms without; redis-py, which always loads its asyncio half too, 47 and 297. A GET took
55 µs against 90 (2026-11-24, Python 3.13, median of 7).
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache as once
from random import SystemRandom
from typing import Any, Self
from urllib.parse import urlsplit

from omnilife.core.config import Settings
from omnilife.core.logging import logger
from omnilife.core.metrics import count

_uniform = SystemRandom().uniform  # from the system, so that restored snapshots do not all draw the same

TIMEOUT_S = 0.1
"""For connecting, and for each answer: an answer takes below a millisecond when all is well."""
FAILURES = 3
PAUSE_S = 2.0
POLL_S = 0.02
TOKEN_LIFE_S = 900

type Command = tuple[str | bytes | int, ...]
"""One command as Valkey takes it, on keys of one slot: `("GET", key)`, `("EVAL", script, 1, key, …)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSettings(Settings):
    """Where Valkey is. With an IAM user, connections authenticate by short-lived tokens."""

    valkey_url: str = ""
    valkey_iam_user: str = ""
    valkey_cache_name: str = ""


FILLING = b"\0filling"
"""In the place of a value that somebody is making."""

_CLAIM = """
local found = redis.call('GET', KEYS[1])
if not found or (ARGV[3] ~= '' and string.sub(found, 1, #ARGV[3]) == ARGV[3]) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return false
end
return found
"""
"""Value and claim are one key, so that reading and claiming are one step and one slot."""
_TOLD = 64
"""Bytes of a value by which it is known again."""


def claim(key: str, patience_s: float, *, unless: bytes = b"") -> Command:
    """The command that answers the value of `key`, or claims it for the caller to make and answers None.

    It answers `FILLING` while another caller's claim holds, which is at most `patience_s`. A value that
    begins like `unless` counts as none.
    """
    return "EVAL", _CLAIM, 1, key, FILLING, max(1, round(patience_s * 1000)), unless[:_TOLD]


class Breaker:
    """Open after `FAILURES` failures in a row; then one probe every `PAUSE_S` until one succeeds."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._next_probe_at = 0.0

    def admits(self) -> bool:
        """Whether to try. Whoever is admitted while it is open is its probe."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            now = self._monotonic()
            if now < self._next_probe_at:
                return False
            self._next_probe_at = now + PAUSE_S  # the others wait for what the probe finds
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._next_probe_at = self._monotonic() + PAUSE_S


class Cache:
    """A client of a cluster (of one node, several, or serverless), made when first used.

    Args:
        connect: to the one address that is known.
        connect_all: to all nodes, once a node says that a key lives on another.
    """

    def __init__(
        self,
        connect: Callable[[], Any],
        *,
        connect_all: Callable[[], Any] | None = None,
        breaker: Breaker | None = None,
        sleep: Callable[[float], None] = time.sleep,
        uniform: Callable[[float, float], float] = _uniform,
    ) -> None:
        self._connect = connect
        self._connect_all = connect_all
        self._breaker = breaker or Breaker()
        self._sleep = sleep
        self._uniform = uniform
        self._client: Any = None
        self._lock = threading.Lock()

    @classmethod
    def from_environment(cls) -> Self | None:
        """The cache that the function was given; None if it has none."""
        settings = CacheSettings.from_environment()
        if not settings.valkey_url:
            return None
        return cls(lambda: connect(settings), connect_all=lambda: connect_all(settings))

    def call[Result](self, use: Callable[[Any], Result]) -> Result | None:
        """What `use` gets from the client; None when Valkey does not answer, which is counted, not raised."""
        if not self._breaker.admits():
            count("CacheSkipped")
            return None
        from valkey.exceptions import (  # noqa: PLC0415 (deferred: see core.lazy)
            MovedError,
            ValkeyClusterException,
            ValkeyError,
        )

        try:
            try:
                found = use(self._ready())
            except MovedError:
                if self._connect_all is None:
                    raise
                self._connect, self._client = self._connect_all, None
                found = use(self._ready())
        except (ValkeyError, ValkeyClusterException, OSError):
            self._breaker.failed()
            # A cluster client that lost its last node has forgotten all addresses: a new one starts afresh.
            self._client = None
            logger.warning("Valkey does not answer", exc_info=True)
            count("CacheUnavailable")
            return None
        self._breaker.succeeded()
        return found

    def ask(self, commands: Sequence[Command]) -> list[Any] | None:
        """What each command answers, in one round trip; None when Valkey does not answer.

        No transaction: the commands' keys may lie in any slots, and another client's commands between them.
        """
        if len(commands) == 1:
            [command] = commands
            answer = self.call(lambda client: (client.execute_command(*command),))
            return None if answer is None else list(answer)

        def send(client: Any) -> list[Any]:
            pipeline = client.pipeline(transaction=False)
            for each in commands:
                pipeline.execute_command(*each)
            return list(pipeline.execute())

        return self.call(send)

    def get_or_fill(
        self,
        key: str,
        fill: Callable[[], bytes],
        *,
        ttl_s: float,
        jitter: float = 0.1,
        patience_s: float = 1.0,
    ) -> bytes:
        """The cached value, or what `fill` makes of it, kept for `ttl_s` less up to `jitter` of it.

        One caller fills at a time. The others wait for its result, or for its giving up, but not beyond
        `patience_s`; then they fill for themselves. So a caller that died costs a wait and never an answer.
        """
        answers = self.ask([claim(key, patience_s)])
        if answers is None:
            return fill()
        if (found := self.settle(key, answers[0], patience_s=patience_s)) is not None:
            return found
        try:
            value = fill()
        except BaseException:
            self.release(key)
            raise
        self.keep(key, value, ttl_s=ttl_s, jitter=jitter)
        return value

    def settle(
        self,
        key: str,
        found: bytes | None,
        *,
        patience_s: float,
        accept: Callable[[bytes], bool] = lambda _: True,
    ) -> bytes | None:
        """What comes of a `claim` that answered `found`: a value that `accept` takes, perhaps after a wait.

        None means that the caller is to make the value, and then to `keep` it or to `release` its claim. A
        value that is not accepted is claimed away, by one caller.
        """
        for _ in range(max(1, round(patience_s / POLL_S))):
            if found is None:
                return None
            if found == FILLING:
                self._sleep(POLL_S)
                answers = self.ask([claim(key, patience_s)])
            elif accept(found):
                return found
            else:
                answers = self.ask([claim(key, patience_s, unless=found)])
            found = answers[0] if answers else None
        return None

    def keep(self, key: str, value: bytes, *, ttl_s: float, jitter: float = 0.1) -> None:
        """Let others find `value` for `ttl_s` less up to `jitter` of it."""
        life_ms = max(1, round(ttl_s * 1000 * (1 - self._uniform(0, jitter))))
        self.call(lambda client: client.set(key, value, px=life_ms))

    def release(self, key: str) -> None:
        """Give a claim up: whoever waits makes the value."""
        self.call(lambda client: client.delete(key))

    def _ready(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client


@once
def process_cache() -> Cache | None:
    """The one cache of this process: its connection and breaker are shared by all that use it."""
    return Cache.from_environment()


def connect(settings: CacheSettings) -> Any:
    """A client of the one address, which raises `MovedError` when a key lives elsewhere."""
    from valkey.client import Valkey  # noqa: PLC0415 (deferred: see core.lazy)
    from valkey.cluster import ClusterParser  # noqa: PLC0415

    return Valkey.from_url(settings.valkey_url, parser_class=ClusterParser, **_patience(settings))


def connect_all(settings: CacheSettings) -> Any:
    """A client of all nodes of the cluster at the address."""
    from valkey.cluster import ValkeyCluster  # noqa: PLC0415 (deferred: see core.lazy)

    return ValkeyCluster.from_url(  # type: ignore[no-untyped-call]
        settings.valkey_url,
        cluster_error_retry_attempts=0,
        # The address that we were given stays the one to ask; those of single nodes come and go.
        dynamic_startup_nodes=False,
        **_patience(settings),
    )


def _patience(settings: CacheSettings) -> dict[str, Any]:
    """How every connection is made and waits: briefly, since a cache that is late is no cache."""
    from valkey.backoff import NoBackoff  # noqa: PLC0415 (deferred: see core.lazy)
    from valkey.exceptions import ConnectionError as Disconnected  # noqa: PLC0415
    from valkey.retry import Retry  # noqa: PLC0415

    options: dict[str, Any] = {
        "socket_connect_timeout": TIMEOUT_S,
        "socket_timeout": TIMEOUT_S,
        # Once: a connection that idled away is opened again.
        "retry": Retry(NoBackoff(), 1),
        "retry_on_error": [Disconnected],
    }
    if settings.valkey_iam_user:
        options["credential_provider"] = iam_credentials(settings)
    return options


def iam_credentials(settings: CacheSettings) -> Any:
    """Credentials for ElastiCache by IAM: a presigned request as password, made anew for each connection.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
    """
    from valkey.credentials import CredentialProvider  # noqa: PLC0415 (deferred: see core.lazy)

    class IamCredentials(CredentialProvider):
        def get_credentials(self) -> tuple[str, str]:
            return settings.valkey_iam_user, iam_token(settings)

    return IamCredentials()


def iam_token(settings: CacheSettings) -> str:
    """A presigned `connect` request of ElastiCache, without its scheme, good for `TOKEN_LIFE_S`."""
    from botocore.auth import SigV4QueryAuth  # noqa: PLC0415 (deferred: see core.lazy)
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415
    from botocore.session import get_session  # noqa: PLC0415

    session = get_session()
    parameters = {"Action": "connect", "User": settings.valkey_iam_user}
    # A serverless cache's endpoints say so in their names; node-based ones do not.
    if ".serverless." in str(urlsplit(settings.valkey_url).hostname):
        parameters["ResourceType"] = "ServerlessCache"
    request = AWSRequest(method="GET", url=f"http://{settings.valkey_cache_name}/", params=parameters)
    region = session.get_config_variable("region")
    credentials = session.get_credentials()
    if credentials is None:
        raise ConnectionError("no AWS credentials to sign a token with")
    SigV4QueryAuth(credentials, "elasticache", region, TOKEN_LIFE_S).add_auth(request)
    return str(request.url).removeprefix("http://")
