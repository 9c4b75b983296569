"""PUT /api/marketplace/shipping-zones/{zone_id}: writes a shipping zone, new or over the one with this id."""

from omnilife.checkout import (
    BusyRule,
    PricingStore,
    ShippingZone,
    ShippingZoneFields,
    TooManyRules,
    put_shipping_zone,
)
from omnilife.core.errors import PreconditionFailed
from omnilife.core.http import Reply, endpoint

api = endpoint(
    "PUT",
    "/api/marketplace/shipping-zones/{zone_id}",
    auth="admin",
    tags=["checkout"],
    limit="write",
    problems=[
        BusyRule,
        PreconditionFailed,
        TooManyRules,
    ],
)


@api.route
def write_zone(zone_id: str, fields: ShippingZoneFields) -> Reply[ShippingZone]:
    written = put_shipping_zone(
        PricingStore.from_environment(), zone_id, fields, caller=api.caller, if_match=api.if_match
    )
    return Reply(written, headers={"ETag": Reply.etag(written.version)})


handler = api.handler
