"""`sam local start-api` against the same engines, for who has Docker."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from local.cloud import Cloud
from tests.e2e.shop import Merchant, Shop, lamp

pytestmark = [pytest.mark.e2e, pytest.mark.docker]


def docker_answers() -> bool:
    """Whether a Docker engine, not just its client, is there."""
    docker = shutil.which("docker")
    return (
        docker is not None
        and subprocess.run([docker, "info"], capture_output=True, timeout=20, check=False).returncode == 0  # noqa: S603
    )


@pytest.mark.skipif(
    not docker_answers(), reason="no Docker engine answers: sam local runs functions in containers"
)
def test_a_product_is_read_through_sam_local(cloud: Cloud, shop: Shop, merchant: Merchant) -> None:
    product = shop.create(merchant.token, lamp())
    with cloud.sam_local_api() as base_url:
        answer = shop.client.get(f"{base_url}/api/marketplace/products/{product['product_id']}", timeout=120)
    assert answer.status_code == 200
    assert answer.json()["product_id"] == product["product_id"]
