"""DELETE /api/marketplace/addresses/{address_id}: forgets an address; orders keep their own copy."""

from omnilife.checkout import AddressStore, delete_address
from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint

api = endpoint(
    "DELETE",
    "/api/marketplace/addresses/{address_id}",
    auth="user",
    tags=["checkout"],
    limit="write",
    status=204,
    problems=[
        NotFound,
    ],
)


@api.route
def forget_address(address_id: str) -> None:
    delete_address(AddressStore.from_environment(), api.caller.subject, address_id)


handler = api.handler
