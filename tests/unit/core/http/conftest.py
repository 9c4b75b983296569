"""A route to ask, and answers read as a client reads them."""

from collections.abc import Callable
from typing import Any

import pytest

from omnilife.core.http import Endpoint
from tests.support.http import Answer, LambdaContext, http_event

Ask = Callable[..., Answer]


@pytest.fixture
def ask() -> Ask:
    """`ask(api, "GET", "/path", …)`: what the route answers; the rest is as `http_event` takes it."""

    def send(api: Endpoint, method: str, path: str, **request: Any) -> Answer:
        return Answer.of(api.handler(http_event(method, path, **request), LambdaContext()))

    return send
