"""What a route returns when the bare model is not enough: a status, headers, a body that is not JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args, get_origin


@dataclass(frozen=True, slots=True)
class Reply[Body]:
    """A body with its status and headers; annotate routes `-> Reply[Product]` so that Product is documented.

    Attributes:
        body: a value of the annotated type. `str` and `bytes` bodies need a Content-Type among `headers`.
        status: None means the endpoint's own.
        headers: win over the ones that every answer gets.
        json: the body as JSON that was written already; see `written`.
    """

    body: Body
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    json: str | None = None

    @staticmethod
    def written(json: str) -> "Reply[Any]":
        """A body that is JSON of the annotated type already. It is sent as it is, and not validated again."""
        return Reply(None, json=json)

    @staticmethod
    def etag(version: int) -> str:
        """The value of `ETag` for a version, which `api.if_match` reads back."""
        return f'"{version}"'


def body_type(annotation: Any) -> Any:
    """The type of the body that a route's return annotation promises, in a `Reply` or bare."""
    return get_args(annotation)[0] if get_origin(annotation) is Reply else annotation
