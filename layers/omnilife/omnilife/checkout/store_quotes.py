"""`QuoteStore`: quotes in the `checkout` table, for as long as they hold.

| entity | pk          | sk    | index 1                            |
| quotes | QUOTE#<id>  | QUOTE | USER#<user id>, QUOTE#<expires_at> |
"""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Self

from omnilife.checkout.owners import CartOwner
from omnilife.checkout.pricing_models import Quote
from omnilife.checkout.pricing_problems import QuoteExpired, UnknownQuote
from omnilife.checkout.store_carts import CheckoutSettings, cart_key
from omnilife.core.attributes import Item
from omnilife.core.clock import epoch_seconds, rfc3339
from omnilife.core.conditions import attribute, exists
from omnilife.core.idempotency import Idempotency, recall, transact_once
from omnilife.core.table import Delete, Part, Put, Table
from omnilife.core.transactions import Key


def quote_key(quote_id: str) -> Key:
    return {"pk": f"QUOTE#{quote_id}", "sk": "QUOTE"}


class QuoteStore:
    """Quotes, each written once and used by one order at most."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(CheckoutSettings.from_environment().checkout_table))

    def save(self, quote: Quote, *, now: datetime, idempotency: Idempotency | None = None) -> Quote | None:
        """Keep a quote. Cost: 1 WCU a KB; with an idempotency key 2, and 2 for its record.

        Returns:
            None; of a key that was used before, the quote that it made then.

        Raises:
            IdempotencyConflict: the key was used with another body.
            QuoteExpired: the quote that the key made is over.
        """
        put = Put(_item(quote), name="quote")
        if idempotency is None:
            self.table.put(put.item)
            return None
        first = transact_once(
            self.table, [put], idem=idempotency, reference={"quote_id": quote.quote_id}, now=now
        )
        return None if first is None else self._again(first["quote_id"], now)

    def made_before(self, idempotency: Idempotency | None, now: datetime) -> Quote | None:
        """The quote that this key made; None of a key that is new. Raises as `save`."""
        first = None if idempotency is None else recall(self.table, idempotency, now)
        return None if first is None else self._again(first["quote_id"], now)

    def get(self, quote_id: str, *, now: datetime) -> Quote | None:
        """A quote, strongly consistent; None when there is none, or its time is over. 1 RCU each 4 KB."""
        key = quote_key(quote_id)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        quote = None if item is None else _quote(item)
        return None if quote is None or quote.expires_at <= now else quote

    def find(self, quote_id: str, *, user_id: str | None, now: datetime) -> Quote:
        """A user's quote that still holds.

        Raises:
            UnknownQuote: there is none, or it is somebody else's.
            QuoteExpired: its time is over, or what is stored is not what was quoted.
        """
        key = quote_key(quote_id)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        return _held(item, user_id, now)

    def used(self, quote: Quote) -> Part:
        """The part that uses a quote up; named "quote", it fails when another order was faster."""
        return Delete(quote_key(quote.quote_id), condition=exists("pk"), name="quote")

    def _again(self, quote_id: str, now: datetime) -> Quote:
        quote = self.get(quote_id, now=now)
        if quote is None:
            raise QuoteExpired("This key's quote is over. Ask for another one with another key.")
        return quote


def ordered_cart(quote: Quote) -> Part:
    """The part that empties the cart of a quote; named "cart", it fails when the cart has changed since."""
    owner = CartOwner(quote.cart_id, quote.user_id)
    return Delete(cart_key(owner), condition=attribute("version") == quote.cart_version, name="cart")


def digest_of(quote: Quote) -> str:
    """SHA-256, in hexadecimal, of all that a quote says, its cart's version and every price included."""
    said = quote.model_dump(mode="json", exclude={"digest"})
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _held(item: Item | None, user_id: str | None, now: datetime) -> Quote:
    quote = None if item is None else _quote(item)
    if quote is None or quote.user_id != user_id:
        raise UnknownQuote("There is no such quote, or its fifteen minutes are long over.")
    if quote.expires_at <= now or not hmac.compare_digest(quote.digest, digest_of(quote)):
        raise QuoteExpired("Ask for another quote.")
    return quote


def _quote(item: Item) -> Quote:
    return Quote.model_validate({**item, "expires_at": item["until"]}, extra="ignore")


def _item(quote: Quote) -> Item:
    owner = {} if quote.user_id is None else {"i1pk": f"USER#{quote.user_id}"}
    position = {} if quote.user_id is None else {"i1sk": f"QUOTE#{rfc3339(quote.expires_at)}"}
    return {
        **quote_key(quote.quote_id),
        **owner,
        **position,
        "entity": "quotes",
        **quote.model_dump(exclude={"expires_at"}, exclude_none=True),
        "until": rfc3339(quote.expires_at),
        "expires_at": epoch_seconds(quote.expires_at),
    }
