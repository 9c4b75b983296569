"""DELETE /api/search/rules/{rule_id}: takes a query rule away."""

from omnilife.core.errors import NotFound, PreconditionFailed
from omnilife.core.http import endpoint
from omnilife.search import BusyConfiguration, ConfigurationStore, Generations, delete_rule

api = endpoint(
    "DELETE",
    "/api/search/rules/{rule_id}",
    auth="admin",
    tags=["search"],
    limit="write",
    status=204,
    problems=[BusyConfiguration, NotFound, PreconditionFailed],
)


@api.route
def remove_rule(rule_id: str) -> None:
    delete_rule(
        ConfigurationStore.from_environment(),
        rule_id,
        caller=api.caller,
        announce=Generations.from_environment().announce,
        if_match=api.if_match,
    )


handler = api.handler
