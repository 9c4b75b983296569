"""POST /api/notifications/templates/{name}/render: what a recipient would get; nothing is sent or kept."""

from omnilife.core.http import endpoint
from omnilife.notifications import (
    BadTemplate,
    MissingVariables,
    Preview,
    Previewed,
    TemplateStore,
    TemplateTooCostly,
    UnsafeLink,
    preview_template,
)

api = endpoint(
    "POST",
    "/api/notifications/templates/{name}/render",
    auth="admin",
    tags=["notifications"],
    limit="read",
    problems=[BadTemplate, MissingVariables, TemplateTooCostly, UnsafeLink],
)


@api.route
def render_template(name: str, preview: Preview) -> Previewed:
    return preview_template(TemplateStore.from_environment(), name, preview)


handler = api.handler
