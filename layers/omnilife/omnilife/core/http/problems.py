"""Errors as answers: every problem, and every value that did not validate, as `application/problem+json`."""

import json
from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from omnilife.core.errors import FieldError, Invalid, Problem

MEDIA_TYPE = "application/problem+json"
MAX_SENTENCE = 300
MAX_ERRORS = 50
"""Field errors in one answer; a body of a thousand bad rows is not answered with a thousand sentences."""


def answer(problem: Problem, request_id: str) -> Response[str]:
    """The response that tells `problem`."""
    return Response(
        status_code=problem.status,
        content_type=MEDIA_TYPE,
        body=json.dumps(problem.to_dict(instance=request_id), separators=(",", ":")),
        headers=dict(problem.headers),
    )


def gateway_answer(problem: Problem, request_id: str) -> dict[str, Any]:
    """The same as API Gateway takes it, where there is no resolver to turn a response into it."""
    response = answer(problem, request_id)
    return {
        "statusCode": response.status_code,
        "headers": dict(response.headers),
        "body": response.body,
        "isBase64Encoded": False,
        "cookies": [],
    }


def invalid(errors: Sequence[dict[str, Any]], document: Any, query_models: frozenset[str]) -> Invalid:
    """What pydantic found wrong, as JSON pointers into the request.

    Args:
        errors: pydantic's, each `loc` beginning with `body`, `query`, `path`, `header` or `cookie`.
        document: the parsed body.
        query_models: names of arguments that are models of several query parameters; they are no part of
            what the client sent.
    """
    found = dict.fromkeys(
        FieldError(_pointer(error, document, query_models), _sentence(error)) for error in errors
    )
    return Invalid(errors=tuple(found)[:MAX_ERRORS])


def _pointer(error: dict[str, Any], document: Any, query_models: frozenset[str]) -> str:
    place, *steps = error["loc"]
    if place == "body":
        return _encode(_steps_into(document, steps, missing=error["type"] == "missing"))
    if place == "query" and len(steps) > 1 and steps[0] in query_models:
        steps = steps[1:]
    return _encode([place, *steps[:1]])


def _steps_into(document: Any, steps: Sequence[str | int], *, missing: bool) -> list[str | int]:
    """Those of pydantic's steps that lead through the document.

    It also names the members of unions, validators and `[key]`, which are nowhere in what the client sent.
    """
    found: list[str | int] = []
    here = document
    for index, step in enumerate(steps):
        try:
            here = here[step]
        except (TypeError, LookupError):
            if not missing or index < len(steps) - 1:
                continue
        found.append(step)
    return found


def _encode(steps: Sequence[str | int]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _sentence(error: dict[str, Any]) -> str:
    said = str(error["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    # pydantic may quote what was sent, however long that is.
    return said if len(said) <= MAX_SENTENCE else f"{said[:MAX_SENTENCE]}…"
