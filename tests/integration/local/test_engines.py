"""The engines as local/ starts them: real ones, with state of their own."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import valkey as client_library

from local.errors import LocalError
from local.opensearch import PORTS, OpenSearch
from local.ports import first_free, free_port, is_free
from local.valkey import Valkey

pytestmark = pytest.mark.integration


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Valkey]:
    valkey = Valkey(tmp_path, port=free_port())
    valkey.start()
    yield valkey
    valkey.stop()


def test_valkey_is_a_cluster_that_refuses_keys_across_slots(cache: Valkey) -> None:
    with client_library.Valkey.from_url(cache.url) as client:  # asks the server, where a cluster's would not
        assert client.mget("{a}1", "{a}2") == [None, None]
        with pytest.raises(client_library.ResponseError, match=r"CROSSSLOT|same slot"):
            client.mget("{a}1", "{b}1")


def test_valkey_is_empty_after_a_restart(cache: Valkey) -> None:
    with client_library.ValkeyCluster.from_url(cache.url) as client:
        client.set("kept", "no")
    cache.stop()
    assert not cache.answers()
    cache.start()
    with client_library.ValkeyCluster.from_url(cache.url) as client:
        assert client.get("kept") is None


def test_a_valkey_of_ones_own_is_used_and_left_running(cache: Valkey, tmp_path: Path) -> None:
    own = Valkey(tmp_path / "other", url=cache.url)
    own.start()
    own.stop()
    assert cache.answers()


def test_a_valkey_of_ones_own_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="VALKEY_URL"):
        Valkey(tmp_path, url=f"redis://127.0.0.1:{free_port()}").start()


def test_opensearch_keeps_its_data_over_a_restart(tmp_path: Path) -> None:
    engine = OpenSearch(tmp_path, port=first_free(reversed(PORTS), "OpenSearch"))
    engine.start()
    try:
        path = f"{engine.url}/things/_doc/1?refresh=true"
        assert httpx.put(path, json={"name": "lamp"}, timeout=30).status_code == 201

        engine.stop()
        assert not engine.answers()
        engine.start()

        assert httpx.get(f"{engine.url}/things/_count", timeout=30).json()["count"] == 1
    finally:
        engine.stop()
    assert is_free(engine.port)
