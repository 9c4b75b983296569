"""Routes: the templates, the handlers, the contract, the document and the edge say the same of each."""

import json
from typing import Any

import pytest

from local.generate.__main__ import stale
from local.generate.openapi import API_VERSION
from local.generate.routes import domain_of, edge_routes
from tests.support.functions import load_function
from tests.support.templates import ROOT
from tests.unit.templates.stacks import domain_stacks

CONTRACT = {
    "POST /api/auth/email/resend": "public",
    "POST /api/auth/email/verify": "public",
    "POST /api/auth/login": "public",
    "POST /api/auth/logout": "user",
    "POST /api/auth/logout-all": "user",
    "GET /api/auth/me": "user",
    "PATCH /api/auth/me": "user",
    "DELETE /api/auth/me": "user",
    "POST /api/auth/me/export": "user",
    "GET /api/auth/me/export/{job_id}": "user",
    "POST /api/auth/refresh": "public",
    "POST /api/auth/register": "public",
    "GET /api/auth/sessions": "user",
    "DELETE /api/auth/sessions/{session_id}": "user",
    "GET /.well-known/jwks.json": "public",
    "POST /api/notifications/create": "service/admin",
    "POST /api/notifications/recipient-lists": "service/admin",
    "GET /api/notifications/{notification_id}": "user/admin",
    "PATCH /api/notifications/{notification_id}": "user",
    "DELETE /api/notifications/{notification_id}": "service/admin",
    "PUT /api/notifications/{notification_id}/schedule": "service/admin",
    "GET /api/notifications/user/{user_id}": "user",
    "POST /api/notifications/user/{user_id}/read-all": "user",
    "GET /api/notifications/preferences/{user_id}": "user",
    "PUT /api/notifications/preferences/{user_id}": "user",
    "GET /api/notifications/templates": "admin",
    "GET /api/notifications/templates/{name}": "admin",
    "PUT /api/notifications/templates/{name}": "admin",
    "POST /api/notifications/templates/{name}/render": "admin",
    # Who has the link may: it is signed, and comes with the mail.
    "GET /api/notifications/unsubscribe/{token}": "public",
    "POST /api/notifications/unsubscribe/{token}": "public",
    "GET /api/notifications/open/{token}": "public",
    "GET /api/notifications/click/{token}": "public",
    "POST /api/notifications/send/email": "service/admin",
    "POST /api/notifications/send/sms": "service/admin",
    "POST /api/notifications/send/push": "service/admin",
    "POST /api/notifications/devices": "user",
    "DELETE /api/notifications/devices/{device_id}": "user",
    "POST /api/notifications/webhooks/twilio": "signed",
    "GET /api-docs": "public",
    "GET /api-docs/openapi.json": "public",
    "POST /api/auth/password/forgot": "public",
    "POST /api/auth/password/reset": "public",
    "POST /api/auth/password/change": "user",
    "POST /api/auth/email/change": "user",
    "POST /api/auth/unlock": "public",
    "POST /api/auth/mfa/totp/enroll": "user",
    "POST /api/auth/mfa/totp/confirm": "user",
    "DELETE /api/auth/mfa/totp": "user",
    "POST /api/auth/mfa/verify": "public",
    "PUT /api/auth/users/{user_id}/roles": "admin",
    "POST /api/auth/api-keys": "admin",
    "GET /api/auth/api-keys": "admin",
    "DELETE /api/auth/api-keys/{key_id}": "admin",
    "GET /api/marketplace/cart": "public/user",
    "GET /api/marketplace/orders/{order_id}": "user",
    "GET /api/marketplace/orders": "user",
    "GET /api/marketplace/orders/{order_id}/receipt": "user",
    "POST /api/marketplace/orders/{order_id}/cancel": "user",
    "GET /api/marketplace/merchant/orders": "merchant",
    "POST /api/marketplace/orders/{order_id}/pack": "merchant",
    "POST /api/marketplace/orders/{order_id}/ship": "merchant",
    "POST /api/marketplace/orders/{order_id}/deliver": "merchant",
    "POST /api/marketplace/cart/add": "public/user",
    "PATCH /api/marketplace/cart/items/{product_id}": "public/user",
    "DELETE /api/marketplace/cart/items/{product_id}": "public/user",
    "POST /api/marketplace/cart/merge": "user",
    "POST /api/marketplace/cart/quote": "public/user",
    "GET /api/marketplace/addresses": "user",
    "POST /api/marketplace/addresses": "user",
    "PATCH /api/marketplace/addresses/{address_id}": "user",
    "DELETE /api/marketplace/addresses/{address_id}": "user",
    "GET /api/marketplace/shipping-zones": "admin",
    "PUT /api/marketplace/shipping-zones/{zone_id}": "admin",
    "GET /api/marketplace/tax-rates": "admin",
    "PUT /api/marketplace/tax-rates/{rate_id}": "admin",
    "GET /api/marketplace/coupons": "admin",
    "PUT /api/marketplace/coupons/{code}": "admin",
    "POST /api/marketplace/orders/create": "user",
    "POST /api/marketplace/orders/{order_id}/pay": "user",
    "GET /api/marketplace/categories": "public",
    "POST /api/marketplace/imports": "merchant",
    "GET /api/marketplace/loyalty": "user",
    "GET /api/marketplace/loyalty/programs": "admin",
    "PUT /api/marketplace/loyalty/programs/{program_id}": "admin",
    "GET /api/marketplace/loyalty/transactions": "user",
    "POST /api/marketplace/loyalty/redeem": "user",
    "POST /api/marketplace/orders/{order_id}/returns": "user",
    "GET /api/marketplace/returns": "user/merchant",
    "PATCH /api/marketplace/returns/{return_id}": "merchant",
    "GET /api/marketplace/imports/{import_id}": "merchant",
    "POST /api/marketplace/inventory/{product_id}/adjust": "merchant",
    "GET /api/marketplace/inventory/{product_id}/logs": "merchant",
    "GET /api/marketplace/price-alerts": "user",
    "POST /api/marketplace/price-alerts": "user",
    "DELETE /api/marketplace/price-alerts/{alert_id}": "user",
    # Public, and more for who owns a product or is an admin: drafts are theirs to see.
    "GET /api/marketplace/products": "public/user",
    "POST /api/marketplace/products": "merchant",
    "GET /api/marketplace/products/{product_id}": "public/user",
    "PATCH /api/marketplace/products/{product_id}": "merchant",
    "DELETE /api/marketplace/products/{product_id}": "merchant",
    "GET /api/marketplace/wishlist": "user",
    "PUT /api/marketplace/wishlist/{product_id}": "user",
    "DELETE /api/marketplace/wishlist/{product_id}": "user",
    "GET /api/marketplace/products/{product_id}/reviews": "public",
    "POST /api/marketplace/products/{product_id}/reviews": "user",
    "GET /api/marketplace/recommendations": "public/user",
    "GET /api/images": "user",
    "POST /api/images/batch": "user",
    "POST /api/images/upload": "user",
    "POST /api/images/upload-url": "user",
    # Public once it is ready, unless its purpose is private; more of it for its owner.
    "GET /api/images/{image_id}": "public/user",
    "DELETE /api/images/{image_id}": "user",
    "GET /api/images/{image_id}/similar": "user/admin",
    "GET /api/search/analytics": "admin",
    "POST /api/search/click": "public",
    "GET /api/search/products": "public",
    "GET /api/search/products/{product_id}/similar": "public",
    "GET /api/search/suggestions": "public",
    "GET /api/security/account-locked": "service",
    "POST /api/security/login-attempt": "service",
    "POST /api/security/payment-security": "service",
    "POST /api/security/webhooks/payment": "signed",
    "GET /api/security/audit": "admin",
    "GET /api/security/events": "admin",
    "GET /api/security/ip-blacklist": "admin",
    "POST /api/security/ip-blacklist": "admin",
    "DELETE /api/security/ip-blacklist/{entry_id}": "admin",
    "GET /api/security/risk-profile/{user_id}": "admin",
    "GET /api/search/rules": "admin",
    "GET /api/search/rules/{rule_id}": "admin",
    "PUT /api/search/rules/{rule_id}": "admin",
    "DELETE /api/search/rules/{rule_id}": "admin",
    "GET /api/search/synonyms": "admin",
    "PUT /api/search/synonyms": "admin",
    "POST /api/search/index/product": "admin/service",
    "DELETE /api/search/index/product/{product_id}": "admin/service",
    "POST /api/search/reindex": "admin",
    "GET /api/search/reindex/{job_id}": "admin",
    "DELETE /api/search/reindex/{job_id}": "admin",
    "GET /health": "public",
}
"""Who may call what, as the API's design has it: here once more, so that a slip in a handler is seen."""

ROUTES = {
    route: function
    for stack in domain_stacks()
    for route, function in stack.routes.items()
    if route != "$default"
}


def document() -> dict[str, Any]:
    text = (ROOT / "functions/operations/get_openapi/openapi.json").read_text(encoding="utf-8")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def documented() -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
    }


def test_the_templates_deploy_the_contracts_routes() -> None:
    assert set(ROUTES) == set(CONTRACT)


@pytest.mark.parametrize("route", CONTRACT)
def test_a_handler_answers_the_route_that_its_template_gives_it(route: str) -> None:
    assert load_function(ROUTES[route].folder).api.contract.name == route


@pytest.mark.parametrize("route", CONTRACT)
def test_a_handler_lets_in_whom_the_contract_names(route: str) -> None:
    assert load_function(ROUTES[route].folder).api.contract.auth == CONTRACT[route]


@pytest.mark.parametrize("stack", domain_stacks(), ids=lambda stack: stack.name)
def test_every_api_answers_paths_that_it_does_not_have(stack: Any) -> None:
    assert "$default" in stack.routes


def test_the_generated_files_are_what_the_code_says_now() -> None:
    assert list(stale()) == []


def test_the_document_has_the_routes_of_the_templates_and_no_other() -> None:
    assert set(documented()) == set(ROUTES)


def test_the_document_says_who_may_call() -> None:
    assert {route: operation["x-auth"] for route, operation in documented().items()} == CONTRACT


def test_the_document_groups_routes_by_domain() -> None:
    tags = {route: operation["tags"] for route, operation in documented().items()}

    assert tags == {route: [function.stack.name] for route, function in ROUTES.items()}
    assert [tag["name"] for tag in document()["tags"]] == sorted({each for [each] in tags.values()})


def test_the_document_is_openapi_3_1_of_one_host_with_both_ways_to_sign_in() -> None:
    found = document()

    assert found["openapi"].startswith("3.1")
    assert found["info"]["version"] == API_VERSION
    assert [server["url"] for server in found["servers"]] == ["/"]
    assert set(found["components"]["securitySchemes"]) == {"bearer", "apiKey"}


def test_every_error_in_the_document_is_a_problem() -> None:
    errors = {
        (route, status): response["content"]
        for route, operation in documented().items()
        for status, response in operation["responses"].items()
        if int(status) >= 400
    }

    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert [where for where, content in errors.items() if content != problem] == []


def test_every_reference_in_the_document_leads_somewhere() -> None:
    text = json.dumps(document())
    schemas = document()["components"]["schemas"]

    referred = {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}

    assert referred <= set(schemas)
    assert set(schemas) <= referred


@pytest.mark.parametrize("route", CONTRACT)
def test_the_edge_leads_a_path_to_the_domain_that_serves_it(route: str) -> None:
    path = route.partition(" ")[2].replace("{", "").replace("}", "")

    assert domain_of(path, edge_routes()) == ROUTES[route].stack.name


def test_the_edge_knows_no_domain_that_is_not_deployed() -> None:
    known = {domain for _, domain in edge_routes()}

    assert known == {stack.name for stack in domain_stacks()} | {"media"}
