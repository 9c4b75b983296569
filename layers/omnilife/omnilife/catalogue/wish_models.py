"""What shoppers keep for later: wishlists."""

from pydantic import BaseModel

from omnilife.catalogue.models import Price, Product
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier

MOST_WISHES = 200


class Wish(BaseModel):
    """A product on a wishlist. `product` is null while it is not on sale."""

    product_id: Identifier
    added_at: Timestamp
    price_when_added: Price
    product: Product | None = None


class WishPage(BaseModel):
    """Some of a wishlist, newest first."""

    items: list[Wish]
    next_cursor: str | None = None
