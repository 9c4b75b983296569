"""Products as they stand in the store: with their stock, or as the trace of a deleted one."""

from dataclasses import dataclass

from omnilife.catalogue.models import Product
from omnilife.catalogue.stock import Stock


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """A product and its stock, read in one go. `import_id` is the last import that wrote the product.

    `rating_version` counts the changes of its rating, which is not part of its own version.
    """

    product: Product
    stock: Stock
    import_id: str | None = None
    rating_version: int = 0


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a deleted product: enough to tell a late event from a new one."""

    product_id: str
    merchant_id: str
    version: int
    stock_version: int
    rating_version: int = 0
