"""POST /api/search/click: what a shopper did with a product that a search had found."""

from omnilife.core.http import endpoint
from omnilife.search import ClickReceipt, ClickReport, ClickStore, Pseudonyms, UnknownSearch, record_click

api = endpoint(
    "POST",
    "/api/search/click",
    auth="public",
    tags=["search"],
    limit="write",
    problems=[UnknownSearch],
)


@api.route
def report_click(report: ClickReport) -> ClickReceipt:
    return record_click(
        report,
        address=api.caller.address,
        store=ClickStore.from_environment(),
        pseudonyms=Pseudonyms.from_environment(),
    )


handler = api.handler
