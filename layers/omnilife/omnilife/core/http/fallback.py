"""The answer to every path that no route has: API Gateway's own would be another shape of error."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from omnilife.core.context import correlated
from omnilife.core.errors import NotFound
from omnilife.core.http import problems
from omnilife.core.http.answering import finish, measure
from omnilife.core.http.request import HttpRequest


def fallback() -> Callable[[Mapping[str, Any], Any], dict[str, Any]]:
    """A handler for an API's `$default` route: 404, as problem+json."""

    def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
        started = time.perf_counter()
        request = HttpRequest(dict(event))
        with correlated(request.request_id):
            answer = problems.gateway_answer(NotFound("There is nothing at this path."), request.request_id)
            finish(answer, request.request_id, {})
            measure("$default", answer["statusCode"], time.perf_counter() - started)
        return answer

    return handler
