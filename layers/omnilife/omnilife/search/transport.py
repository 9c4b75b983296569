"""HTTP to OpenSearch: kept connections, certificates checked, requests signed, answers as JSON.

urllib3 and botocore's signer, which are there anyway. The engine's own client would end in the same calls;
importing it takes some 40 ms of CPU at each cold start (it loads requests and every API of the engine).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from omnilife.core import aws

CONNECT_S = 0.5
CONNECTIONS = 4

_BUSY_OR_BROKEN = frozenset({401, 403, 408, 429, 500, 502, 503, 504})
"""Statuses that may pass, or that an operator must cure: the request itself was right."""


class NoAnswer(Exception):  # noqa: N818 (what happened)
    """Nobody answered in time, or the answer says that the engine could not do what was asked."""


class Refused(Exception):  # noqa: N818 (what happened)
    """The engine called the request wrong; `kind` is its word for it (`parsing_exception`)."""

    def __init__(self, status: int, kind: str) -> None:
        super().__init__(f"{status} {kind}")
        self.status = status
        self.kind = kind


class Transport:
    """Requests to one engine. Over https they are signed with the function's own role (SigV4, `es`)."""

    def __init__(self, url: str) -> None:
        from botocore.httpsession import get_cert_path  # noqa: PLC0415 (deferred: see core.lazy)
        from urllib3 import connection_from_url  # noqa: PLC0415

        self._url = url.rstrip("/")
        self._signed = url.startswith("https:")
        # The authorities that botocore trusts for all other services.
        trusted = {"cert_reqs": "CERT_REQUIRED", "ca_certs": get_cert_path(True)} if self._signed else {}
        self._pool = connection_from_url(self._url, maxsize=CONNECTIONS, **trusted)

    def perform_request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes = b"",
        media_type: str,
        patience_s: float,
        meanwhile: Callable[[], None] | None = None,
    ) -> dict[str, Any]:
        """One round trip. A connection that breaks is tried a second time, a slow answer is not.

        Args:
            meanwhile: is called once the request is out, before its answer is waited for; again, when it is
                sent a second time.

        Raises:
            NoAnswer: no connection, no answer in `patience_s`, a busy or broken engine, or no JSON.
            Refused: any other status that is no success.
        """
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 (deferred: see core.lazy)

        target = f"{path}?{urlencode(params)}" if params else path
        try:
            headers = self._headers(method, target, body, media_type)
            answer = self._send(method, target, body, headers, patience_s=patience_s, meanwhile=meanwhile)
        except HTTPError as error:
            raise NoAnswer(str(error)) from error
        return read_answer(answer.status, answer.data)

    def _send(
        self,
        method: str,
        target: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        patience_s: float,
        meanwhile: Callable[[], None] | None,
    ) -> Any:
        from urllib3 import Timeout  # noqa: PLC0415 (deferred: see core.lazy)
        from urllib3.exceptions import ProtocolError  # noqa: PLC0415

        if meanwhile:
            headers = {**headers, "content-length": str(len(body))}  # which an iterator does not tell
        send = partial(
            self._pool.urlopen,
            method,
            target,
            headers=headers,
            timeout=Timeout(connect=CONNECT_S, total=patience_s),
            retries=False,
            redirect=False,
        )

        def sent() -> Any:
            return send(body=_then(body, meanwhile) if meanwhile else body or None)

        try:
            return sent()
        except ProtocolError:  # most often a kept connection that the other side has closed
            return sent()

    def _headers(self, method: str, target: str, body: bytes, media_type: str) -> Mapping[str, str]:
        headers = {"content-type": media_type}
        if not self._signed:
            return headers
        from botocore.auth import SigV4Auth  # noqa: PLC0415 (deferred: see core.lazy)
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415

        session = aws.session()
        credentials = session.get_credentials()
        if credentials is None:
            raise NoAnswer("no AWS credentials to sign a request with")
        request = AWSRequest(method=method, url=self._url + target, data=body, headers=headers)
        SigV4Auth(credentials.get_frozen_credentials(), "es", session.get_config_variable("region")).add_auth(
            request
        )
        return dict(request.headers.items())


def _then(body: bytes, meanwhile: Callable[[], None]) -> Iterator[bytes]:
    yield body
    meanwhile()


def read_answer(status: int, data: bytes) -> dict[str, Any]:
    """The engine's answer as JSON; raises what the status says."""
    try:
        answer = json.loads(data)
    except ValueError:
        answer = None
    if status in _BUSY_OR_BROKEN:
        raise NoAnswer(f"{status} {_kind(answer)}")
    if status >= 300:
        raise Refused(status, _kind(answer))
    if not isinstance(answer, dict):
        raise NoAnswer(f"{status} without JSON")
    return answer


def _kind(answer: Any) -> str:
    error = answer.get("error", "") if isinstance(answer, dict) else ""
    return str(error.get("type", "") if isinstance(error, dict) else error)
