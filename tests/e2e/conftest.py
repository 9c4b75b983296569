"""The deployed product for the end-to-end tests: one embedded cloud a session, with state of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from local.cloud import Cloud, Ports
from tests.e2e.shop import Merchant, Shop


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The real templates, built and deployed into real engines."""
    with Cloud(tmp_path_factory.mktemp("cloud"), Ports.free(), environ={}) as running:
        running.build()
        running.deploy()
        yield running


@pytest.fixture(scope="session")
def shop(cloud: Cloud) -> Shop:
    """The deployed shop as its clients see it."""
    return Shop(cloud.base_url, cloud.token)


@pytest.fixture
def merchant(shop: Shop) -> Merchant:
    """A merchant whom no other test knows."""
    name = f"merchant-{uuid.uuid4().hex[:8]}"
    return Merchant(name, shop.token("merchant", name))
