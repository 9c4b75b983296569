"""PUT /api/notifications/preferences/{user_id}: replaces a user's preferences."""

from omnilife.core.clock import system_clock
from omnilife.core.http import endpoint
from omnilife.notifications import (
    BadPhoneNumber,
    CannotMute,
    Preferences,
    RecipientStore,
    StoredPreferences,
    UnknownZone,
)

api = endpoint(
    "PUT",
    "/api/notifications/preferences/{user_id}",
    auth="user",
    tags=["notifications"],
    limit="write",
    problems=[BadPhoneNumber, CannotMute, UnknownZone],
)


@api.route
def put_notification_preferences(user_id: str, preferences: Preferences) -> StoredPreferences:
    recipients = RecipientStore.from_environment()
    recipients.prefer(user_id, preferences.checked(), now=system_clock.now())
    return recipients.preferences(user_id)


handler = api.handler
