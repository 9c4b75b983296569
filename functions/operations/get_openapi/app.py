"""GET /api-docs/openapi.json: this documentation, for machines: OpenAPI 3.1."""

from pathlib import Path

from omnilife.core.http import Reply, endpoint
from omnilife.operations import StaticContent

api = endpoint("GET", "/api-docs/openapi.json", auth="public", tags=["operations"], shielded=False)
document = StaticContent(Path(__file__).with_name("openapi.json").read_bytes())


@api.route
def get_openapi() -> Reply[bytes]:
    return document.reply(api.headers)


handler = api.handler
