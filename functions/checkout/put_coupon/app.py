"""PUT /api/marketplace/coupons/{code}: writes a coupon; how often it was used stays."""

from omnilife.checkout import BadCouponCode, BusyRule, Coupon, CouponFields, PricingStore, put_coupon
from omnilife.core.errors import PreconditionFailed
from omnilife.core.http import Reply, endpoint

api = endpoint(
    "PUT",
    "/api/marketplace/coupons/{code}",
    auth="admin",
    tags=["checkout"],
    limit="write",
    problems=[
        BadCouponCode,
        BusyRule,
        PreconditionFailed,
    ],
)


@api.route
def write_coupon(code: str, fields: CouponFields) -> Reply[Coupon]:
    written = put_coupon(
        PricingStore.from_environment(), code, fields, caller=api.caller, if_match=api.if_match
    )
    return Reply(written, headers={"ETag": Reply.etag(written.version)})


handler = api.handler
