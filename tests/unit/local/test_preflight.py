"""What is missing in an account is named with the way to mend it."""

import boto3
import pytest
from moto import mock_aws

from local.preflight import SERVICE_LINKED_ROLES, main


@pytest.fixture
def client():
    def of(service: str):
        made = boto3.client(service, region_name="eu-central-1")
        if service == "lambda":
            made.get_account_settings = lambda: {"AccountLimit": {"ConcurrentExecutions": of.concurrency}}
        return made

    of.concurrency = 1000
    with mock_aws():
        yield of


def test_a_fresh_account_is_told_each_step(client, capsys):
    client.concurrency = 10
    assert main(client) == 1
    said = capsys.readouterr().out
    assert all(f"--aws-service-name {service}" in said for service in SERVICE_LINKED_ROLES.values())
    assert "10 functions at once" in said


def test_a_prepared_account_is_ready(client, capsys):
    for role in SERVICE_LINKED_ROLES:  # by name: the emulation names service-linked roles in its own way
        client("iam").create_role(RoleName=role, AssumeRolePolicyDocument="{}")
    assert main(client) == 0
    assert capsys.readouterr().out == "Account 123456789012: ready\n"
