"""The route's OpenAPI 3.1 document: Powertools' own, and what it cannot know. Used at build time only.

Powertools describes arguments and bodies. Added here: who may call (`x-auth`, security), every problem the
route may answer with, the headers that it reads, media types, and the real schemas of query parameters that
are fields of one model.
"""

import json
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from inspect import getdoc, getmodule
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from omnilife.core import errors
from omnilife.core.errors import Problem
from omnilife.core.http.problems import MEDIA_TYPE
from omnilife.core.http.query import QueryTooLong, RepeatedParameter, UnknownParameter

if TYPE_CHECKING:
    from omnilife.core.http.endpoint import Endpoint

_REF = "#/components/schemas/{model}"
_POWERTOOLS_OWN = ("ValidationError", "HTTPValidationError", "ResponseValidationError")

SECURITY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
}

PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457 problem details.",
    "type": "object",
    "required": ["type", "title", "status", "instance"],
    "properties": {
        "type": {
            "type": "string",
            "description": "Stable; what to compare.",
            "examples": ["/problems/invalid"],
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "About this time; for people."},
        "instance": {"type": "string", "description": "The request id."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "JSON pointer into the body, or `/query/…`, `/path/…`, `/header/…`.",
                    },
                    "detail": {"type": "string"},
                },
            },
        },
    },
}

_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the version that is to be changed; 412 if it is no longer the current one.",
    "schema": {"type": "string", "examples": ['"3"']},
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and body give the same result for 24 hours; another body is a 409.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
}


def document(endpoint: "Endpoint", schema: Any) -> dict[str, Any]:
    """The whole document of one route.

    Args:
        endpoint: the route.
        schema: what Powertools' `get_openapi_schema` returned for it.
    """
    described: dict[str, Any] = schema.model_dump(mode="json", by_alias=True, exclude_none=True)
    operation = described["paths"][endpoint.contract.path][endpoint.contract.method.lower()]
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    for name in _POWERTOOLS_OWN:
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    described["components"]["securitySchemes"] = SECURITY_SCHEMES
    operation["summary"] = endpoint.contract.summary or _summary(endpoint)
    if description := getdoc(endpoint.function):
        operation["description"] = description
    operation["x-auth"] = endpoint.contract.auth
    operation["security"] = _security(endpoint)
    if endpoint.contract.rule.scopes:
        operation["x-scopes"] = sorted(endpoint.contract.rule.scopes)
    if endpoint.contract.limit:
        operation["x-rate-limit"] = endpoint.contract.limit
    if parameters := _parameters(endpoint, operation.get("parameters", []), schemas):
        operation["parameters"] = parameters
    if body := _request_body(endpoint, operation.pop("requestBody", None)):
        operation["requestBody"] = body
    for model in endpoint.parameters.query_models.values():
        _drop_unless_used(schemas, model.__name__, described)
    operation["responses"] = {
        str(endpoint.contract.status): _success(
            endpoint, operation["responses"][str(endpoint.contract.status)]
        ),
        **_problem_responses(endpoint),
    }
    return described


def _drop_unless_used(schemas: dict[str, Any], name: str, described: dict[str, Any]) -> None:
    """A model of query parameters is no body: its fields are documented one by one."""
    if f'"{_REF.format(model=name)}"' not in json.dumps(described):
        schemas.pop(name, None)


def _summary(endpoint: "Endpoint") -> str:
    """What the handler's file says of itself, behind its method and path (`GET /path: one product.`)."""
    module = getmodule(endpoint.function)
    said = (getattr(module, "__doc__", None) or endpoint.function.__globals__.get("__doc__") or "").strip()
    line = re.sub(r"^[A-Z]+ /\S*:\s*", "", said.partition("\n")[0]).rstrip(".")
    return line[:1].upper() + line[1:] or endpoint.contract.name


def _security(endpoint: "Endpoint") -> list[dict[str, list[str]]]:
    words = endpoint.contract.rule.words
    ways: list[dict[str, list[str]]] = []
    if words & {"user", "merchant", "admin"}:
        ways.append({"bearer": []})
    if "service" in words:
        ways.append({"apiKey": []})
    if "public" in words and ways:
        ways.append({})  # OpenAPI's way to say that a credential is optional
    return ways


def _parameters(
    endpoint: "Endpoint", described: Iterable[dict[str, Any]], schemas: dict[str, Any]
) -> list[dict[str, Any]]:
    fields = {name for model in endpoint.parameters.query_models.values() for name in _names(model)}
    parameters = [p for p in described if p["in"] != "query" or p["name"] not in fields]
    for parameter in parameters:
        if parameter["in"] == "path":
            parameter["schema"] = {"pattern": "^[A-Za-z0-9._-]{1,64}$", **parameter["schema"]}
    for model in endpoint.parameters.query_models.values():
        parameters += _model_parameters(model, schemas)
    for prefix in endpoint.contract.query_prefixes:
        parameters.append(
            {
                "name": prefix.rstrip("."),
                "in": "query",
                "required": False,
                "description": f"Any number of `{prefix}<name>=<value>`; repeatable.",
                # An exploded object sends its members as parameters of their own (OpenAPI 3.1, style values).
                "style": "form",
                "explode": True,
                "schema": {
                    "type": "object",
                    "propertyNames": {"pattern": f"^{re.escape(prefix)}"},
                    "additionalProperties": {"type": "string"},
                },
                # Or the page that tries a route would make members up, and be told that there are none such.
                "example": {},
                "x-prefix": prefix,
            }
        )
    if _reads(endpoint, "if_match"):
        parameters.append(_IF_MATCH)
    if _reads(endpoint, "idempotency"):
        parameters.append(_IDEMPOTENCY_KEY)
    return parameters


def _model_parameters(model: type[BaseModel], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    described = model.model_json_schema(ref_template=_REF)
    schemas.update(described.pop("$defs", {}))
    required = described.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            **({"description": schema.pop("description")} if "description" in schema else {}),
            "schema": schema,
        }
        for name, schema in described["properties"].items()
    ]


def _names(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _request_body(endpoint: "Endpoint", described: dict[str, Any] | None) -> dict[str, Any] | None:
    if endpoint.contract.raw_body:
        schema = {"schema": {"type": "string", "format": "binary"}}
        return {"required": True, "content": dict.fromkeys(endpoint.contract.accepts, schema)}
    if described is not None:
        media = described["content"]["application/json"]
        described["content"] = dict.fromkeys(endpoint.contract.accepts, media)
    return described


def _success(endpoint: "Endpoint", described: dict[str, Any]) -> dict[str, Any]:
    response: dict[str, Any] = {"description": HTTPStatus(endpoint.contract.status).phrase}
    if endpoint.contract.status != HTTPStatus.NO_CONTENT:
        media = described.get("content", {}).get("application/json", {})
        undeclared = {"type": "object" if "json" in endpoint.contract.produces else "string"}
        response["content"] = {endpoint.contract.produces: media or {"schema": undeclared}}
    return response


def _problem_responses(endpoint: "Endpoint") -> dict[str, dict[str, Any]]:
    by_status: dict[int, dict[str, type[Problem]]] = {}
    for problem in [*_own_problems(endpoint), *endpoint.contract.problems]:
        by_status.setdefault(problem.status, {})[problem.slug] = problem
    return {str(status): _response(status, kinds) for status, kinds in sorted(by_status.items())}


def _response(status: int, kinds: Mapping[str, type[Problem]]) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": "; ".join(problem.title for problem in kinds.values()),
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}},
        "x-problems": [f"/problems/{slug}" for slug in kinds],
    }
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        seconds = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
        response["headers"] = {"Retry-After": seconds}
    return response


def _own_problems(endpoint: "Endpoint") -> Iterable[type[Problem]]:
    """What `core.http` itself may answer on this route."""
    parameters, words = endpoint.parameters, endpoint.contract.rule.words
    has_body = parameters.takes_body or endpoint.contract.raw_body
    applying: list[tuple[bool, tuple[type[Problem], ...]]] = [
        (True, (errors.BadRequest, UnknownParameter, QueryTooLong)),
        (not all(parameters.query.values()), (RepeatedParameter,)),
        (has_body and not endpoint.contract.raw_body, (errors.MalformedBody,)),
        (endpoint.contract.rule.reads_credentials, (errors.Unauthorized,)),
        (endpoint.contract.shielded or bool(words & {"merchant", "admin", "service"}), (errors.Forbidden,)),
        ("{" in endpoint.contract.path, (errors.NotFound,)),
        (_reads(endpoint, "idempotency"), (errors.IdempotencyConflict,)),
        (_reads(endpoint, "if_match"), (errors.PreconditionFailed,)),
        (has_body, (errors.ContentTooLarge, errors.UnsupportedMediaType)),
        (parameters.takes_body or bool(parameters.query), (errors.Invalid,)),
        (bool(endpoint.contract.limit), (errors.TooManyRequests,)),
        (endpoint.contract.shielded or endpoint.contract.rule.reads_credentials, (errors.Unavailable,)),
    ]
    return [problem for applies, kinds in applying if applies for problem in kinds]


def _reads(endpoint: "Endpoint", attribute: str) -> bool:
    """Whether the function reads `api.<attribute>`. Seen in its code, the document cannot drift from it."""
    return attribute in endpoint.function.__code__.co_names
