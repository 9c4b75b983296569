"""GET /api/notifications/preferences/{user_id}: what a user wants to be told, how, and when."""

from omnilife.core.http import endpoint
from omnilife.notifications import RecipientStore, StoredPreferences

api = endpoint(
    "GET", "/api/notifications/preferences/{user_id}", auth="user", tags=["notifications"], limit="read"
)


@api.route
def get_notification_preferences(user_id: str) -> StoredPreferences:
    return RecipientStore.from_environment().preferences(user_id)


handler = api.handler
