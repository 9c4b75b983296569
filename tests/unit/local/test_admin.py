"""The first administrator is made by a function of the deployed stack."""

import io
import json
from typing import Any

import pytest

from local.admin import make_admin
from local.errors import LocalError


class Lambda:
    def __init__(self, **answer: Any) -> None:
        self.answer = answer
        self.payload: Any = None

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 (boto3's names)
        assert FunctionName == "function"
        self.payload = json.loads(Payload)
        return self.answer


def test_the_function_is_told_the_address() -> None:
    client = Lambda(Payload=io.BytesIO(b'{"user_id": "user-1", "roles": ["admin", "customer"]}'))

    assert make_admin(client, "function", "ada@example.com")["roles"] == ["admin", "customer"]
    assert client.payload == {"email": "ada@example.com"}


def test_an_address_that_nobody_verified_is_told() -> None:
    client = Lambda(Payload=io.BytesIO(b"{}"), FunctionError="Unhandled")

    with pytest.raises(LocalError, match="no address that somebody registered"):
        make_admin(client, "function", "nobody@example.com")
