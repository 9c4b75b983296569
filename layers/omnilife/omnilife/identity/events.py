"""What identity announces on the bus, as source `omnilife.identity`.

`vocabulary` is the event's name in OWASP's logging vocabulary: security keeps those that have one.
"""

from typing import Literal, Self

from omnilife.core.clock import Timestamp
from omnilife.core.events import DomainEvent, EventData
from omnilife.identity.api_keys import ApiKey, KeyKind


class ApiKeyCreatedData(EventData):
    """What the new key opens, and until when."""

    vocabulary: Literal["authn_token_created"] = "authn_token_created"
    key_id: str
    kind: KeyKind
    scopes: list[str]
    expires_at: Timestamp
    replaces: str | None


class ApiKeyCreated(DomainEvent):
    """An administrator made an API key."""

    type: Literal["ApiKeyCreated"] = "ApiKeyCreated"
    aggregate: Literal["api_key"] = "api_key"
    data: ApiKeyCreatedData

    @classmethod
    def of(cls, key: ApiKey, *, event_id: str, actor: str) -> Self:
        return cls(
            id=event_id,
            time=key.created_at,
            aggregate_id=key.key_id,
            version=1,
            actor=actor,
            data=ApiKeyCreatedData(
                key_id=key.key_id,
                kind=key.kind,
                scopes=key.scopes,
                expires_at=key.expires_at,
                replaces=key.replaces,
            ),
        )


class ApiKeyRevokedData(EventData):
    """The key that opens nothing any more."""

    vocabulary: Literal["authn_token_revoked"] = "authn_token_revoked"
    key_id: str


class ApiKeyRevoked(DomainEvent):
    """An administrator ended an API key before its time."""

    type: Literal["ApiKeyRevoked"] = "ApiKeyRevoked"
    aggregate: Literal["api_key"] = "api_key"
    data: ApiKeyRevokedData

    @classmethod
    def of(cls, key: ApiKey, version: int, *, event_id: str, actor: str) -> Self:
        return cls(
            id=event_id,
            time=key.revoked_at or key.expires_at,
            aggregate_id=key.key_id,
            version=version,
            actor=actor,
            data=ApiKeyRevokedData(key_id=key.key_id),
        )
