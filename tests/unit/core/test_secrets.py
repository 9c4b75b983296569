"""Secrets."""

import pytest
from botocore.exceptions import ClientError

from omnilife.core import aws as aws_clients
from omnilife.core.secrets import HELD_S, SecretReader, secret
from tests.support.faults import FaultyClient, refusal
from tests.support.waiting import VirtualTime

NAME = "omnilife/cursor"


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


def reader(time: VirtualTime, *faults: ClientError) -> tuple[SecretReader, FaultyClient]:
    client = FaultyClient(aws_clients.client("secretsmanager"), get_secret_value=faults)
    return SecretReader(client, monotonic=time.monotonic), client


def test_a_secret_is_read_from_secrets_manager(secrets):
    assert secret(NAME) == secrets[NAME]


def test_a_secret_is_read_once_in_five_minutes(secrets, time):
    read, client = reader(time)
    first = read.read(NAME)
    time.elapsed += HELD_S - 1
    assert read.read(NAME) == first
    assert len(client.calls) == 1


def test_a_changed_secret_is_seen_after_five_minutes(secrets, time):
    read, _ = reader(time)
    read.read(NAME)
    aws_clients.client("secretsmanager").put_secret_value(SecretId=NAME, SecretString="changed")
    time.elapsed += HELD_S
    assert read.read(NAME) == "changed"


def test_a_known_secret_stays_in_use_while_it_cannot_be_read(secrets, time):
    read, client = reader(time)
    read.read(NAME)
    client._faults["get_secret_value"] = [refusal("InternalServiceError", status=500)]
    time.elapsed += HELD_S
    assert read.read(NAME) == secrets[NAME]


def test_an_unknown_secret_that_cannot_be_read_is_an_error(secrets, time):
    read, _ = reader(time, refusal("AccessDeniedException"))
    with pytest.raises(ClientError):
        read.read(NAME)
