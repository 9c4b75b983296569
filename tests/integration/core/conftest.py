"""A real Valkey as a one-node cluster, for these tests alone."""

import itertools
from collections.abc import Iterator

import pytest

from local.valkey import Valkey
from omnilife.core.cache import Cache, CacheSettings, connect

fresh = itertools.count()


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    server = Valkey(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def metrics_namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "OmniLife")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "tests")


def connected(server: Valkey) -> Cache:
    return Cache(lambda: connect(CacheSettings(valkey_url=server.url)))


@pytest.fixture
def cache(valkey: Valkey) -> Cache:
    return connected(valkey)


@pytest.fixture
def key() -> str:
    """A key that no other test has touched."""
    return f"key-{next(fresh)}"
