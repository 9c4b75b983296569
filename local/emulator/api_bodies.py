"""Routes of an HTTP API from the OpenAPI body that SAM writes for it."""

import json
from typing import Any

type Gateway = Any

ANY_METHOD = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"
CORS = "x-amazon-apigateway-cors"


def import_body(gateway: Gateway, api_id: str, properties: dict[str, Any]) -> None:
    """Replace the routes of `api_id` by those of its `Body`; one without a body is left as it is."""
    body = properties.get("Body")
    if not body:
        return
    if isinstance(body, str):
        body = json.loads(body)
    gateway._routes[api_id] = {}
    gateway._integrations[api_id] = {}
    if CORS in body:
        gateway._apis[api_id]["corsConfiguration"] = body[CORS]
    for path, operations in body.get("paths", {}).items():
        for verb, operation in operations.items():
            if INTEGRATION in operation:
                _add_route(gateway, api_id, route_key(path, verb), operation[INTEGRATION])


def route_key(path: str, verb: str) -> str:
    """The key of a route: `GET /things/{id}`, `ANY /things`, or `$default`."""
    if path.lstrip("/") == "$default":  # SAM writes it without a slash
        return "$default"
    return f"{'ANY' if verb == ANY_METHOD else verb.upper()} {path}"


def _add_route(gateway: Gateway, api_id: str, key: str, integration: dict[str, Any]) -> None:
    created = gateway._create_integration(
        api_id,
        {
            "integrationType": "AWS_PROXY",
            "integrationUri": integration["uri"],
            "payloadFormatVersion": integration.get("payloadFormatVersion", "2.0"),
        },
    )
    target = f"integrations/{json.loads(created[2])['integrationId']}"
    gateway._create_route(api_id, {"routeKey": key, "target": target})
