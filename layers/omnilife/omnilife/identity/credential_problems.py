"""What is refused of passwords, codes and links that somebody presents."""

from omnilife.core.errors import Conflict, FieldError, Forbidden, Unauthorized


class WrongPassword(Forbidden):
    """The current password, asked for before something that it protects, was not given."""

    slug = "wrong-password"
    title = "Wrong password"

    def __init__(self, pointer: str) -> None:
        super().__init__("That is not the current password.", errors=[FieldError(pointer, "is another")])


class BadCode(Forbidden):
    """A code of the second factor that does not fit, was used, or for which there is no factor."""

    slug = "bad-code"
    title = "Wrong code"

    def __init__(self) -> None:
        super().__init__(
            "The code does not fit, or was used before.", errors=[FieldError("/code", "does not fit")]
        )


class TicketOver(Unauthorized):
    """The time between the password and the second factor is over, or the ticket was used."""

    slug = "mfa-ticket-over"
    title = "Sign in again"

    def __init__(self) -> None:
        super().__init__("Sign in with the password again.")


class MfaAlreadyOn(Conflict):
    """There is a second factor in force."""

    slug = "mfa-already-on"
    title = "There is a second factor already"

    def __init__(self) -> None:
        super().__init__("Remove the one in force first.")
