"""GET /api/search/synonyms: the synonyms in force."""

from omnilife.core.http import Reply, endpoint
from omnilife.search import ConfigurationStore, Synonyms

api = endpoint("GET", "/api/search/synonyms", auth="admin", tags=["search"], limit="read")


@api.route
def list_synonyms() -> Reply[Synonyms]:
    synonyms = ConfigurationStore.from_environment().synonyms()
    return Reply(synonyms, headers={"ETag": Reply.etag(synonyms.version)})


handler = api.handler
