"""GET /api-docs: this documentation, as a page that can send requests."""

from omnilife.core.http import Reply, endpoint
from omnilife.operations import documentation_page

api = endpoint(
    "GET",
    "/api-docs",
    auth="public",
    tags=["operations"],
    produces="text/html; charset=utf-8",
    shielded=False,
)


@api.route
def get_api_docs() -> Reply[bytes]:
    return documentation_page().reply(api.headers)


handler = api.handler
