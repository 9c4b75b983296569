"""GET /api/notifications/unsubscribe/{token}: the page that asks whether to send no more such mails."""

from omnilife.core.http import endpoint
from omnilife.notifications import Answers, BadLink

api = endpoint(
    "GET",
    "/api/notifications/unsubscribe/{token}",
    auth="public",
    tags=["notifications"],
    limit="read",
    produces="text/html; charset=utf-8",
    problems=[BadLink],
)


@api.route
def get_unsubscribe_page(token: str) -> str:
    return Answers.from_environment().ask(token)


handler = api.handler
