"""POST /api/notifications/recipient-lists: says where a list of up to 100,000 users is to be uploaded."""

from omnilife.core.http import endpoint
from omnilife.notifications import OpenedList, RecipientLists, open_recipient_list

api = endpoint(
    "POST",
    "/api/notifications/recipient-lists",
    auth="service/admin",
    tags=["notifications"],
    limit="write",
    scopes=["notifications"],
    outbox="NOTIFICATIONS_TABLE",
    status=201,
)


@api.route
def create_recipient_list() -> OpenedList:
    return open_recipient_list(RecipientLists.from_environment())


handler = api.handler
