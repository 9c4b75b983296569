"""Check the one-time steps in the AWS account of one's profile, before the first deploy. Changes nothing."""

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

type Client = Callable[[str], Any]


def missing(client: Client) -> Iterator[str]:
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


def main(client: Client = boto3.client) -> int:
    """Print what is missing; the exit status is 1 if anything is."""
    try:
        account = client("sts").get_caller_identity()["Account"]
        found = list(missing(client))
    except (BotoCoreError, ClientError) as error:
        print(f"The AWS account cannot be asked: {error}")
        return 1
    print(f"Account {account}: {'ready' if not found else 'not ready'}")
    for each in found:
        print(f"- {each}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
