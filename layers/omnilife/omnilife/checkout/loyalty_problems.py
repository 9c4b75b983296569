"""What loyalty refuses."""

from omnilife.core.errors import Conflict, FieldError, Invalid


class NotEnoughPoints(Conflict):
    """More points were asked for than there are. `balance` says how many there are."""

    slug = "not-enough-points"
    title = "Not enough points"

    def __init__(self, *, wanted: int, balance: int) -> None:
        super().__init__(
            f"{wanted} points were asked for and there are {balance}.",
            errors=[FieldError("/points", "more than the balance")],
            extensions={"wanted": wanted, "balance": balance},
        )


class RedemptionTooSmall(Invalid):
    """Fewer points than the programme redeems at once, or too few to be worth anything."""

    slug = "redemption-too-small"
    title = "Too few points"

    def __init__(self, smallest: int) -> None:
        super().__init__(
            f"The programme redeems {smallest} points or more.",
            errors=[FieldError("/points", f"fewer than {smallest}")],
        )


class AnotherProgramActive(Conflict):
    """Only one programme is in force at a time."""

    slug = "another-program-active"
    title = "Another programme is in force"

    def __init__(self, program_id: str) -> None:
        super().__init__(
            f"The programme {program_id!r} is in force. Write it with active false first.",
            extensions={"program_id": program_id},
        )


class TooManyPrograms(Invalid):
    """There are as many programmes as there may be."""

    slug = "too-many-programs"
    title = "Too many programmes"

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} programmes already.")


class BusyAccount(Conflict):
    """Others kept changing the same points or programmes while this change was tried."""

    slug = "changed-meanwhile"
    title = "Changed by others meanwhile"
