"""AWS clients."""

import os
import threading
from pathlib import Path

import pytest
from botocore.exceptions import DataNotFoundError

from omnilife.core import aws as aws_clients


def test_a_process_has_one_client_a_service(aws):
    assert aws_clients.client("dynamodb") is aws_clients.client("dynamodb")
    assert aws_clients.client("events") is not aws_clients.client("dynamodb")


def test_threads_that_ask_at_once_get_the_same_client(aws):
    start, got = threading.Barrier(4), []

    def ask() -> None:
        start.wait()
        got.append(aws_clients.client("sqs"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(client) for client in got}) == 1


def test_a_client_never_waits_longer_than_its_function_may_run(aws):
    config = aws_clients.client("dynamodb").meta.config
    waits = config.connect_timeout + config.read_timeout
    assert waits * config.retries["total_max_attempts"] < 10


def test_the_endpoint_comes_from_the_standard_variable(aws, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    aws_clients.reset()
    assert aws_clients.client("dynamodb").meta.endpoint_url == "http://127.0.0.1:4566"


def test_clients_are_botocore_s_own_so_that_boto3_is_not_paid_for(aws):
    assert type(aws_clients.client("dynamodb")).__module__ == "botocore.client"


def test_a_service_that_there_is_not_is_refused_by_name(aws):
    with pytest.raises(DataNotFoundError, match="nothing-like-it"):
        aws_clients.client("nothing-like-it")


def test_no_list_of_all_services_is_read_to_make_a_client(aws, monkeypatch):
    read = []
    listdir = os.listdir
    monkeypatch.setattr("os.listdir", lambda path: read.append(str(path)) or listdir(path))
    aws_clients.reset()
    aws_clients.client("sns")
    assert {Path(path).name for path in read} == {"sns"}
