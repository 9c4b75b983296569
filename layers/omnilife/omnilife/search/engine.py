"""OpenSearch, through its own client's transport: patience, a circuit breaker, and no word of it to clients.

The client's high-level methods are left alone: they import and wrap a great deal to end in the one call that
is made here, with a body that is already bytes.
"""

import json
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from omnilife.core.cache import Breaker
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.search.problems import SearchUnavailable

CONNECT_S = 0.5

_BUSY_OR_BROKEN = frozenset({401, 403, 408, 429, 500, 502, 503, 504})
"""Statuses that may pass, or that an operator must cure: the request itself was right."""


class EngineRefused(RuntimeError):  # noqa: N818 (what happened)
    """The engine called a request of ours wrong. A defect: what clients send must be checked before."""

    def __init__(self, status: int, kind: str) -> None:
        super().__init__(f"the search engine refused a request with {status}: {kind}")
        self.status = status
        self.kind = kind


class Engine:
    """One OpenSearch, with a breaker around all calls of this process."""

    def __init__(self, transport: Any, breaker: Breaker) -> None:
        self._transport = transport
        self._breaker = breaker

    def request(
        self,
        method: str,
        path: str,
        body: bytes,
        *,
        params: Mapping[str, str] | None = None,
        media_type: str = "application/json",
        patience_s: float,
    ) -> dict[str, Any]:
        """One round trip; a connection that breaks is tried a second time, a slow answer is not.

        Raises:
            SearchUnavailable: no answer in `patience_s`, a busy or broken engine, or the breaker is open.
            EngineRefused: any other refusal.
        """
        from opensearchpy import exceptions  # noqa: PLC0415 (deferred: see core.lazy)
        from urllib3 import Timeout  # noqa: PLC0415

        if not self._breaker.admits():
            raise SearchUnavailable
        try:
            answer: dict[str, Any] = self._transport.perform_request(
                method,
                path,
                params=params,
                body=body,
                timeout=Timeout(connect=CONNECT_S, total=patience_s),
                headers={"content-type": media_type},
            )
        except (exceptions.TransportError, exceptions.SerializationError) as error:
            status = getattr(error, "status_code", None)  # text where there was no answer
            if isinstance(status, int) and status not in _BUSY_OR_BROKEN:
                self._breaker.succeeded()  # it is there, and answers
                raise EngineRefused(status, str(error.args[1])) from error
            self._breaker.failed()
            logger.warning("search engine unavailable", exc_info=error)
            count("SearchUnavailable")
            raise SearchUnavailable from error
        self._breaker.succeeded()
        return answer

    @classmethod
    def at(cls, url: str, *, monotonic: Callable[[], float] = time.monotonic) -> "Engine":
        """The engine at `url`; requests are signed with the function's own role when it is https."""
        from opensearchpy import OpenSearch, Urllib3HttpConnection  # noqa: PLC0415 (deferred: see core.lazy)

        client = OpenSearch(
            hosts=[url],
            connection_class=Urllib3HttpConnection,
            http_auth=_signer() if url.startswith("https:") else None,
            max_retries=1,
            retry_on_status=(),
            retry_on_timeout=False,
        )
        return cls(client.transport, Breaker(monotonic=monotonic))


@cache
def engine_at(url: str) -> Engine:
    """The process's engine at `url`, whose connections and breaker outlive a request."""
    return Engine.at(url)


def dump(document: Any) -> bytes:
    """Compact JSON."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def _signer() -> Any:
    """Signature Version 4 by botocore's credential chain, which is what boto3 would only wrap."""
    from botocore.session import get_session  # noqa: PLC0415 (deferred: see core.lazy)
    from opensearchpy import Urllib3AWSV4SignerAuth  # noqa: PLC0415

    session = get_session()
    return Urllib3AWSV4SignerAuth(session.get_credentials(), session.get_config_variable("region"), "es")
