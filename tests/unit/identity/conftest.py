"""What identity's tests share: requests by the samples that ship, as whoever a test says."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from omnilife.identity import passwords
from tests.support.functions import Functions
from tests.support.http import Answer
from tests.support.templates import ROOT
from tests.unit.identity.owners import People
from tests.unit.identity.people import Identity

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


@pytest.fixture
def fast_argon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed in no time: what argon2 costs is no matter of these tests."""
    monkeypatch.setattr("omnilife.identity.passwords.PASSES", 1)
    monkeypatch.setattr("omnilife.identity.passwords.MEMORY_KIB", 8)
    passwords._hasher.cache_clear()


@pytest.fixture
def identity(
    identity_table: Table,
    security_table: Table,
    kms_key: str,  # with the trust table
    clock: FixedClock,
    fast_argon: None,
) -> Iterator[Identity]:
    """Identity on the tests' clock, with ids that sort by their making."""
    made = iter(range(1, 100_000))
    yield Identity(identity_table, security_table, Table("trust"), clock, lambda: f"id-{next(made):05}")
    passwords._hasher.cache_clear()


@pytest.fixture
def people(  # noqa: PLR0917 (fixtures)
    identity_table: Table, trust_table: Table, secrets: Any, clock: FixedClock, ids: IdMaker, fast_argon: None
) -> Iterator[People]:
    """Owners of accounts, none yet, without sign-in in front."""
    yield People(identity_table, trust_table, clock, ids)
    passwords._hasher.cache_clear()
