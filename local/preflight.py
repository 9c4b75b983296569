"""Check the one-time steps in the AWS account of one's profile, before the first deploy. Changes nothing."""

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

SERVICE_LINKED_ROLES = {
    "AWSServiceRoleForAmazonOpenSearchService": "opensearchservice.amazonaws.com",
    "AWSServiceRoleForElastiCache": "elasticache.amazonaws.com",
}
"""Role → the service that has to have it before a stack may make its domain or cache in a VPC."""

CONCURRENCY = 1000
"""Lambda's usual quota; new accounts may have 10, which one import alone can use up."""

SENDER = "no-reply@omnilife.example"
"""The template's default of SenderAddress, which is nobody's: it is to be given."""

type Client = Callable[[str], Any]


def missing(client: Client, sender: str) -> Iterator[str]:
    """What is not as a deploy needs it, each with the way to mend it."""
    iam = client("iam")
    for role, service in SERVICE_LINKED_ROLES.items():
        try:
            iam.get_role(RoleName=role)
        except iam.exceptions.NoSuchEntityException:
            yield f"{role}: aws iam create-service-linked-role --aws-service-name {service}"
    limit = client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    if limit < CONCURRENCY:
        yield f"Lambda may run {limit} functions at once: ask Service Quotas for {CONCURRENCY}"
    yield from _mail(client, sender)


def _mail(client: Client, sender: str) -> Iterator[str]:
    """What SES needs before the first mail: an identity that is verified, and to be out of the sandbox."""
    if sender == SENDER:
        yield "SenderAddress is nobody's: choose one, and run `make preflight SENDER=no-reply@your.domain`"
        return
    ses, domain = client("sesv2"), sender.rpartition("@")[2]
    if not any(_is_verified(ses, identity) for identity in (sender, domain)):
        yield f"SES sends nothing from {sender}: aws sesv2 create-email-identity --email-identity {domain}"
    if not ses.get_account().get("ProductionAccessEnabled", False):
        yield "SES is in its sandbox and sends to verified addresses only: aws sesv2 put-account-details"


def _is_verified(ses: Any, identity: str) -> bool:
    try:
        found = ses.get_email_identity(EmailIdentity=identity)
    except ses.exceptions.NotFoundException:
        return False
    return bool(found.get("VerifiedForSendingStatus", False))


def main(client: Client = boto3.client, sender: str = "") -> int:
    """Print what is missing; the exit status is 1 if anything is."""
    sender = sender or os.environ.get("SENDER", "") or SENDER
    try:
        account = client("sts").get_caller_identity()["Account"]
        found = list(missing(client, sender))
    except (BotoCoreError, ClientError) as error:
        print(f"The AWS account cannot be asked: {error}")
        return 1
    print(f"Account {account}: {'ready' if not found else 'not ready'}")
    for each in found:
        print(f"- {each}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
