"""GET /api/search/rules/{rule_id}: one query rule."""

from omnilife.core.errors import NotFound
from omnilife.core.http import Reply, endpoint
from omnilife.search import ConfigurationStore, Rule, find_rule

api = endpoint(
    "GET", "/api/search/rules/{rule_id}", auth="admin", tags=["search"], limit="read", problems=[NotFound]
)


@api.route
def get_rule(rule_id: str) -> Reply[Rule]:
    rule = find_rule(ConfigurationStore.from_environment(), rule_id)
    return Reply(rule, headers={"ETag": Reply.etag(rule.version)})


handler = api.handler
