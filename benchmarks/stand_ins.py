"""Engines that cost next to nothing, for measuring what a handler costs.

AWS is played from tape: a function's first, unmeasured run is answered by moto, and what moto said is kept;
each measured run hears the same again from memory, in well under a millisecond a call. So every request is
made, signed, sent, answered and parsed, and no emulator's time counts, for the baseline or for the function.
OpenSearch is a page of code: an empty index that accepts every write.
"""

import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

REGION = "eu-central-1"
_KEPT = ("content-type", "x-amzn-requestid", "x-amz-crc32", "etag", "x-amz-request-id")


class Request(NamedTuple):
    """What tells one call from another. Order of headers and signatures do not."""

    method: str
    path: str
    target: str
    body: bytes


class Answer(NamedTuple):
    """A status, the headers that matter and the body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Tape:
    """One function's calls, each with its answer.

    A call is answered by the recorded one with the same body, else (bodies hold times and new ids) by the
    next of the same operation, else by the last of it.
    """

    answers: dict[tuple[str, str, str], list[tuple[bytes, Answer]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    left: dict[tuple[str, str, str], list[tuple[bytes, Answer]]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def record(self, request: Request, answer: Answer) -> None:
        """Keep an answer."""
        with self.lock:
            self.answers[request[:3]].append((request.body, answer))

    def rewind(self) -> None:
        """Start the next run from the beginning."""
        self.left = {operation: list(answers) for operation, answers in self.answers.items()}

    def play(self, request: Request) -> Answer:
        """The answer to a call; 501 if nothing like it was recorded, which the table then shows."""
        with self.lock:
            recorded = self.left.get(request[:3]) or self.answers.get(request[:3], [])[-1:]
            if not recorded:
                return Answer(501, {}, b"")
            same = next((index for index, (body, _) in enumerate(recorded) if body == request.body), 0)
            return recorded.pop(same)[1]


class StandIn(ThreadingHTTPServer):
    """An HTTP server on a free port of this machine, whose answers come from one function."""

    daemon_threads = True
    answer: Callable[[Request, dict[str, str]], Answer]

    def __init__(self, answer: Callable[[Request, dict[str, str]], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        request = Request(self.command, self.path, headers.get("x-amz-target", ""), body)
        server = self.server
        assert isinstance(server, StandIn)
        answer = server.answer(request, headers)
        lines = [
            f"HTTP/1.1 {answer.status} -",
            *(f"{name}: {value}" for name, value in answer.headers.items()),
        ]
        head = "\r\n".join([*lines, f"Content-Length: {len(answer.body)}", "", ""]).encode()
        # In one write: two would wait for each other on the way.
        self.wfile.write(head + (b"" if self.command == "HEAD" else answer.body))

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _serve  # noqa: N815 (the library's names)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def moto_answers(request: Request, headers: dict[str, str]) -> Answer:
    """What moto answers, inside `mock_aws()`, which patches `requests`. The signature names the service."""
    import requests  # noqa: PLC0415 (moto must have patched it)

    signed = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", headers.get("authorization", ""))
    service = signed[1] if signed else "s3"
    sent = {name: value for name, value in headers.items() if name not in {"host", "connection"}}
    url = f"https://{service}.{REGION}.amazonaws.com{request.path}"
    reply = requests.request(request.method, url, headers=sent, data=request.body, timeout=30)
    kept = {name: value for name, value in reply.headers.items() if name.lower() in _KEPT}
    return Answer(reply.status_code, kept, reply.content)


def opensearch_answers(request: Request, _headers: dict[str, str]) -> Answer:
    """An empty index that exists, behind an alias, and takes every write."""
    path = request.path.partition("?")[0]
    answer: Any = {"acknowledged": True}
    if path.endswith("/_bulk"):
        lines = [json.loads(line) for line in request.body.splitlines() if line.strip()]
        items = [line for line in lines if line.keys() & {"index", "delete"} and len(line) == 1]
        answer = {"took": 1, "errors": False, "items": [_written(item) for item in items]}
    elif path.endswith("/_msearch"):
        lines = [json.loads(line) for line in request.body.splitlines() if line.strip()]
        answer = {"took": 1, "responses": [_found(query) for query in lines[1::2]]}
    elif path.endswith("/_search"):
        answer = _found(json.loads(request.body or b"{}"))
    elif "/_alias" in path:
        answer = {"products-20261124t120000": {"aliases": {"products": {}}}}
    return Answer(200, {"Content-Type": "application/json"}, json.dumps(answer).encode())


def _written(item: dict[str, Any]) -> dict[str, Any]:
    ((action, meta),) = item.items()
    return {action: {"_id": meta.get("_id"), "status": 200, "result": "updated", "_version": 1}}


def _found(query: dict[str, Any]) -> dict[str, Any]:
    wanted = query.get("aggs", query.get("aggregations", {}))
    return {
        "took": 1,
        "timed_out": False,
        "status": 200,
        "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
        "hits": {"total": {"value": 0, "relation": "eq"}, "max_score": None, "hits": []},
        "aggregations": {name: _empty(aggregation) for name, aggregation in wanted.items()},
    }


def _empty(aggregation: dict[str, Any]) -> dict[str, Any]:
    inner = aggregation.get("aggs", aggregation.get("aggregations", {}))
    ranges = [{**bounds, "doc_count": 0} for bounds in aggregation.get("range", {}).get("ranges", [])]
    counted = {"doc_count": 0, "buckets": ranges, "value": 0, "sum_other_doc_count": 0}
    return counted | {name: _empty(nested) for name, nested in inner.items()}
