"""DELETE /api/marketplace/wishlist/{product_id}: takes a product off the wishlist, if it is on it."""

from omnilife.catalogue import WishStore, remove_wish
from omnilife.core.http import endpoint

api = endpoint(
    "DELETE",
    "/api/marketplace/wishlist/{product_id}",
    auth="user",
    tags=["catalogue"],
    limit="write",
    status=204,
)


@api.route
def delete_wish(product_id: str) -> None:
    remove_wish(WishStore.from_environment(), user_id=api.caller.subject, product_id=product_id)


handler = api.handler
