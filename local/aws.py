"""Clients of the embedded AWS."""

from typing import Any

import boto3
from botocore.config import Config

from local.emulator.server import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY


def aws_client(service: str, endpoint_url: str) -> Any:
    """A boto3 client for `service` at the emulator."""
    return boto3.client(
        service,
        endpoint_url=endpoint_url,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY_ID,
        aws_secret_access_key=SECRET_ACCESS_KEY,
        config=Config(retries={"total_max_attempts": 1}, read_timeout=120),
    )
