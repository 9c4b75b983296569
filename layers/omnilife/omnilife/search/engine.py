"""OpenSearch: patience, a circuit breaker, and no word of it to clients."""

import json
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from omnilife.core.cache import Breaker
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.search.problems import SearchUnavailable
from omnilife.search.transport import NoAnswer, Refused, Transport


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
        meanwhile: Callable[[], None] | None = None,
    ) -> dict[str, Any]:
        """One round trip; a connection that breaks is tried a second time, a slow answer is not.

        Args:
            meanwhile: is called while the engine works. It must be quick, and may be called twice.

        Raises:
            SearchUnavailable: no answer in `patience_s`, a busy or broken engine, or the breaker is open.
            EngineRefused: any other refusal.
        """
        if not self._breaker.admits():
            raise SearchUnavailable
        try:
            answer: dict[str, Any] = self._transport.perform_request(
                method,
                path,
                params=params,
                body=body,
                media_type=media_type,
                patience_s=patience_s,
                meanwhile=meanwhile,
            )
        except Refused as error:
            self._breaker.succeeded()  # it is there, and answers
            raise EngineRefused(error.status, error.kind) from error
        except NoAnswer as error:
            self._breaker.failed()
            logger.warning("search engine unavailable", exc_info=error)
            count("SearchUnavailable")
            raise SearchUnavailable from error
        self._breaker.succeeded()
        return answer

    @classmethod
    def at(cls, url: str, *, monotonic: Callable[[], float] = time.monotonic) -> "Engine":
        """The engine at `url`; requests are signed with the function's own role when it is https."""
        return cls(Transport(url), Breaker(monotonic=monotonic))


@cache
def engine_at(url: str) -> Engine:
    """The process's engine at `url`, whose connections and breaker outlive a request."""
    return Engine.at(url)


def dump(document: Any) -> bytes:
    """Compact JSON."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
