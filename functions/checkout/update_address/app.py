"""PATCH /api/marketplace/addresses/{address_id}: changes an address by a JSON merge patch (RFC 7396)."""

from omnilife.checkout import Address, AddressPatch, AddressStore, edit_address
from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint

api = endpoint(
    "PATCH",
    "/api/marketplace/addresses/{address_id}",
    auth="user",
    tags=["checkout"],
    limit="write",
    accepts=["application/json", "application/merge-patch+json"],
    problems=[
        NotFound,
    ],
)


@api.route
def change_address(address_id: str, patch: AddressPatch) -> Address:
    return edit_address(AddressStore.from_environment(), api.caller.subject, address_id, patch)


handler = api.handler
