"""What identity refuses, beyond the problems that every domain has."""

from omnilife.core.errors import BadRequest, Conflict, FieldError, Invalid, Unauthorized


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


class BadCredentials(Unauthorized):
    """The address is not known, not verified, or the password is not its own. Which, it never says."""

    slug = "bad-credentials"
    title = "Not signed in"

    def __init__(self) -> None:
        super().__init__(
            "The address and the password do not belong together, or the address was never verified."
        )


class InvalidRefreshToken(Unauthorized):
    """A refresh token that is unknown, used, or of a session that is over. Which, it never says."""

    slug = "invalid-refresh-token"
    title = "Sign in again"

    def __init__(self) -> None:
        super().__init__("The refresh token is not valid.", challenge='Bearer error="invalid_token"')


class ChangedMeanwhile(Conflict):
    """Others kept changing the same account while this change was tried."""

    slug = "changed-meanwhile"
    title = "Changed by others meanwhile"
