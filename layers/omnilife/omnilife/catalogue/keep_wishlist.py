"""A shopper's wishlist."""

from omnilife.catalogue.access import no_such_product
from omnilife.catalogue.problems import ListFull
from omnilife.catalogue.store.products import ProductStore
from omnilife.catalogue.store.wishes import WishStore
from omnilife.catalogue.wish_models import MOST_WISHES, Wish, WishPage
from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.cursors import CursorCodec


def add_wish(
    wishes: WishStore,
    products: ProductStore,
    *,
    user_id: str,
    product_id: str,
    clock: Clock = system_clock,
) -> Wish:
    """Put a product on a wishlist. One that is there already stays as it was put.

    Raises:
        NotFound: nothing of that id is on sale.
        ListFull: the list holds `MOST_WISHES`.
    """
    found = products.find(product_id)
    if found is None or found.product.status != "active":
        raise no_such_product()
    wish = Wish(product_id=product_id, added_at=clock.now(), price_when_added=found.product.price)
    kept = wishes.add(user_id, wish, most=MOST_WISHES)
    if kept is None:
        raise ListFull(f"A wishlist holds {MOST_WISHES} products.")
    return kept.model_copy(update={"product": found.product})


def remove_wish(wishes: WishStore, *, user_id: str, product_id: str) -> None:
    """Take a product off a wishlist, if it is on it."""
    wishes.remove(user_id, product_id)


def list_wishes(
    wishes: WishStore,
    products: ProductStore,
    *,
    user_id: str,
    cursors: CursorCodec,
    limit: int = 20,
    cursor: str | None = None,
) -> WishPage:
    """A page of a wishlist, newest first, with the products as they are now.

    Cost: one query of the whole list, which is short by its limit, and one BatchGet each 50 products.

    Raises:
        BadCursor: not one of ours, or of another's list.
    """
    query = f"wishlist:{user_id}"
    before = tuple(cursors.read(cursor, bound_to=query)) if cursor else None
    newest = sorted(wishes.all(user_id), key=_position, reverse=True)
    rest = [wish for wish in newest if before is None or _position(wish) < before]
    page = rest[:limit]
    on_sale = products.on_sale(wish.product_id for wish in page)
    items = [wish.model_copy(update={"product": on_sale.get(wish.product_id)}) for wish in page]
    next_cursor = cursors.issue(_position(page[-1]), bound_to=query) if len(rest) > limit else None
    return WishPage(items=items, next_cursor=next_cursor)


def _position(wish: Wish) -> tuple[str, str]:
    return rfc3339(wish.added_at), wish.product_id
