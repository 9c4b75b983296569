"""A payment gateway of Stripe's shape for this machine: it holds no money, and does what it is told.

`make run` and the tests' clouds start it; functions speak to it as they would to Stripe. What a payment
method does is in its name, as of Stripe's own test methods:

| method | then |
|---|---|
| pm_card_visa | the money is held |
| pm_card_visa_chargeDeclined, …_chargeDeclinedInsufficientFunds | declined |
| pm_card_threeDSecure2Required | 3-D Secure: `POST /simulator/payment_intents/<id>/complete` passes it |
| pm_slow | stays in processing until it is completed in the same way |

`POST /simulator/faults` `{"operation": "capture", "fault": "lost_answer", "times": 1}`: the next calls of
that operation (`create`, `confirm`, `capture`, `cancel`, `refund`, `read`) are not carried out (`no_answer`),
or are and the answer is lost (`lost_answer`), or are carried out twice (`twice`), or are refused (`error`).
`POST /simulator/webhooks` `{"hold": true}` keeps webhooks back; `{"hold": false, "order": "reversed",
"copies": 2}` sends what was kept. `{"url": …, "secrets": […]}` says whereto, and how they are signed.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import URLError
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

from local.ports import LOOPBACK
from omnilife.core.webhooks import sign

DEFAULT_PORT = 12111
"""The one of Stripe's own mock server."""

WEBHOOK_TIMEOUT_S = 15.0
WEBHOOK_TRIES = 5
DECLINES: Mapping[str, str] = {
    "pm_card_visa_chargeDeclined": "generic_decline",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "insufficient_funds",
}
OPERATIONS = ("create", "confirm", "capture", "cancel", "refund", "read")

type Document = dict[str, Any]


class Refused(Exception):  # noqa: N818 (what happened)
    """An error of Stripe's: a status, and a document."""

    def __init__(self, status: int, code: str, **more: Any) -> None:
        super().__init__(code)
        self.status = status
        self.document: Document = {"error": {"type": "invalid_request_error", "code": code, **more}}


class Account:
    """Payments and refunds, as strict about states, amounts and keys as Stripe is."""

    def __init__(self, tell: Callable[[str, Document], None] = lambda *_: None) -> None:
        self.intents: dict[str, Document] = {}
        self.refunds: dict[str, Document] = {}
        self._tell = tell

    def create(self, fields: Mapping[str, str]) -> Document:
        amount = _whole(fields, "amount")
        intent: Document = {
            "id": f"pi_{uuid4().hex[:24]}",
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "capture_method": fields.get("capture_method", "automatic"),
            "currency": fields.get("currency", ""),
            "created": int(time.time()),
            "last_payment_error": None,
            "latest_charge": None,
            "metadata": {name[9:-1]: value for name, value in fields.items() if name.startswith("metadata[")},
            "next_action": None,
            "payment_method": None,
            "status": "requires_payment_method",
        }
        intent["client_secret"] = f"{intent['id']}_secret_{uuid4().hex}"
        self.intents[intent["id"]] = intent
        self._tell("payment_intent.created", intent)
        return intent

    def confirm(self, intent_id: str, fields: Mapping[str, str]) -> Document:
        intent = self.read(intent_id)
        self._expect(intent, "requires_payment_method", "requires_confirmation", "requires_action")
        method = fields.get("payment_method", "pm_card_visa")
        if not method.startswith("pm_"):
            raise Refused(400, "resource_missing")
        intent |= {"payment_method": method, "next_action": None, "last_payment_error": None}
        if method in DECLINES:
            error = {"type": "card_error", "code": "card_declined", "decline_code": DECLINES[method]}
            intent |= {"status": "requires_payment_method", "last_payment_error": error}
            self._tell("payment_intent.payment_failed", intent)
            raise Refused(402, "card_declined", decline_code=DECLINES[method], payment_intent=dict(intent))
        if "threeDSecure" in method or "authenticationRequired" in method:
            intent |= {"status": "requires_action", "next_action": {"type": "use_stripe_sdk"}}
            self._tell("payment_intent.requires_action", intent)
        elif method == "pm_slow":
            intent["status"] = "processing"
            self._tell("payment_intent.processing", intent)
        else:
            self._hold(intent)
        return intent

    def complete(self, intent_id: str) -> Document:
        """What happens away from here: the shopper passes 3-D Secure, the slow method comes through."""
        intent = self.read(intent_id)
        self._expect(intent, "requires_action", "processing")
        intent["next_action"] = None
        self._hold(intent)
        return intent

    def capture(self, intent_id: str) -> Document:
        intent = self.read(intent_id)
        self._expect(intent, "requires_capture")
        self._take(intent)
        return intent

    def cancel(self, intent_id: str) -> Document:
        intent = self.read(intent_id)
        self._expect(
            intent, "requires_payment_method", "requires_confirmation", "requires_action", "requires_capture"
        )
        intent |= {"status": "canceled", "amount_capturable": 0, "next_action": None}
        self._tell("payment_intent.canceled", intent)
        return intent

    def refund(self, fields: Mapping[str, str]) -> Document:
        intent = self.read(fields.get("payment_intent", ""))
        self._expect(intent, "succeeded")
        charge = intent["latest_charge"]
        amount = _whole(fields, "amount")
        if charge["amount_refunded"] + amount > charge["amount_captured"]:
            raise Refused(400, "charge_already_refunded" if amount == 0 else "amount_too_large")
        charge["amount_refunded"] += amount
        refund: Document = {
            "id": f"re_{uuid4().hex[:24]}",
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "metadata": {**intent["metadata"], "refund_id": fields.get("metadata[refund_id]")},
            "status": "succeeded",
        }
        self.refunds[refund["id"]] = refund
        self._tell("refund.created", refund)
        return refund

    def read(self, intent_id: str) -> Document:
        if intent_id not in self.intents:
            raise Refused(404, "resource_missing")
        return self.intents[intent_id]

    def refunds_of(self, intent_id: str) -> Document:
        made = [each for each in self.refunds.values() if each["payment_intent"] == intent_id]
        return {"object": "list", "data": made[::-1], "has_more": False}

    def read_refund(self, refund_id: str) -> Document:
        if refund_id not in self.refunds:
            raise Refused(404, "resource_missing")
        return self.refunds[refund_id]

    @property
    def held(self) -> int:
        """Money that was taken and not given back, in minor units of whatever currency."""
        charges = [each["latest_charge"] for each in self.intents.values() if each["latest_charge"]]
        return sum(each["amount_captured"] - each["amount_refunded"] for each in charges)

    def _hold(self, intent: Document) -> None:
        if intent["capture_method"] != "manual":
            self._take(intent)
            return
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        self._tell("payment_intent.amount_capturable_updated", intent)

    def _take(self, intent: Document) -> None:
        intent |= {
            "status": "succeeded",
            "amount_received": intent["amount"],
            "amount_capturable": 0,
            "latest_charge": {
                "id": f"ch_{uuid4().hex[:24]}",
                "amount_captured": intent["amount"],
                "amount_refunded": 0,
            },
        }
        self._tell("payment_intent.succeeded", intent)

    def _expect(self, intent: Document, *states: str) -> None:
        if intent["status"] not in states:
            raise Refused(400, "payment_intent_unexpected_state")


class PaymentSimulator:
    """The account behind HTTP, its webhooks, and the faults that it is told to have."""

    def __init__(self, *, port: int, bind: str = LOOPBACK) -> None:
        self.port = port
        self.url = f"http://{LOOPBACK}:{port}"
        self.account = Account(self._queue)
        self._bind = bind
        self._lock = threading.Lock()
        self._keys: dict[str, tuple[tuple[str, str], int, bytes]] = {}
        self._faults: dict[str, list[str]] = {}
        self._held: list[Document] | None = None
        self._out: list[Document] = []
        self._whereto = ""
        self._secrets: list[str] = []
        self._server: ThreadingHTTPServer | None = None
        self.calls: Counter[str] = Counter()

    # -- life --------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Listen, in threads of this process."""
        self._server = ThreadingHTTPServer((self._bind, self.port), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="payments", daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def send_to(self, url: str, secrets: list[str]) -> None:
        """Where webhooks go, and what they are signed with."""
        self._whereto, self._secrets = url, secrets

    # -- requests ----------------------------------------------------------------------------------------

    def answer(self, method: str, target: str, body: bytes, key: str) -> tuple[int, bytes, bool] | None:
        """Status, body, and whether it is repeated; None: no answer at all."""
        path, query = urlsplit(target).path, urlsplit(target).query
        if path.startswith("/simulator/"):
            return self._control(path, body)
        operation = _operation(method, path)
        sent = query.encode() if method == "GET" else body
        with self._lock:
            self.calls[operation] += 1
            faults = self._faults.get(operation) or []
            fault = faults.pop(0) if faults else ""
            if fault == "no_answer":
                return None
            if fault == "error":
                return 500, b'{"error": {"type": "api_error"}}', False
            found = self._once(method, path, sent, key)
            if fault == "twice":
                found = self._once(method, path, sent, key)
        self._send_out()
        return None if fault == "lost_answer" else found

    def _once(self, method: str, path: str, body: bytes, key: str) -> tuple[int, bytes, bool]:
        request = (f"{method} {path}", body.decode())
        if method == "POST" and key in self._keys:
            first, status, answer = self._keys[key]
            if first != request:
                return 400, b'{"error": {"type": "idempotency_error", "code": "idempotency_error"}}', False
            return status, answer, True
        try:
            status, document = 200, self._do(method, path, dict(parse_qsl(body.decode())))
        except Refused as refused:
            status, document = refused.status, refused.document
        answer = json.dumps(document).encode()
        if method == "POST" and key:
            self._keys[key] = (request, status, answer)
        return status, answer, False

    def _do(self, method: str, path: str, fields: Mapping[str, str]) -> Document:  # noqa: PLR0911 (a table)
        match [method, *path.strip("/").split("/")[1:]]:
            case ["POST", "payment_intents"]:
                return self.account.create(fields)
            case ["GET", "payment_intents", intent_id]:
                return self.account.read(intent_id)
            case ["POST", "payment_intents", intent_id, "confirm"]:
                return self.account.confirm(intent_id, fields)
            case ["POST", "payment_intents", intent_id, "capture"]:
                return self.account.capture(intent_id)
            case ["POST", "payment_intents", intent_id, "cancel"]:
                return self.account.cancel(intent_id)
            case ["POST", "refunds"]:
                return self.account.refund(fields)
            case ["GET", "refunds"]:
                return self.account.refunds_of(fields.get("payment_intent", ""))
            case ["GET", "refunds", refund_id]:
                return self.account.read_refund(refund_id)
        raise Refused(404, "resource_missing")

    def _control(self, path: str, body: bytes) -> tuple[int, bytes, bool]:
        asked = json.loads(body or b"{}")
        with self._lock:
            match path.strip("/").split("/")[1:]:
                case ["faults"]:
                    queue = self._faults.setdefault(asked["operation"], [])
                    queue += [asked["fault"]] * asked.get("times", 1)
                case ["payment_intents", intent_id, "complete"]:
                    self.account.complete(intent_id)
                case ["webhooks"]:
                    self._tell_webhooks(asked)
                case ["state"]:
                    state = {"held": self.account.held, "calls": self.calls, "payments": self.account.intents}
                    return 200, json.dumps(state).encode(), False
                case _:
                    return 404, b"{}", False
        self._send_out()
        return 200, b"{}", False

    # -- webhooks ----------------------------------------------------------------------------------------

    def _tell_webhooks(self, asked: Mapping[str, Any]) -> None:
        if "url" in asked:
            self._whereto, self._secrets = asked["url"], asked["secrets"]
        if asked.get("hold"):
            self._held = self._held or []
        elif asked.get("hold") is False and self._held is not None:
            kept, self._held = self._held, None
            if asked.get("order") == "reversed":
                kept.reverse()
            if not asked.get("drop"):
                self._out += [event for event in kept for _ in range(asked.get("copies", 1))]

    def _queue(self, kind: str, about: Document) -> None:
        event: Document = {
            "id": f"evt_{uuid4().hex[:24]}",
            "object": "event",
            "type": kind,
            "created": int(time.time()),
            "data": {"object": json.loads(json.dumps(about))},
        }
        (self._out if self._held is None else self._held).append(event)

    def _send_out(self) -> None:
        with self._lock:
            out, self._out = self._out, []
        if out and self._whereto:
            threading.Thread(target=self._deliver, args=(out,), daemon=True).start()

    def _deliver(self, events: list[Document]) -> None:
        for event in events:
            body = json.dumps(event).encode()
            for attempt in range(WEBHOOK_TRIES):
                headers = {
                    "content-type": "application/json",
                    "stripe-signature": sign(body, self._secrets, at=datetime.now(UTC)),
                }
                request = Request(self._whereto, data=body, headers=headers, method="POST")  # noqa: S310 (the cloud's own front)
                try:
                    with urlopen(request, timeout=WEBHOOK_TIMEOUT_S):  # noqa: S310
                        break
                except (URLError, OSError):
                    time.sleep(0.2 * 2**attempt)


def _handler(simulator: PaymentSimulator) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

        def _answer(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            found = simulator.answer(method, self.path, body, self.headers.get("idempotency-key", ""))
            if found is None:
                # The caller's patience would be the same test, and take as long as it lasts.
                self.close_connection = True
                return
            status, answer, replayed = found
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            if replayed:
                self.send_header("idempotent-replayed", "true")
            self.end_headers()
            self.wfile.write(answer)

    return Handler


def _operation(method: str, path: str) -> str:
    if method == "GET":
        return "read"
    last = path.rstrip("/").rpartition("/")[2]
    return {"payment_intents": "create", "refunds": "refund"}.get(last, last)


def _whole(fields: Mapping[str, str], name: str) -> int:
    value = fields.get(name, "")
    if not value.isascii() or not value.isdecimal() or int(value) < 1:
        raise Refused(400, "parameter_invalid_integer")
    return int(value)
