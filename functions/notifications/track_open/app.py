"""GET /api/notifications/open/{token}: the picture at a mail's end, which tells that it was opened."""

from omnilife.core.http import Reply, endpoint
from omnilife.notifications import Answers, BadLink

api = endpoint(
    "GET",
    "/api/notifications/open/{token}",
    auth="public",
    tags=["notifications"],
    limit="read",
    produces="image/gif",
    problems=[BadLink],
)


@api.route
def track_open(token: str) -> Reply[bytes]:
    picture = Answers.from_environment().opened(token)
    return Reply(picture, headers={"Content-Type": "image/gif", "Cache-Control": "no-store"})


handler = api.handler
