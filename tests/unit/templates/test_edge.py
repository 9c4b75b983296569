"""edge.yaml: CloudFront's patterns as CloudFront reads them, and what it does to requests."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from local.generate.routes import domain_of, edge_routes
from tests.support.templates import load_template

API_DOMAINS = {"catalogue", "checkout", "search", "identity", "operations", "security", "notifications"}
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"

needs_node = pytest.mark.skipif(
    shutil.which("node") is None, reason="no node to run CloudFront's functions with"
)


def resources() -> dict[str, Any]:
    found: dict[str, Any] = load_template("edge.yaml")["Resources"]
    return found


def distribution() -> dict[str, Any]:
    found: dict[str, Any] = resources()["Distribution"]["Properties"]["DistributionConfig"]
    return found


def run_at_edge(function: str, event: dict[str, Any]) -> dict[str, Any]:
    code = resources()[function]["Properties"]["FunctionCode"]
    script = f"{code}\nconsole.log(JSON.stringify(handler({json.dumps(event)})));"
    node = shutil.which("node") or "node"
    run = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True, timeout=30)  # noqa: S603
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


@pytest.mark.parametrize(
    ("pattern", "path", "leads"),
    [
        ("/api/images*", "/api/images", True),
        ("/api/images*", "/api/images/1/similar", True),
        ("/api/marketplace/*", "/api/marketplace/products/p-1", True),
        ("/api/marketplace/*", "/api/marketplace", False),
        ("/api/marketplace/*", "/API/marketplace/products", False),
        ("/v?/batch", "/v1/batch", True),
        ("/v?/batch", "/v10/batch", False),
        ("health", "/health", True),
        ("/health", "/health/", False),
        ("/a.b", "/axb", False),
        ("*", "/anything/at/all", True),
    ],
)
def test_a_pattern_matches_as_cloudfronts_do(pattern: str, path: str, leads: bool) -> None:
    assert (domain_of(path, [(pattern, "here")]) == "here") is leads


def test_the_first_pattern_that_matches_decides() -> None:
    routes = [("/api/marketplace/cart*", "checkout"), ("/api/marketplace/*", "catalogue")]

    assert domain_of("/api/marketplace/cart/add", routes) == "checkout"
    assert domain_of("/api/marketplace/products", routes) == "catalogue"


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/unknown", "/healthy", "/.git/config", "/API/search/products"]
)
def test_a_path_of_no_domain_leads_nowhere(path: str) -> None:
    assert domain_of(path, edge_routes()) is None


def test_api_answers_are_never_cached_and_get_the_request_as_it_was_sent() -> None:
    behaviours = [rule for rule in distribution()["CacheBehaviors"] if rule["TargetOriginId"] in API_DOMAINS]

    assert {rule["CachePolicyId"] for rule in behaviours} == {CACHING_DISABLED}
    assert {rule["OriginRequestPolicyId"] for rule in behaviours} == {ALL_VIEWER_EXCEPT_HOST}
    assert {rule["ViewerProtocolPolicy"] for rule in behaviours} == {"https-only"}
    assert {tuple(rule["AllowedMethods"]) for rule in behaviours} == {
        ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")
    }


def test_every_api_request_carries_the_viewers_address_and_the_edges_proof() -> None:
    origins = {origin["Id"]: origin for origin in distribution()["Origins"]}
    behaviours = [rule for rule in distribution()["CacheBehaviors"] if rule["TargetOriginId"] in API_DOMAINS]

    for rule in behaviours:
        (function,) = rule["FunctionAssociations"]
        assert function["FunctionARN"] == {"Fn::GetAtt": ["ViewerAddress", "FunctionARN"]}
    for domain in API_DOMAINS:
        (proof,) = origins[domain]["OriginCustomHeaders"]
        assert proof["HeaderName"] == "x-origin-secret"
        assert proof["HeaderValue"]["Fn::Sub"].startswith("{{resolve:secretsmanager:")


def test_the_media_bucket_is_read_by_signed_requests_and_cached_for_a_year() -> None:
    (origin,) = [origin for origin in distribution()["Origins"] if origin["Id"] == "media"]
    policy = resources()["MediaCache"]["Properties"]["CachePolicyConfig"]

    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["MediaAccess", "Id"]}
    assert "OriginCustomHeaders" not in origin
    assert policy["DefaultTTL"] == policy["MaxTTL"] == 365 * 24 * 3600


@needs_node
def test_the_address_that_a_client_claims_is_overwritten() -> None:
    event = {
        "viewer": {"ip": "203.0.113.7"},
        "request": {"uri": "/health", "headers": {"x-viewer-address": {"value": "10.0.0.1"}}},
    }

    request = run_at_edge("ViewerAddress", event)

    assert request["headers"]["x-viewer-address"] == {"value": "203.0.113.7"}
    assert request["uri"] == "/health"


@needs_node
def test_a_path_of_no_domain_is_answered_with_a_problem() -> None:
    answer = run_at_edge("NothingHere", {"context": {"requestId": "r-1"}, "request": {}})

    problem = json.loads(answer["body"]["data"])
    assert answer["statusCode"] == problem["status"] == 404
    assert answer["headers"]["content-type"]["value"] == "application/problem+json"
    assert (problem["type"], problem["instance"]) == ("/problems/not-found", "r-1")


def test_what_the_firewall_answers_is_a_problem() -> None:
    acl = resources()["WebAcl"]["Properties"]
    bodies = {name: json.loads(body["Content"]) for name, body in acl["CustomResponseBodies"].items()}
    blocked = [rule["Action"]["Block"]["CustomResponse"] for rule in acl["Rules"] if "Action" in rule]

    assert {answer["CustomResponseBodyKey"] for answer in blocked} == set(bodies)
    for answer in blocked:
        assert bodies[answer["CustomResponseBodyKey"]]["status"] == answer["ResponseCode"]
        assert bodies[answer["CustomResponseBodyKey"]]["type"].startswith("/problems/")
