"""What a route promises and demands, as its definition says it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from omnilife.core.auth import Rule
from omnilife.core.errors import Problem
from omnilife.core.http.request import HttpRequest

if TYPE_CHECKING:
    from omnilife.core.cache import Command

type Beside = "Callable[[HttpRequest], Sequence[Command]]"
"""What a route wants of Valkey while its caller is counted there, by the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The arguments of `endpoint`, which explains them."""

    method: str
    path: str
    auth: str
    tags: tuple[str, ...]
    limit: str | None
    limit_table: str | None
    outbox: str | None
    scopes: tuple[str, ...]
    accepts: tuple[str, ...]
    raw_body: bool
    query_prefixes: tuple[str, ...]
    produces: str
    status: int
    summary: str | None
    problems: tuple[type[Problem], ...]
    shielded: bool
    beside: Beside | None = None

    @property
    def name(self) -> str:
        """`GET /api/…/{id}`: what metrics and logs call this route."""
        return f"{self.method} {self.path}"

    @property
    def rule(self) -> Rule:
        """What `auth` and `scopes` ask of a caller."""
        return Rule.parse(self.auth, self.scopes)
