"""GET /api/marketplace/addresses: one's address book."""

from omnilife.checkout import AddressPage, AddressStore, list_addresses
from omnilife.core.http import endpoint

api = endpoint(
    "GET",
    "/api/marketplace/addresses",
    auth="user",
    tags=["checkout"],
    limit="read",
    problems=[],
)


@api.route
def addresses() -> AddressPage:
    return list_addresses(AddressStore.from_environment(), api.caller.subject)


handler = api.handler
