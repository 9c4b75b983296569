"""The deployed product for the end-to-end tests: one embedded cloud a session, with state of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from local.cloud import Cloud, Ports
from local.paths import STATE
from tests.e2e.person import Person
from tests.e2e.shop import Merchant, Shop


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The real templates, built and deployed into real engines."""
    folder = tmp_path_factory.mktemp("cloud")
    with Cloud(folder, Ports.free(), environ={}, built=STATE / "sam") as running:
        running.build()
        running.deploy()
        yield running


@pytest.fixture(scope="session")
def shop(cloud: Cloud) -> Shop:
    """The deployed shop as its clients see it."""
    deployed = Shop(cloud.base_url, cloud.token)
    deployed.await_search()
    return deployed


@pytest.fixture
def merchant(shop: Shop) -> Merchant:
    """A merchant whom no other test knows."""
    name = f"merchant-{uuid.uuid4().hex[:8]}"
    return Merchant(name, shop.token("merchant", name))


@pytest.fixture
def person(shop: Shop) -> Person:
    return Person(shop, f"mina-{uuid.uuid4().hex[:10]}@example.com")
