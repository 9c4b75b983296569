"""The stacks as CloudFormation gets them: their limits, what they pass to one another, and what they keep."""

import json
from collections import Counter
from pathlib import Path

import pytest
from cfnlint.api import ManualArgs, lint  # type: ignore[import-untyped]

from tests.support.templates import load_template
from tests.unit.templates.stacks import (
    Stack,
    all_functions,
    all_stacks,
    domain_stacks,
    references,
    root_stack,
)

MAX_RESOURCES = 400
"""CloudFormation takes 500; the rest is room for the next issue."""

STATE = {
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
}

each_stack = pytest.mark.parametrize("stack", all_stacks(), ids=lambda stack: stack.name)
each_domain = pytest.mark.parametrize("stack", domain_stacks(), ids=lambda stack: stack.name)


@each_stack
def test_a_stack_stays_far_from_the_limit_of_resources(stack: Stack) -> None:
    assert len(stack.template["Resources"]) < MAX_RESOURCES


@each_stack
def test_a_stack_stays_below_the_other_limits_of_a_template(stack: Stack) -> None:
    template = stack.template

    assert len(template.get("Parameters", {})) <= 200
    assert len(template.get("Outputs", {})) <= 200
    assert len(json.dumps(template)) < 1_000_000


@each_stack
def test_cfn_lint_finds_nothing_in_what_is_deployed(stack: Stack) -> None:
    assert findings(json.dumps(stack.template), "eu-central-1") == []


def test_cfn_lint_finds_nothing_in_the_edge() -> None:
    assert findings((Path(__file__).parents[3] / "edge.yaml").read_text(), "us-east-1") == []


def findings(template: str, region: str) -> list[str]:
    return [str(match) for match in lint(template, config=ManualArgs(regions=[region], include_checks=["W"]))]


def test_no_two_functions_share_a_logical_id() -> None:
    """`sam local` mixes up functions of one id, even over stacks."""
    counted = Counter(function.logical_id for function in all_functions())

    assert [logical_id for logical_id, times in counted.items() if times > 1] == []


@each_domain
def test_the_root_passes_a_domain_exactly_the_parameters_that_it_asks_for(stack: Stack) -> None:
    application = next(
        resource["Properties"]
        for resource in root_stack().source["Resources"].values()
        if resource.get("Properties", {}).get("Location") == stack.path
    )
    declared = stack.source["Parameters"]
    passed = set(application["Parameters"])

    assert passed <= set(declared)
    assert {name for name, parameter in declared.items() if "Default" not in parameter} <= passed


@each_domain
def test_a_domain_waits_for_no_other_domain(stack: Stack) -> None:
    applications = {
        logical_id
        for logical_id, resource in root_stack().source["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Application"
    }
    own = next(
        resource
        for resource in root_stack().source["Resources"].values()
        if resource.get("Properties", {}).get("Location") == stack.path
    )

    assert applications & set(references(own["Properties"]["Parameters"])) == set()
    assert "DependsOn" not in own


@each_domain
def test_a_domain_tells_where_its_api_is(stack: Stack) -> None:
    assert "ApiUrl" in stack.source["Outputs"]


@each_domain
def test_a_domain_has_a_dashboard(stack: Stack) -> None:
    (dashboard,) = stack.of_type("AWS::CloudWatch::Dashboard").values()

    titles = [
        widget["properties"]["title"]
        for widget in json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"]
    ]
    assert {"Requests by route", "Server errors by route"} <= set(titles)


@each_stack
def test_every_parameter_is_used(stack: Stack) -> None:
    mentioned = set(references({key: value for key, value in stack.source.items() if key != "Parameters"}))

    assert set(stack.source["Parameters"]) <= mentioned


def test_what_holds_data_outlives_its_stack() -> None:
    held = {
        logical_id: (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy"))
        for logical_id, resource in root_stack().source["Resources"].items()
        if resource["Type"] in STATE
    }

    assert set(held.values()) == {("Retain", "Retain")}


@each_domain
def test_a_domain_holds_no_data(stack: Stack) -> None:
    assert {resource["Type"] for resource in stack.template["Resources"].values()} & STATE == set()


@pytest.mark.parametrize(
    "name",
    [
        "TrustTable",
        "SecurityTable",
        "NotificationsTable",
        "CatalogueTable",
        "CheckoutTable",
        "SearchTable",
        "IdentityTable",
    ],
)
def test_a_table_can_be_restored_to_any_second_and_not_be_deleted_in_prod(name: str) -> None:
    table = root_stack().of_type("AWS::DynamoDB::Table")[name]

    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProd", True, False]}
    assert table["SSESpecification"]["SSEType"] == "KMS"
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


@pytest.mark.parametrize("name", ["ImportsBucket", "MediaBucket"])
def test_a_bucket_is_private_versioned_and_encrypted(name: str) -> None:
    bucket = root_stack().of_type("AWS::S3::Bucket")[name]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert bucket["LifecycleConfiguration"]["Rules"]


@each_domain
def test_a_changed_byte_in_the_shared_layer_publishes_every_function_anew(stack: Stack) -> None:
    before = set(stack.of_type("AWS::Lambda::Version"))

    changed = stack.translate({"../../layers/omnilife": "layers/omnilife-with-another-byte"})

    after = {
        logical_id
        for logical_id, resource in changed["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Version"
    }
    assert len(after) == len(before) == len(stack.functions)
    assert after & before == set()


@each_domain
def test_changed_code_of_one_function_publishes_that_function_alone(stack: Stack) -> None:
    before = set(stack.of_type("AWS::Lambda::Version"))
    function = next(iter(stack.functions.values()))
    folder = function.source["CodeUri"]

    changed = stack.translate({folder: f"{folder}-with-another-byte"})

    after = {
        logical_id
        for logical_id, resource in changed["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Version"
    }
    assert {logical_id.partition("Version")[0] for logical_id in after - before} == {function.logical_id}


def test_every_layer_of_a_name_is_the_same_everywhere() -> None:
    """A layer is declared where it is used; the declarations must not drift apart."""
    declared = {
        (layer["ContentUri"], json.dumps([layer, resource["Metadata"]], sort_keys=True))
        for stack in domain_stacks()
        for resource in stack.source["Resources"].values()
        if resource["Type"] == "AWS::Serverless::LayerVersion"
        for layer in [resource["Properties"]]
    }

    assert [uri for uri, times in Counter(uri for uri, _ in declared).items() if times > 1] == []


def test_the_tables_have_the_generic_indexes_from_the_first_deploy() -> None:
    tables = load_template()["Resources"]

    for name in (
        "TrustTable",
        "SecurityTable",
        "NotificationsTable",
        "CatalogueTable",
        "SearchTable",
        "IdentityTable",
    ):
        indexes = tables[name]["Properties"]["GlobalSecondaryIndexes"]
        assert [index["IndexName"] for index in indexes] == ["index1", "index2", "index3", "index4"]
        assert {index["Projection"]["ProjectionType"] for index in indexes} == {"ALL"}
