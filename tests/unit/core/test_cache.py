"""The cache: with Valkey dead it is as if there were none. (With a real one: tests/integration/core.)"""

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_socket
from valkey.exceptions import MovedError

from omnilife.core.cache import (
    FAILURES,
    PAUSE_S,
    TIMEOUT_S,
    Breaker,
    Cache,
    CacheSettings,
    connect,
    iam_credentials,
    iam_token,
    process_cache,
)
from tests.support.waiting import VirtualTime


class DeadServer:
    """Connections to it fail, until it is told to live; counts how often it was tried."""

    def __init__(self) -> None:
        self.alive = False
        self.tried = 0

    def __call__(self) -> Any:
        self.tried += 1
        if not self.alive:
            raise ConnectionRefusedError
        return self


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def server() -> DeadServer:
    return DeadServer()


@pytest.fixture
def cache(server: DeadServer, time: VirtualTime) -> Cache:
    return Cache(server, breaker=Breaker(monotonic=time.monotonic), sleep=time.sleep)


def metrics(capsys: pytest.CaptureFixture[str], name: str) -> int:
    return sum(f'"{name}":' in line for line in capsys.readouterr().out.splitlines())


def moved(*_: Any) -> None:
    raise MovedError("1234 127.0.0.1:6379")


def test_a_node_that_says_that_a_key_lives_elsewhere_is_left_for_a_client_of_all_nodes(time):
    asked = iter([moved, lambda _: b"first", lambda _: b"second"])
    made: list[str] = []
    cache = Cache(lambda: made.append("one") or "one", connect_all=lambda: made.append("all") or "all")

    def ask(client: Any) -> bytes | None:
        return next(asked)(client)

    assert cache.call(ask) == b"first"
    cache._client = None  # as after a failure
    assert cache.call(ask) == b"second"
    assert made == ["one", "all", "all"]


def test_a_key_that_lives_elsewhere_is_a_miss_where_no_other_client_is_known(time):
    assert Cache(lambda: "one").call(moved) is None


def test_a_dead_cache_is_a_miss_and_a_metric_and_no_error(cache, capsys):
    assert cache.call(lambda _: "never") is None
    assert metrics(capsys, "CacheUnavailable") == 1


def test_after_three_failures_it_is_not_asked_for_two_seconds(cache, server, time):
    for _ in range(10):
        cache.call(lambda _: "never")
    assert server.tried == FAILURES
    time.elapsed += PAUSE_S - 0.001
    cache.call(lambda _: "never")
    assert server.tried == FAILURES


def test_then_one_request_probes_and_the_others_go_on_without(cache, server, time):
    for _ in range(FAILURES):
        cache.call(lambda _: "never")
    time.elapsed += PAUSE_S
    for _ in range(10):
        cache.call(lambda _: "never")
    assert server.tried == FAILURES + 1


def test_a_probe_is_alone_while_it_waits_for_its_answer(time):
    breaker = Breaker(monotonic=time.monotonic)
    for _ in range(FAILURES):
        breaker.failed()
    time.elapsed += PAUSE_S
    assert [breaker.admits() for _ in range(3)] == [True, False, False]


def test_a_probe_that_succeeds_opens_the_way_for_all(cache, server, time):
    for _ in range(FAILURES):
        cache.call(lambda _: "never")
    server.alive = True
    time.elapsed += PAUSE_S
    assert [cache.call(lambda _: "found") for _ in range(3)] == ["found"] * 3


def test_failures_that_are_not_in_a_row_leave_it_closed(cache, server):
    for _ in range(5):
        for alive in (False, False, True):
            server.alive = alive
            cache._client = None
            cache.call(lambda _: "found")
    assert server.tried == 15


def test_a_client_whose_call_failed_is_replaced(cache, server):
    def breaks(_client: Any) -> None:
        raise ConnectionResetError

    server.alive = True
    cache.call(breaks)
    cache.call(lambda _: "found")
    assert server.tried == 2


def test_an_error_that_is_not_valkey_s_is_the_caller_s(cache, server):
    server.alive = True
    with pytest.raises(ZeroDivisionError):
        cache.call(lambda _: 1 / 0)


def test_with_valkey_dead_every_caller_fills_at_once(cache, time):
    assert [cache.get_or_fill("k", lambda: b"value", ttl_s=60) for _ in range(5)] == [b"value"] * 5
    assert time.slept == []


def test_what_filling_raises_is_the_caller_s(cache):
    def fill() -> bytes:
        raise LookupError

    with pytest.raises(LookupError):
        cache.get_or_fill("k", fill, ttl_s=60)


def test_a_function_without_a_cache_has_none():
    assert Cache.from_environment() is None
    assert process_cache() is None


def test_a_process_has_one_cache(monkeypatch):
    monkeypatch.setenv("VALKEY_URL", "redis://127.0.0.1:1")
    assert process_cache() is process_cache()
    assert process_cache() is not None


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port of this machine that takes connections and never answers."""
    pytest_socket.enable_socket()
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
    pytest_socket.disable_socket(allow_unix_socket=True)


def test_a_server_that_takes_connections_and_never_answers_is_dead(silent_port, capsys):
    cache = Cache(lambda: connect(CacheSettings(valkey_url=f"redis://127.0.0.1:{silent_port}")))
    assert cache.call(lambda client: client.get("k")) is None
    assert metrics(capsys, "CacheUnavailable") == 1


def test_no_answer_is_waited_for_longer_than_a_tenth_of_a_second():
    assert TIMEOUT_S <= 0.1


IAM = CacheSettings(
    valkey_url="rediss://shop-x.serverless.euc1.cache.amazonaws.com:6379",
    valkey_iam_user="omnilife",
    valkey_cache_name="shop",
)


def test_an_iam_token_is_a_presigned_connect_request_without_its_scheme():
    address, _, query = iam_token(IAM).partition("/?")
    assert address == "shop"
    said = {name: values[0] for name, values in parse_qs(query).items()}
    assert (said["Action"], said["User"], said["ResourceType"]) == ("connect", "omnilife", "ServerlessCache")
    assert said["X-Amz-Expires"] == "900"
    assert "/eu-central-1/elasticache/aws4_request" in said["X-Amz-Credential"]
    assert said["X-Amz-Signature"]


def test_a_cache_of_nodes_is_not_called_serverless():
    nodes = CacheSettings(
        valkey_url="rediss://shop.x.clustercfg.euc1.cache.amazonaws.com:6379",
        valkey_iam_user="omnilife",
        valkey_cache_name="shop",
    )
    assert "ResourceType" not in parse_qs(urlsplit(iam_token(nodes)).query)


def test_each_connection_signs_anew():
    credentials = iam_credentials(IAM)
    user, token = credentials.get_credentials()
    assert user == "omnilife"
    assert token.startswith("shop/?Action=connect")


def test_without_credentials_to_sign_with_the_cache_is_as_dead(monkeypatch, capsys):
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(variable)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(ConnectionError):
        iam_token(IAM)
    assert Cache(lambda: iam_token(IAM)).call(lambda _: "never") is None
    assert metrics(capsys, "CacheUnavailable") == 1
