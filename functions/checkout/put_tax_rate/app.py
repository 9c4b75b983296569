"""PUT /api/marketplace/tax-rates/{rate_id}: writes a tax rate, a new one or over the one with this id."""

from omnilife.checkout import BusyRule, PricingStore, TaxRate, TaxRateFields, TooManyRules, put_tax_rate
from omnilife.core.errors import PreconditionFailed
from omnilife.core.http import Reply, endpoint

api = endpoint(
    "PUT",
    "/api/marketplace/tax-rates/{rate_id}",
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
def write_rate(rate_id: str, fields: TaxRateFields) -> Reply[TaxRate]:
    written = put_tax_rate(
        PricingStore.from_environment(), rate_id, fields, caller=api.caller, if_match=api.if_match
    )
    return Reply(written, headers={"ETag": Reply.etag(written.version)})


handler = api.handler
