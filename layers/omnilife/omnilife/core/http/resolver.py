"""Powertools' resolver with one route, and with what goes in and out of it made strict.

Powertools reads the function's signature, validates against it, and documents it as OpenAPI. Its request
validation runs before any middleware, so admission (auth, limits, what the query may hold) goes in front of
it by subclassing: nothing about the request is told to a caller who may not call.
"""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any, override

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayHttpResolver, Route
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import (
    OpenAPIRequestValidationMiddleware,
    OpenAPIResponseValidationMiddleware,
)
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from omnilife.core.http.request import HttpRequest

_PARAMETER = re.compile(r"<(\w+)>")


class Gate(OpenAPIRequestValidationMiddleware):
    """Admission, then Powertools' validation, with the body parsed strictly and by us."""

    def __init__(self, admit: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Powertools left it unannotated
        self._admit = admit

    @override
    def handler(self, app: Any, next_middleware: Any) -> Any:
        self._admit(app.context["_route_args"])
        return super().handler(app, next_middleware)

    @override
    def _get_body(self, app: Any) -> Any:
        body = app.current_event.json_body
        # Where a model was asked for, Powertools takes the first item of a list, as forms need it. A tuple it
        # leaves alone, and pydantic takes one where a list was asked for.
        return tuple(body) if isinstance(body, list) else body


class Json(str):
    """A body that is JSON already."""

    __slots__ = ()


class Way(OpenAPIResponseValidationMiddleware):
    """Powertools' way of the function's result into JSON, which one that is there already need not go."""

    @override
    def handler(self, app: Any, next_middleware: Any) -> Any:
        response = next_middleware(app)
        if isinstance(response.body, Json):
            return response
        return self._handle_response(route=app.context["_route"], response=response)


class Resolver(APIGatewayHttpResolver):
    """One route.

    Args:
        admit: called with the path's arguments, which it may change, before anything is validated; raises
            to refuse.
    """

    def __init__(self, admit: Callable[[dict[str, Any]], None]) -> None:
        serializer = partial(json.dumps, separators=(",", ":"), ensure_ascii=False)
        super().__init__(
            enable_validation=True,
            response_validation_error_http_code=500,  # a wrong model of ours is not the client's fault
            debug=False,  # never from POWERTOOLS_DEV: it prints whole events and answers with stack traces
            serializer=serializer,
        )
        self._request_validation_middleware = Gate(admit)
        self._response_validation_middleware = Way(serializer, has_response_validation_error=True)
        self._request: HttpRequest | None = None

    @property
    def only_route(self) -> Route:
        """The route, once it is registered."""
        return (self._static_routes + self._dynamic_routes)[0]

    def answer(self, request: HttpRequest, context: Any) -> dict[str, Any]:
        """The gateway's response for `request`; exceptions become responses by the registered handlers."""
        self._request = request
        return self.resolve(request.raw_event, context)

    @override
    def _to_proxy_event(self, event: dict[str, Any]) -> BaseProxyEvent:
        return self._request or HttpRequest(event)

    @staticmethod
    @override
    def _compile_regex(rule: str, base_regex: str = "") -> re.Pattern[str]:
        return path_pattern(rule)


def path_pattern(rule: str) -> re.Pattern[str]:
    """What the paths of `rule` (`/products/<product_id>`) look like.

    Parameters are ids, `[A-Za-z0-9._-]{1,64}`. Powertools' own pattern would let spaces, quotes, percent
    signs and, at the end, a line feed through to the stores' keys.
    """
    literal, *rest = _PARAMETER.split(rule)
    pattern = re.escape(literal)
    for name, following in zip(rest[::2], rest[1::2], strict=True):
        pattern += f"(?P<{name}>[A-Za-z0-9._-]{{1,64}})" + re.escape(following)
    return re.compile(rf"\A{pattern}\Z")
