"""PUT /api/marketplace/wishlist/{product_id}: keeps a product for later."""

from omnilife.catalogue import ListFull, ProductStore, Wish, WishStore, add_wish
from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint

api = endpoint(
    "PUT",
    "/api/marketplace/wishlist/{product_id}",
    auth="user",
    tags=["catalogue"],
    limit="write",
    problems=[ListFull, NotFound],
)


@api.route
def put_wish(product_id: str) -> Wish:
    return add_wish(
        WishStore.from_environment(),
        ProductStore.from_environment(),
        user_id=api.caller.subject,
        product_id=product_id,
    )


handler = api.handler
