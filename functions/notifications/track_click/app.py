"""GET /api/notifications/click/{token}: leads on to the link of a mail, and only to a link that it had."""

from typing import Annotated

from omnilife.core.http import Query, Reply, endpoint
from omnilife.notifications import Answers, BadLink

api = endpoint(
    "GET",
    "/api/notifications/click/{token}",
    auth="public",
    tags=["notifications"],
    limit="read",
    produces="text/plain; charset=utf-8",
    status=302,
    problems=[BadLink],
)


@api.route
def track_click(token: str, to: Annotated[str, Query(max_length=2000)]) -> Reply[str]:
    return Reply("", headers={"Location": Answers.from_environment().clicked(token, to)})


handler = api.handler
