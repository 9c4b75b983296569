"""What is missing in an account is named with the way to mend it."""

import boto3
import pytest
from moto import mock_aws

from local.preflight import SERVICE_LINKED_ROLES, _is_verified, main


@pytest.fixture
def client():
    def of(service: str):
        made = boto3.client(service, region_name="eu-central-1")
        if service == "lambda":
            made.get_account_settings = lambda: {"AccountLimit": {"ConcurrentExecutions": of.concurrency}}
        if service == "sesv2":
            made.get_account = lambda: {"ProductionAccessEnabled": of.production}
            made.get_email_identity = lambda **asked: {
                "VerifiedForSendingStatus": asked["EmailIdentity"] in of.verified
            }
        return made

    of.concurrency, of.production, of.verified = 1000, True, {"shop.example"}
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
    assert main(client, "no-reply@shop.example") == 0
    assert capsys.readouterr().out == "Account 123456789012: ready\n"


def test_a_sender_that_ses_does_not_know_or_cannot_send_from_is_named(client, capsys):
    client.production = False
    assert main(client, "no-reply@elsewhere.example") == 1
    said = capsys.readouterr().out
    assert "create-email-identity --email-identity elsewhere.example" in said
    assert "sandbox" in said


def test_the_sender_has_to_be_chosen(client, capsys):
    assert main(client) == 1
    assert "SENDER=" in capsys.readouterr().out


def test_an_identity_that_is_not_there_is_not_verified(client):
    assert not _is_verified(boto3.client("sesv2", region_name="eu-central-1"), "nobody.example")
