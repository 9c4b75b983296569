"""`StripeGateway`: a `PaymentGateway` that speaks Stripe's HTTP API, or one of its shape.

A payment is a PaymentIntent with manual capture. Every POST carries an `Idempotency-Key` made of what it is
for. Stripe answers a repeated key with the words of the first time, which may be old by then, and says so in
a header: then the thing itself is read. Amounts are ISO 4217's minor units, but of two currencies that Stripe
keeps with two decimals.

Sources: https://docs.stripe.com/api/payment_intents, …/api/idempotent_requests, …/currencies#special-cases
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from omnilife.checkout.payment_gateway import (
    GatewayRefused,
    GatewayUnavailable,
    Intent,
    IntentState,
    PaymentGateway,
    RefundAnswer,
)
from omnilife.core.config import Settings
from omnilife.core.secrets import secret

if TYPE_CHECKING:
    from urllib3.connectionpool import HTTPConnectionPool

CONNECT_S = 1.0
PATIENCE_S = 5.0
"""Of one call. A request of several may meet its function's end, after 25 s; the same again goes on."""

CONNECTIONS = 4
API_VERSION = "2025-03-31.basil"
REPLAYED = "idempotent-replayed"

STATES: Mapping[str, IntentState] = {
    "requires_payment_method": "needs_payment",
    "requires_confirmation": "needs_payment",
    "requires_action": "needs_action",
    "processing": "processing",
    "requires_capture": "authorized",
    "succeeded": "captured",
    "canceled": "void",
}
REFUNDS: Mapping[str, RefundAnswer] = {
    "succeeded": "completed",
    "pending": "pending",
    "requires_action": "pending",
    "failed": "failed",
    "canceled": "failed",
}
WITH_TWO_DECIMALS = frozenset({"ISK", "UGX"})
"""ISO 4217 has none for them; Stripe keeps two, which are zeros."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings(Settings):
    payment_gateway_url: str = "https://api.stripe.com"
    payment_key_secret_arn: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `replayed`: it is what a request with the same key was told before."""

    status: int
    body: bytes
    replayed: bool = False


type Send = Callable[[str, str, Mapping[str, str], bytes], Answer]
"""Method, path, headers and body in; an answer out, or `GatewayUnavailable`."""


class StripeGateway(PaymentGateway):
    """The adapter. `send` is how a request travels, `key` the account's secret key."""

    def __init__(self, send: Send, key: Callable[[], str]) -> None:
        self._send = send
        self._key = key

    def open(
        self, *, payment_id: str, order_id: str, amount: int, currency: str, method: str | None
    ) -> Intent:
        # Without the method: a repeat with another one would be another request under the same key.
        fields = {
            "amount": str(amount * _factor(currency)),
            "currency": currency.lower(),
            "capture_method": "manual",
            "automatic_payment_methods[enabled]": "true",
            # No way round over another page, so that a method can be tried from here.
            "automatic_payment_methods[allow_redirects]": "never",
            "metadata[order_id]": order_id,
            "metadata[payment_id]": payment_id,
        }
        opened = self._intent("/v1/payment_intents", fields, f"open-{payment_id}")
        if method is None or opened.state != "needs_payment" or opened.problem:
            return opened
        return self.authorize(opened.gateway_id, method=method, attempt=f"first-{payment_id}")

    def authorize(self, gateway_id: str, *, method: str, attempt: str) -> Intent:
        return self._intent(
            f"{_path(gateway_id)}/confirm", {"payment_method": method}, f"confirm-{attempt}", gateway_id
        )

    def read(self, gateway_id: str) -> Intent:
        return _intent(self._ask("GET", f"{_path(gateway_id)}?expand[]=latest_charge")[0])

    def capture(self, gateway_id: str, *, payment_id: str) -> Intent:
        return self._intent(f"{_path(gateway_id)}/capture", {}, f"capture-{payment_id}", gateway_id)

    def void(self, gateway_id: str, *, payment_id: str) -> Intent:
        return self._intent(f"{_path(gateway_id)}/cancel", {}, f"void-{payment_id}", gateway_id)

    def refund(self, gateway_id: str, *, refund_id: str, amount: int) -> RefundAnswer:
        made = self._refund_made(gateway_id, refund_id)
        if made is None:
            made = self._make_refund(gateway_id, refund_id, amount)
        try:
            return REFUNDS[made["status"]]
        except (KeyError, TypeError) as error:
            raise GatewayUnavailable("the answer is no refund") from error

    def _refund_made(self, gateway_id: str, refund_id: str) -> Mapping[str, Any] | None:
        """The refund, if it was made before: keys are forgotten after a day, and it may pend for longer."""
        path = f"/v1/refunds?payment_intent={quote(gateway_id, safe='')}&limit=100"
        try:
            made: Sequence[Mapping[str, Any]] = self._ask("GET", path)[0]["data"]
            return next((each for each in made if each["metadata"].get("refund_id") == refund_id), None)
        except (KeyError, TypeError, AttributeError) as error:
            raise GatewayUnavailable("the answer is no list of refunds") from error

    def _make_refund(self, gateway_id: str, refund_id: str, amount: int) -> Mapping[str, Any]:
        payment = self._ask("GET", _path(gateway_id))[0]
        fields = {
            "payment_intent": gateway_id,
            "amount": str(amount * _factor(str(payment.get("currency", "")).upper())),
            "metadata[refund_id]": refund_id,
        }
        made, replayed = self._ask("POST", "/v1/refunds", fields, f"refund-{refund_id}")
        if replayed:
            made, _ = self._ask("GET", f"/v1/refunds/{quote(str(made.get('id')), safe='')}")
        return made

    def _intent(
        self, path: str, fields: Mapping[str, str], key: str, gateway_id: str | None = None
    ) -> Intent:
        try:
            document, replayed = self._ask("POST", path, fields, key)
        except _Declined as declined:
            intent = _intent(declined.intent)
            return replace(intent, problem=intent.problem or declined.code)
        intent = _intent(document)
        return self.read(gateway_id or intent.gateway_id) if replayed else intent

    def _ask(
        self, method: str, path: str, fields: Mapping[str, str] | None = None, key: str = ""
    ) -> tuple[Mapping[str, Any], bool]:
        """The answer's document, and whether it is a repeated one."""
        headers = {"authorization": f"Bearer {self._key()}", "stripe-version": API_VERSION}
        if fields is not None:
            headers |= {"content-type": "application/x-www-form-urlencoded", "idempotency-key": key}
        answer = self._send(method, path, headers, urlencode(fields or {}).encode())
        document = _document(answer)
        if answer.status < 300:
            return document, answer.replayed
        where = f"{answer.status} to {method} {path.partition('?')[0]}"
        # 409: the same request is under way. 401: our key, which somebody has to mend; nothing is lost.
        if answer.status in {401, 403, 408, 409, 429} or answer.status >= 500:
            raise GatewayUnavailable(where)
        error = document.get("error")
        error = error if isinstance(error, dict) else {}
        code = str(error.get("decline_code") or error.get("code") or answer.status)
        if answer.status == 402 and isinstance(error.get("payment_intent"), dict):
            raise _Declined(code, error["payment_intent"])
        raise GatewayRefused(code)


class HttpSender:
    """Requests over kept connections, with certificates checked."""

    def __init__(self, url: str) -> None:
        from botocore.httpsession import get_cert_path  # noqa: PLC0415 (deferred: see core.lazy)
        from urllib3 import connection_from_url  # noqa: PLC0415

        trusted: dict[str, Any] = {}
        if url.startswith("https:"):
            # The authorities that botocore trusts for AWS.
            trusted = {"cert_reqs": "CERT_REQUIRED", "ca_certs": get_cert_path(True)}
        self._pool: HTTPConnectionPool = connection_from_url(url, maxsize=CONNECTIONS, **trusted)

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One round trip. A kept connection that the other side closed is made anew once: keys make it safe.

        Raises:
            GatewayUnavailable: no connection, or no answer in time.
        """
        from urllib3 import Timeout  # noqa: PLC0415 (deferred: see core.lazy)
        from urllib3.exceptions import HTTPError, ProtocolError  # noqa: PLC0415

        send = partial(
            self._pool.urlopen,
            method,
            path,
            body=body or None,
            headers=dict(headers),
            timeout=Timeout(connect=CONNECT_S, total=PATIENCE_S),
            retries=False,
            redirect=False,
        )
        try:
            try:
                answer = send()
            except ProtocolError:
                answer = send()
        except HTTPError as error:
            raise GatewayUnavailable(type(error).__name__) from error
        return Answer(answer.status, answer.data, answer.headers.get(REPLAYED) == "true")


@cache
def stripe_gateway() -> PaymentGateway:
    """The gateway by the environment; one a process, for its connections."""
    settings = GatewaySettings.from_environment()
    return StripeGateway(
        HttpSender(settings.payment_gateway_url), lambda: secret(settings.payment_key_secret_arn)
    )


class _Declined(Exception):  # noqa: N818 (what happened)
    def __init__(self, code: str, intent: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.intent = intent


def _document(answer: Answer) -> Mapping[str, Any]:
    try:
        document = json.loads(answer.body)
    except ValueError:
        document = None
    if isinstance(document, dict):
        return document
    if answer.status < 400:
        raise GatewayUnavailable(f"{answer.status} without JSON")
    return {}


def _intent(document: Mapping[str, Any]) -> Intent:
    try:
        factor = _factor(document["currency"].upper())
        charge = document.get("latest_charge")
        failure = document.get("last_payment_error") or {}
        return Intent(
            gateway_id=document["id"],
            state=STATES[document["status"]],
            amount=document["amount"] // factor,
            captured=document.get("amount_received", 0) // factor,
            refunded=charge.get("amount_refunded", 0) // factor if isinstance(charge, dict) else 0,
            client_secret=document.get("client_secret"),
            next_action=document.get("next_action"),
            problem=failure.get("decline_code") or failure.get("code"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise GatewayUnavailable("the answer is no payment") from error


def _factor(currency: str) -> int:
    return 100 if currency in WITH_TWO_DECIMALS else 1


def _path(gateway_id: str) -> str:
    return f"/v1/payment_intents/{quote(gateway_id, safe='')}"
