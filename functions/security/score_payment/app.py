"""POST /api/security/payment-security: whether a payment looks like fraud, and why."""

from omnilife.core.http import endpoint
from omnilife.security import PaymentFacts, PaymentVerdict, score_payment

api = endpoint(
    "POST",
    "/api/security/payment-security",
    auth="service",
    scopes=["security:payments"],
    outbox="SECURITY_TABLE",
    tags=["security"],
    limit="write",
)


@api.route
def judge_payment(facts: PaymentFacts) -> PaymentVerdict:
    return score_payment(facts)


handler = api.handler
