"""POST /api/marketplace/addresses: keeps another address."""

from omnilife.checkout import Address, AddressFields, AddressStore, TooManyAddresses, create_address
from omnilife.core.errors import IdempotencyConflict
from omnilife.core.http import Reply, endpoint

api = endpoint(
    "POST",
    "/api/marketplace/addresses",
    auth="user",
    tags=["checkout"],
    limit="write",
    status=201,
    problems=[
        IdempotencyConflict,
        TooManyAddresses,
    ],
)


@api.route
def add_address(fields: AddressFields) -> Reply[Address]:
    address = create_address(
        AddressStore.from_environment(), api.caller.subject, fields, idempotency=api.idempotency
    )
    return Reply(address, headers={"Location": f"/api/marketplace/addresses/{address.address_id}"})


handler = api.handler
