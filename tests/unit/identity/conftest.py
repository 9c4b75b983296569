"""What identity's tests share: requests by the samples that ship, as whoever a test says."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from omnilife.core.table import Table
from tests.support.functions import Functions
from tests.support.http import Answer
from tests.support.templates import ROOT

KEY_ID = "019ab7d2-6a40-7c31-9f2e-5d1c8a7b3e01"


@pytest.fixture
def call(
    identity_table: Table, secrets: Any, token: Callable[..., str], invoke: Functions
) -> Callable[..., Answer]:
    """`call("create_api_key", …)`: the answer to the sample, as an administrator, with changes to it."""

    def send(
        name: str,
        *,
        body: Any = None,
        role: str = "admin",
        sub: str = "admin-1",
        path: str | None = None,
        query: str | None = None,
        headers: Any = None,
        **path_parameters: str,
    ) -> Answer:
        event = json.loads((ROOT / f"events/identity/{name}.json").read_text())
        if "authorization" in event["headers"]:
            event["headers"]["authorization"] = f"Bearer {token(role=role, sub=sub)}"
        event["headers"] |= headers or {}
        if body is not None:
            event["body"] = json.dumps(body)
        if query is not None:
            event["rawQueryString"] = query
        if path_parameters:
            event["pathParameters"] = path_parameters
            template = event["routeKey"].partition(" ")[2]
            event["rawPath"] = template.format(**path_parameters)
            event["requestContext"]["http"]["path"] = event["rawPath"]
        return Answer.of(invoke(f"identity/{name}", event))

    return send
