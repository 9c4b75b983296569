"""POST /api/notifications/unsubscribe/{token}: no more such mails, by the page or by a mail program."""

from omnilife.core.http import endpoint
from omnilife.notifications import Answers, BadLink, left

api = endpoint(
    "POST",
    "/api/notifications/unsubscribe/{token}",
    auth="public",
    tags=["notifications"],
    limit="write",
    accepts=["application/x-www-form-urlencoded", "multipart/form-data"],
    raw_body=True,
    produces="text/html; charset=utf-8",
    problems=[BadLink],
)


@api.route
def unsubscribe(token: str) -> str:
    return left(Answers.from_environment().unsubscribe(token))


handler = api.handler
