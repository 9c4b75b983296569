"""Problems: every error that a client may see, as RFC 9457 `application/problem+json`.

A domain subclasses the status that fits and gives its own slug and title:

    class OutOfStock(Conflict):
        slug = "out-of-stock"
        title = "Out of stock"

Raise it anywhere; `core.http` answers it. Nothing here knows of HTTP beyond the status and the headers
that belong to a status, so domain functions may raise problems without knowing who called them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, override

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one place of the request.

    `pointer` is a JSON pointer (RFC 6901) into the body (`/price/amount`); what is not in the body has a
    prefix of its own: `/query/<name>`, `/path/<name>`, `/header/<name>`.
    """

    pointer: str
    detail: str


class Problem(Exception):  # noqa: N818 (RFC 9457's own term)
    """A refusal that tells its client why. Subclasses say what kind; `detail` says what about this time."""

    slug: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Internal error"
    status: ClassVar[int] = 500

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] = NOTHING,
        extensions: Mapping[str, Any] = NOTHING,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers)
        self.extensions = dict(extensions)

    @property
    def type(self) -> str:
        """The stable address that clients compare."""
        return f"/problems/{self.slug}"

    def to_dict(self, instance: str = "") -> dict[str, Any]:
        """The answer's JSON. `instance` is the request id. Extensions never replace a standard member."""
        document: dict[str, Any] = {
            **self.extensions,
            "type": self.type,
            "title": self.title,
            "status": self.status,
        }
        if self.detail:
            document["detail"] = self.detail
        if instance:
            document["instance"] = instance
        if self.errors:
            document["errors"] = [{"pointer": e.pointer, "detail": e.detail} for e in self.errors]
        return document

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.detail!r})"


class BadRequest(Problem):
    """The request itself is malformed: no change of state could make it right."""

    slug = "bad-request"
    title = "Bad request"
    status = 400


class MalformedBody(BadRequest):
    """The body is not the JSON (or the encoding) that it claims to be."""

    slug = "malformed-body"
    title = "Malformed body"


class Unauthorized(Problem):
    """No credential, or one that does not hold. Carries `WWW-Authenticate`, as RFC 9110 requires of a 401."""

    slug = "unauthorized"
    title = "Authentication required"
    status = 401

    def __init__(self, detail: str = "", *, challenge: str = "Bearer", **more: Any) -> None:
        super().__init__(detail, **more)
        self.headers.setdefault("WWW-Authenticate", challenge)


class Forbidden(Problem):
    """The caller is known, and may not."""

    slug = "forbidden"
    title = "Not allowed"
    status = 403


class NotFound(Problem):
    """There is no such thing, or none that this caller may know of."""

    slug = "not-found"
    title = "Not found"
    status = 404


class MethodNotAllowed(Problem):
    """The path exists under another method."""

    slug = "method-not-allowed"
    title = "Method not allowed"
    status = 405


class Conflict(Problem):
    """The request is right, the state it meets is not."""

    slug = "conflict"
    title = "Conflict"
    status = 409


class IdempotencyConflict(Conflict):
    """An `Idempotency-Key` was used again with another body."""

    slug = "idempotency-conflict"
    title = "Idempotency key already used"


class PreconditionFailed(Problem):
    """`If-Match` names a version that is no longer the current one."""

    slug = "precondition-failed"
    title = "Changed since it was read"
    status = 412


class ContentTooLarge(Problem):
    """The body is over its limit."""

    slug = "content-too-large"
    title = "Body too large"
    status = 413


class UnsupportedMediaType(Problem):
    """The body's media type is none of those that the route accepts."""

    slug = "unsupported-media-type"
    title = "Unsupported media type"
    status = 415


class Invalid(Problem):
    """Well formed, but not valid; `errors` says where."""

    slug = "invalid"
    title = "Invalid request"
    status = 422


class TooManyRequests(Problem):
    """A limit is used up. `retry_after` in whole seconds becomes the header."""

    slug = "too-many-requests"
    title = "Too many requests"
    status = 429

    def __init__(self, detail: str = "", *, retry_after: int = 1, **more: Any) -> None:
        super().__init__(detail, **more)
        self.retry_after = max(1, retry_after)
        self.headers["Retry-After"] = str(self.retry_after)


class Unavailable(Problem):
    """Something that this request depends on is down or busy. `retry_after` in whole seconds."""

    slug = "unavailable"
    title = "Temporarily unavailable"
    status = 503

    def __init__(self, detail: str = "", *, retry_after: int = 1, **more: Any) -> None:
        super().__init__(detail, **more)
        self.retry_after = max(1, retry_after)
        self.headers["Retry-After"] = str(self.retry_after)
