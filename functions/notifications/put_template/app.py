"""PUT /api/notifications/templates/{name}: a new version of a template, for notifications made later."""

from omnilife.core.errors import PreconditionFailed
from omnilife.core.http import Reply, endpoint
from omnilife.notifications import (
    BadTemplate,
    MissingVariables,
    Template,
    TemplateChange,
    TemplateStore,
    TemplateTooCostly,
    UnsafeLink,
    put_template,
)

api = endpoint(
    "PUT",
    "/api/notifications/templates/{name}",
    auth="admin",
    tags=["notifications"],
    limit="write",
    problems=[BadTemplate, MissingVariables, PreconditionFailed, TemplateTooCostly, UnsafeLink],
)


@api.route
def write_template(name: str, change: TemplateChange) -> Reply[Template]:
    template = put_template(
        TemplateStore.from_environment(), name, change, caller=api.caller, if_match=api.if_match
    )
    return Reply(template, headers={"ETag": Reply.etag(template.version)})


handler = api.handler
