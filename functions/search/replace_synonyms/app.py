"""PUT /api/search/synonyms: puts a whole set of synonyms in the place of the one in force."""

from omnilife.core.errors import PreconditionFailed
from omnilife.core.http import Reply, endpoint
from omnilife.search import (
    BusyConfiguration,
    ConfigurationStore,
    Generations,
    SynonymChange,
    Synonyms,
    replace_synonyms,
)

api = endpoint(
    "PUT",
    "/api/search/synonyms",
    auth="admin",
    tags=["search"],
    limit="write",
    problems=[BusyConfiguration, PreconditionFailed],
)


@api.route
def put_synonyms(change: SynonymChange) -> Reply[Synonyms]:
    synonyms = replace_synonyms(
        ConfigurationStore.from_environment(),
        change,
        caller=api.caller,
        announce=Generations.from_environment().announce,
        if_match=api.if_match,
    )
    return Reply(synonyms, headers={"ETag": Reply.etag(synonyms.version)})


handler = api.handler
