"""What returns and refunds refuse. Nothing was changed by a request that gets one of these."""

from datetime import datetime

from omnilife.core.clock import rfc3339
from omnilife.core.errors import Conflict, FieldError, Invalid, NotFound


class BadReturnQuantity(Invalid):
    """Units that are no whole number from 1 on."""

    slug = "invalid-return-quantity"
    title = "Invalid quantity of a return"

    def __init__(self, index: int) -> None:
        super().__init__(
            "A quantity is a whole number from 1 on.",
            errors=[FieldError(f"/lines/{index}/quantity", "not a whole number from 1 on")],
        )


class UnknownOrderLine(Invalid):
    """The order has no such line, or the return has none."""

    slug = "unknown-order-line"
    title = "No such line"

    def __init__(self, index: int) -> None:
        super().__init__(
            "There is no such line.", errors=[FieldError(f"/lines/{index}/line_id", "no such line")]
        )


class LineNamedTwice(Invalid):
    """One line of the order stands twice in the request."""

    slug = "line-named-twice"
    title = "A line is named twice"

    def __init__(self, index: int) -> None:
        super().__init__(
            "Name each line once, with all its units.",
            errors=[FieldError(f"/lines/{index}/line_id", "named twice")],
        )


class SeveralMerchants(Invalid):
    """Lines of several merchants, each of whom gets a return of their own."""

    slug = "several-merchants"
    title = "Lines of several merchants"

    def __init__(self) -> None:
        super().__init__("These lines are of several merchants. Ask for a return of each merchant's.")


class ReturningTooMany(Conflict):
    """More units than were bought and are not in another return. `returnable` says how many there are."""

    slug = "returning-too-many"
    title = "More than was bought"

    def __init__(self, index: int, *, line_id: str, wanted: int, returnable: int) -> None:
        super().__init__(
            f"{wanted} units were named and {returnable} can be returned.",
            errors=[FieldError(f"/lines/{index}/quantity", f"more than {returnable} units")],
            extensions={"line_id": line_id, "wanted": wanted, "returnable": returnable},
        )


class NotDelivered(Conflict):
    """What has not been delivered cannot be returned; an order that has not been shipped can be cancelled."""

    slug = "not-delivered"
    title = "Not delivered yet"


class ReturnWindowClosed(Conflict):
    """The time in which this delivery can be returned is over."""

    slug = "return-window-closed"
    title = "Too late to return"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            "The time in which this delivery can be returned is over.", extensions={"until": rfc3339(until)}
        )


class ReceivedTooMany(Invalid):
    """More units arrived than the return has."""

    slug = "received-too-many"
    title = "More arrived than was to return"

    def __init__(self, index: int, *, quantity: int) -> None:
        super().__init__(
            f"The return has {quantity} units of this line.",
            errors=[FieldError(f"/lines/{index}", f"more than {quantity} units")],
        )


class NothingReceived(Invalid):
    """A return without a single unit that arrived: refuse it, or wait for it."""

    slug = "nothing-received"
    title = "Nothing arrived"


class ReturnStateConflict(Conflict):
    """The return is in a state from which this does not follow."""

    slug = "return-state"
    title = "Not possible in the return's state"

    def __init__(self, before: str, after: str) -> None:
        super().__init__(f"A return that is {before} does not become {after}.", extensions={"state": before})


class NoSuchReturn(NotFound):
    """There is no such return, or it is another's."""

    slug = "unknown-return"
    title = "No such return"

    def __init__(self) -> None:
        super().__init__("There is no such return.")


class BusyReturn(Conflict):
    """Others kept changing the same order or return while this change was tried."""

    slug = "changed-meanwhile"
    title = "Changed by others meanwhile"
