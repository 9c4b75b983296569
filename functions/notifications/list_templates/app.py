"""GET /api/notifications/templates: every template, with the version that new notifications get."""

from omnilife.core.http import endpoint
from omnilife.notifications import TemplateList, TemplateStore
from omnilife.notifications import list_templates as list_all

api = endpoint("GET", "/api/notifications/templates", auth="admin", tags=["notifications"], limit="read")


@api.route
def list_templates() -> TemplateList:
    return list_all(TemplateStore.from_environment())


handler = api.handler
