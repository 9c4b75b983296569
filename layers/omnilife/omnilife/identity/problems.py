"""What identity refuses, beyond the problems that every domain has."""

from omnilife.core.errors import BadRequest, FieldError, Invalid


class WeakPassword(Invalid):
    """A password that is too short, too long, or that others tried before its owner did."""

    slug = "weak-password"
    title = "Password not accepted"

    def __init__(self, detail: str, *, pointer: str = "/password") -> None:
        super().__init__(detail, errors=[FieldError(pointer, detail)])


class DeadLink(BadRequest):
    """A single-use token that does not hold: unknown, spent, expired or overtaken. Which, it never says."""

    slug = "dead-link"
    title = "This link does not work any more"

    def __init__(self) -> None:
        super().__init__("Ask for a new one: a link works once, and only for a while.")
