"""What roles may do: named actions on named resources, but for the few that AWS offers only otherwise."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from omnilife.core.http import Endpoint
from tests.support.functions import load_function
from tests.unit.templates.stacks import (
    Function,
    Stack,
    all_functions,
    domain_stacks,
    root_stack,
    unconditional,
)

MANAGED = {
    # Log streams are made by Lambda itself under names that are not known before.
    "service-role/AWSLambdaBasicExecutionRole",
    # The network interfaces of a function in a VPC have no ARN that a policy could name.
    "service-role/AWSLambdaVPCAccessExecutionRole",
    # X-Ray has no resources.
    "AWSXrayWriteOnlyAccess",
    "AWSXRayDaemonWriteAccess",
}

WITHOUT_RESOURCES = {
    "cloudwatch:PutMetricData",
    # Nothing is there to be named before it is made; a condition on its tag says what may be made.
    "kms:CreateKey",
    # What has a tag is asked of all resources, or not at all.
    "tag:GetResources",
    "xray:GetSamplingRules",
    "xray:GetSamplingStatisticSummaries",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
    # Delivery of a state machine's logs: CloudWatch Logs offers these only on all resources.
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
}

each_function = pytest.mark.parametrize("function", all_functions(), ids=lambda function: function.folder)
each_domain = pytest.mark.parametrize("stack", domain_stacks(), ids=lambda stack: stack.name)


def listed(value: Any) -> list[Any]:
    return unconditional(value if isinstance(value, list) else [value])


def too_wide(statement: dict[str, Any]) -> Iterator[str]:
    """What a statement allows beyond named actions on named resources."""
    if statement["Effect"] == "Deny":
        return
    actions = listed(statement["Action"])
    yield from (action for action in actions if "*" in action)
    for resource in listed(statement["Resource"]):
        text = json.dumps(resource).strip('"')
        if text == "*" and not set(actions) <= WITHOUT_RESOURCES:
            yield f"{actions} on everything"
        # Below a named bucket, table or domain is exact enough; all queues or tables of an account are not.
        if text != "*" and (":*" in text or text.startswith("*")):
            yield f"{actions} on {text}"


@each_domain
def test_roles_of_a_domain_name_their_actions_and_resources(stack: Stack) -> None:
    found = [
        (logical_id, problem)
        for logical_id, role in stack.of_type("AWS::IAM::Role").items()
        for policy in role.get("Policies", [])
        for statement in listed(policy["PolicyDocument"]["Statement"])
        for problem in too_wide(statement)
    ]

    assert found == []


@each_domain
def test_roles_of_a_domain_take_no_managed_policy_but_those_listed(stack: Stack) -> None:
    taken = {
        str(arn).partition(":policy/")[2]
        for role in stack.of_type("AWS::IAM::Role").values()
        for arn in role.get("ManagedPolicyArns", [])
    }

    assert taken <= MANAGED


@each_domain
def test_policies_stand_in_the_role_that_they_are_for(stack: Stack) -> None:
    assert stack.of_type("AWS::IAM::Policy") == {}
    assert stack.of_type("AWS::IAM::ManagedPolicy") == {}


@each_function
def test_a_function_may_not_scan_a_table(function: Function) -> None:
    actions = {action for statement in function.statements for action in listed(statement["Action"])}

    assert "dynamodb:Scan" not in actions


TRUST_WRITERS = {"identity", "security"}


@each_function
def test_only_the_domains_that_keep_the_trust_table_write_it(function: Function) -> None:
    writes = {
        action
        for statement in function.statements
        if {"Ref": "TrustTableArn"} in listed(statement["Resource"])
        for action in listed(statement["Action"])
        if action not in {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}
    }

    assert writes == set() or function.stack.name in TRUST_WRITERS


def test_signing_keys_are_published_by_the_job_that_rotates_them_and_by_nobody_else() -> None:
    publishers = {
        function.folder
        for function in all_functions()
        for statement in function.statements
        if {"Ref": "TrustTableArn"} in listed(statement["Resource"])
        and {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
        & set(listed(statement["Action"]))
        for key in listed(next(iter(statement["Condition"].values()))["dynamodb:LeadingKeys"])
        if key.startswith(("K", "*"))
    }

    assert publishers == {"identity/rotate_signing_key"}


@each_function
def test_a_function_may_read_the_secrets_that_it_is_told_of_and_no_other(function: Function) -> None:
    told = {value["Ref"] for name, value in function.variables.items() if name.endswith("_SECRET_ARN")}
    readable = {
        resource["Ref"]
        for statement in function.statements
        if "secretsmanager:GetSecretValue" in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }

    assert readable == told


@pytest.mark.parametrize(
    "function",
    [each for each in all_functions() if "_outbox" in each.folder or "/publish_" in each.folder],
    ids=lambda function: function.folder,
)
def test_who_sends_events_may_mark_them_as_sent_in_batches_and_change_nothing_else(
    function: Function,
) -> None:
    written = {
        action
        for statement in function.statements
        for action in listed(statement["Action"])
        if action.startswith("dynamodb:") and "Item" in action
    }

    assert written == {"dynamodb:BatchWriteItem"}


def test_queues_are_open_to_services_on_behalf_of_a_named_source_only() -> None:
    statements = [
        statement
        for stack in domain_stacks()
        for policy in stack.of_type("AWS::SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
    ]

    assert statements
    for statement in statements:
        conditions = {key for condition in statement["Condition"].values() for key in condition}
        assert statement["Action"] == "sqs:SendMessage"
        assert conditions & {"aws:SourceArn"}


def test_buckets_refuse_requests_without_tls() -> None:
    buckets = {"ExportsBucket", "ImportsBucket", "MediaBucket", "OriginalsBucket"}
    refusing = {
        policy["Bucket"]["Ref"]
        for policy in root_stack().of_type("AWS::S3::BucketPolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }

    assert refusing == buckets


def test_nobody_of_another_account_may_use_the_keys_or_the_bus() -> None:
    """Principals that are stars are held to this account by a condition, in each statement that has one."""
    open_to_all = [
        statement
        for key in root_stack().of_type("AWS::KMS::Key").values()
        for statement in key["KeyPolicy"]["Statement"]
        if statement["Effect"] == "Allow" and statement["Principal"] == {"AWS": "*"}
    ]

    assert open_to_all
    for statement in open_to_all:
        assert statement["Condition"]["StringEquals"]["kms:CallerAccount"] == {"Ref": "AWS::AccountId"}
        assert "kms:ViaService" in statement["Condition"]["StringEquals"]
    assert root_stack().of_type("AWS::Events::EventBusPolicy") == {}


def leading_keys(function: Function, action: str) -> set[str]:
    """The partition keys that a function may do this to, in any table."""
    return {
        key
        for statement in function.statements
        if action in listed(statement["Action"])
        for condition in statement.get("Condition", {}).values()
        for key in condition.get("dynamodb:LeadingKeys", [])
    }


def test_where_api_keys_open_something_their_use_is_told_and_can_be_sent() -> None:
    """A route that takes keys names its `outbox`; its role may write there, and the publisher mark it."""
    taking: dict[str, set[str]] = {}
    for function in all_functions():
        api = getattr(load_function(function.folder), "api", None)
        if isinstance(api, Endpoint) and "service" in api.contract.rule.words:
            domain = function.stack.name
            assert api.contract.outbox == f"{domain.upper()}_TABLE", function.folder
            assert "KEYUSE#*" in leading_keys(function, "dynamodb:PutItem"), function.folder
            taking.setdefault(domain, set()).add(function.folder)
    assert {"search", "security"} <= set(taking)

    senders = [
        function
        for function in all_functions()
        if function.stack.name in taking and ("_outbox" in function.folder or "/publish_" in function.folder)
    ]
    assert len(senders) == 2 * len(taking)
    for function in senders:
        assert "KEYUSE#*" in leading_keys(function, "dynamodb:BatchWriteItem"), function.folder
