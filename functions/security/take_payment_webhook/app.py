"""POST /api/security/webhooks/payment: the payment gateway tells that something happened to a payment."""

from omnilife.core.http import endpoint
from omnilife.core.webhooks import BadSignature, SignedAtAnotherTime
from omnilife.security import WebhookAnswer, WebhookDesk, take_payment_webhook

api = endpoint(
    "POST",
    "/api/security/webhooks/payment",
    auth="signed",
    tags=["security"],
    raw_body=True,
    problems=[BadSignature, SignedAtAnotherTime],
)


@api.route
def take_webhook() -> WebhookAnswer:
    return take_payment_webhook(
        WebhookDesk.from_environment(), api.raw, api.headers.get("stripe-signature", "")
    )


handler = api.handler
