"""POST /api/notifications/webhooks/twilio: Twilio tells what became of an SMS."""

from typing import Annotated

from omnilife.core.http import Query, endpoint
from omnilife.core.webhooks import BadSignature
from omnilife.notifications import Heard, TwilioWebhook

api = endpoint(
    "POST",
    "/api/notifications/webhooks/twilio",
    auth="signed",
    tags=["notifications"],
    accepts=["application/x-www-form-urlencoded"],
    raw_body=True,
    problems=[BadSignature],
)


@api.route
def take_twilio_webhook(
    notification_id: Annotated[str | None, Query(max_length=64)] = None,
    user_id: Annotated[str | None, Query(max_length=64)] = None,
    channel: Annotated[str | None, Query(max_length=16)] = None,
) -> Heard:
    said = {"notification_id": notification_id, "user_id": user_id, "channel": channel}
    tags = {name: value for name, value in said.items() if value is not None}
    return TwilioWebhook.from_environment().hear(api.raw, api.headers.get("x-twilio-signature", ""), tags)


handler = api.handler
