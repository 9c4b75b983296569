"""The house rules' own tools find what they are for: a rule that never fails proves nothing."""

import json
from typing import Any

import pytest

from tests.unit.templates.reached import Needs
from tests.unit.templates.stacks import references, unconditional
from tests.unit.templates.test_policies import too_wide
from tests.unit.templates.test_stacks import findings

TABLE = {"Ref": "CatalogueTableArn"}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("dynamodb:*", TABLE),
        (["dynamodb:GetItem", "s3:Get*"], TABLE),
        ("dynamodb:GetItem", "*"),
        ("dynamodb:GetItem", [TABLE, "*"]),
        ("sqs:SendMessage", {"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:*"}),
        (["xray:PutTraceSegments", "dynamodb:GetItem"], "*"),
        ("dynamodb:GetItem", {"Fn::If": ["Own", TABLE, "*"]}),
    ],
)
def test_a_statement_that_allows_too_much_is_found(action: Any, resource: Any) -> None:
    assert list(too_wide({"Effect": "Allow", "Action": action, "Resource": resource}))


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("dynamodb:GetItem", TABLE),
        ("dynamodb:Query", {"Fn::Sub": "${CatalogueTableArn}/index/*"}),
        (["s3:GetObject"], {"Fn::Sub": "arn:${AWS::Partition}:s3:::${ImportsBucketName}/imports/*"}),
        ("xray:PutTraceSegments", "*"),
    ],
)
def test_a_statement_that_names_what_it_allows_is_let_pass(action: Any, resource: Any) -> None:
    assert list(too_wide({"Effect": "Allow", "Action": action, "Resource": resource})) == []


def test_both_ways_of_a_condition_are_looked_at() -> None:
    value = [{"Fn::If": ["Own", "a", {"Fn::If": ["Other", "b", {"Ref": "AWS::NoValue"}]}]}, "c"]

    assert unconditional(value) == ["a", "b", "c"]


def test_a_resource_is_found_however_it_is_mentioned() -> None:
    value = {
        "One": {"Ref": "A"},
        "Two": [{"Fn::GetAtt": ["B", "Arn"]}, {"Fn::GetAtt": "C.Arn"}],
        "Three": {"Fn::Sub": "${D}/${E.Arn}"},
        "Four": {"Fn::Sub": ["${local}", {"local": {"Ref": "F"}}]},
    }

    assert set(references(value)) - {"local"} == {"A", "B", "C", "D", "E", "F"}


def test_the_linter_reports_what_cloudformation_would_refuse() -> None:
    broken = {
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": "long"}}}
    }

    assert findings(json.dumps(broken), "eu-central-1")


def test_settings_and_packages_are_found_behind_lazy_names_and_late_imports() -> None:
    needs = Needs.of("search/search_products")

    assert {"OPENSEARCH_URL", "CURSOR_SECRET_ARN", "VALKEY_URL"} <= needs.variables
    assert {"urllib3", "valkey"} <= needs.packages


def test_what_a_route_does_not_declare_it_does_not_need() -> None:
    needs = Needs.of("search/search_products")

    assert "TOKEN_ISSUER" not in needs.variables
    assert "jwt" not in needs.packages


def test_a_probe_needs_no_store() -> None:
    needs = Needs.of("operations/get_health")

    assert needs.variables == {"APP_VERSION"}
    assert "botocore" not in needs.packages
