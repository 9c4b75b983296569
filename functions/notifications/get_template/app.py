"""GET /api/notifications/templates/{name}: one version of a template in full, and which others there are."""

from typing import Annotated

from omnilife.core.http import Query, Reply, endpoint
from omnilife.notifications import TemplateDetails, TemplateStore, find_template

api = endpoint(
    "GET", "/api/notifications/templates/{name}", auth="admin", tags=["notifications"], limit="read"
)


@api.route
def get_template(name: str, version: Annotated[int | None, Query(ge=1)] = None) -> Reply[TemplateDetails]:
    found = find_template(TemplateStore.from_environment(), name, version)
    return Reply(found, headers={"ETag": Reply.etag(found.template.version)})


handler = api.handler
