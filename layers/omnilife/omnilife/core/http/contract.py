"""What a route promises and demands, as its definition says it."""

from dataclasses import dataclass

from omnilife.core.auth import Rule
from omnilife.core.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The arguments of `endpoint`, which explains them."""

    method: str
    path: str
    auth: str
    tags: tuple[str, ...]
    limit: str | None
    limit_table: str | None
    scopes: tuple[str, ...]
    accepts: tuple[str, ...]
    raw_body: bool
    query_prefixes: tuple[str, ...]
    produces: str
    status: int
    summary: str | None
    problems: tuple[type[Problem], ...]
    shielded: bool

    @property
    def name(self) -> str:
        """`GET /api/…/{id}`: what metrics and logs call this route."""
        return f"{self.method} {self.path}"

    @property
    def rule(self) -> Rule:
        """What `auth` and `scopes` ask of a caller."""
        return Rule.parse(self.auth, self.scopes)
