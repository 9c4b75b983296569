"""PUT /api/search/rules/{rule_id}: writes a query rule, a new one or over the one with this id."""

from omnilife.core.errors import PreconditionFailed
from omnilife.core.http import Reply, endpoint
from omnilife.search import (
    BusyConfiguration,
    ConfigurationStore,
    Generations,
    Rule,
    RuleChange,
    TooManyRules,
    put_rule,
)

api = endpoint(
    "PUT",
    "/api/search/rules/{rule_id}",
    auth="admin",
    tags=["search"],
    limit="write",
    problems=[BusyConfiguration, PreconditionFailed, TooManyRules],
)


@api.route
def write_rule(rule_id: str, change: RuleChange) -> Reply[Rule]:
    rule = put_rule(
        ConfigurationStore.from_environment(),
        rule_id,
        change,
        caller=api.caller,
        announce=Generations.from_environment().announce,
        if_match=api.if_match,
    )
    return Reply(rule, headers={"ETag": Reply.etag(rule.version)})


handler = api.handler
