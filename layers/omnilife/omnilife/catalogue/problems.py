"""What catalogue refuses, beyond the problems that every domain has."""

from omnilife.core.errors import Conflict, FieldError, Forbidden, Invalid


class SkuTaken(Conflict):
    """The merchant has another product with this SKU."""

    slug = "sku-taken"
    title = "SKU already used"

    def __init__(self, sku: str) -> None:
        super().__init__(
            f"Another of this merchant's products has the SKU {sku!r}.",
            errors=[FieldError("/sku", "already used")],
        )


class WrongCurrency(Invalid):
    """A price is in another currency than the shop's: filters and facets compare bare minor units."""

    slug = "wrong-currency"
    title = "Wrong currency"

    def __init__(self, pointer: str, given: str, expected: str) -> None:
        super().__init__(
            f"This shop sells in {expected}.",
            errors=[FieldError(f"{pointer}/currency", f"{given} is not {expected}")],
        )


class OutOfStock(Conflict):
    """Fewer units can be taken than were asked for. `available` says how many could."""

    slug = "out-of-stock"
    title = "Out of stock"

    def __init__(self, product_id: str, *, wanted: int, available: int) -> None:
        super().__init__(
            f"{wanted} units were asked for and {available} are available.",
            extensions={"product_id": product_id, "wanted": wanted, "available": available},
        )
        self.available = available


class BusyProduct(Conflict):
    """Others kept changing the same product or stock while this change was tried."""

    slug = "changed-meanwhile"
    title = "Changed by others meanwhile"


class ListFull(Conflict):
    """A list of one's own holds as much as it may. Something must go before more comes."""

    slug = "list-full"
    title = "List full"


class NotReceived(Forbidden):
    """Only who received a product may review it."""

    slug = "not-received"
    title = "Not received"


class AlreadyReviewed(Conflict):
    """A buyer has one review of a product."""

    slug = "already-reviewed"
    title = "Already reviewed"
