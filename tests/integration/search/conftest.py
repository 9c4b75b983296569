"""The real engine: one for the session, an alias of its own for each test."""

from collections.abc import Iterator
from os import environ
from uuid import uuid4

import pytest

from local.opensearch import OpenSearch, url_from_environment
from local.valkey import Valkey
from omnilife.core import aws as aws_clients
from omnilife.core.table import Table
from omnilife.search import ProductIndex
from omnilife.search.engine import Engine, engine_at
from tests.conftest import ENVIRONMENT, create_table, forget_everything
from tests.integration.search.shop import Shop
from tests.support.templates import table_properties


@pytest.fixture(scope="session")
def opensearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running engine: one's own (OPENSEARCH_URL), or one started for the session."""
    engine = OpenSearch(tmp_path_factory.mktemp("opensearch"), url=url_from_environment())
    engine.start()
    yield engine.url
    engine.stop()


@pytest.fixture
def engine(opensearch_url: str) -> Engine:
    return engine_at(opensearch_url)


@pytest.fixture
def shop(engine: Engine) -> Iterator[Shop]:
    """Products to write and find, in an index that no other test sees."""
    alias = f"products_{uuid4().hex}"
    yield Shop(ProductIndex(engine, alias), engine, alias)
    engine.request("DELETE", f"/{alias}-*,{alias}_suggestions*", b"", patience_s=10)


@pytest.fixture
def environment_of_functions(
    shop: Shop, opensearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """What the templates set, with this test's index."""
    for variable, value in ENVIRONMENT.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("OPENSEARCH_URL", opensearch_url)
    monkeypatch.setenv("SEARCH_ALIAS", shop.alias)
    forget_everything()
    yield
    forget_everything()


@pytest.fixture
def tables(environment_of_functions: None, aws: None, secrets: dict[str, str]) -> Table:
    """AWS in this process: empty tables, a bus, the secrets; returns the catalogue's table."""
    create_table("trust", table_properties("TrustTable"))
    create_table("search", table_properties("SearchTable"))
    aws_clients.client("events").create_event_bus(Name=ENVIRONMENT["EVENT_BUS"])
    return create_table("catalogue", table_properties("CatalogueTable"))


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running Valkey: one's own (VALKEY_URL), or one started for the session."""
    if url := environ.get("VALKEY_URL"):
        yield url
        return
    server = Valkey(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server.url
    server.stop()
