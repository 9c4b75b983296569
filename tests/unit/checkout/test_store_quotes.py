"""Quotes in the store: good for fifteen minutes, for their user, and for one order."""

from datetime import timedelta

import pytest

from omnilife.checkout import QuoteExpired, QuoteStore, UnknownQuote, ordered_cart
from omnilife.checkout.pricing_models import Quote, SpentPoints
from omnilife.checkout.store_quotes import digest_of, quote_key
from omnilife.core.money import Money
from omnilife.core.table import ConditionFailed, Table
from tests.unit.catalogue.shop import Shop, once
from tests.unit.checkout.buying import Buying
from tests.unit.checkout.pricing import ADDRESS, NOW, line, parcel

pytestmark = pytest.mark.usefixtures("in_memory")


def quote(**changes: object) -> Quote:
    made = Quote.model_validate(
        {
            "quote_id": "q-1",
            "user_id": "user-1",
            "cart_id": "user-1",
            "cart_version": 1,
            "currency": "USD",
            "lines": [line(1000).model_dump() | {"total": 1000}],
            "shipping": [parcel(500).model_dump() | {"total": 500}],
            "coupons": [],
            "points": SpentPoints(worth=Money.zero("USD")),
            "subtotal": 1000,
            "discount": 0,
            "shipping_total": 500,
            "tax": 0,
            "tax_included": False,
            "total": 1500,
            "address": ADDRESS,
            "expires_at": NOW + timedelta(minutes=15),
        }
        | changes
    )
    return made.model_copy(update={"digest": digest_of(made)})


@pytest.fixture
def quotes(checkout_table: Table) -> QuoteStore:
    return QuoteStore(checkout_table)


def test_every_field_survives_the_store(quotes: QuoteStore):
    quotes.save(quote(), now=NOW)

    assert quotes.get("q-1", now=NOW) == quotes.find("q-1", user_id="user-1", now=NOW) == quote()


def test_a_quote_holds_to_its_last_millisecond_and_no_longer(quotes: QuoteStore):
    quotes.save(quote(), now=NOW)
    end = quote().expires_at

    assert quotes.get("q-1", now=end - timedelta(milliseconds=1)) == quote()
    assert quotes.get("q-1", now=end) is None
    with pytest.raises(QuoteExpired):
        quotes.find("q-1", user_id="user-1", now=end)


@pytest.mark.parametrize("user_id", ["user-2", None])
def test_anothers_quote_is_not_there(quotes: QuoteStore, user_id: str | None):
    quotes.save(quote(), now=NOW)

    with pytest.raises(UnknownQuote):
        quotes.find("q-1", user_id=user_id, now=NOW)
    with pytest.raises(UnknownQuote):
        quotes.find("nothing", user_id="user-1", now=NOW)


@pytest.mark.parametrize(
    ("attribute", "value"), [("total", 1), ("cart_version", 2), ("currency", "EUR"), ("digest", "0" * 64)]
)
def test_a_quote_that_was_altered_is_refused(quotes: QuoteStore, attribute: str, value: object):
    quotes.save(quote(), now=NOW)
    quotes.table.update(quote_key("q-1"), set={attribute: value})

    with pytest.raises(QuoteExpired):
        quotes.find("q-1", user_id="user-1", now=NOW)


def test_a_quote_is_used_once(quotes: QuoteStore):
    quotes.save(quote(), now=NOW)
    quotes.table.transact([quotes.used(quote())])

    with pytest.raises(ConditionFailed) as refused:
        quotes.table.transact([quotes.used(quote())])

    assert refused.value.part == "quote"


def test_a_repeated_key_gives_the_quote_that_it_made(quotes: QuoteStore):
    assert quotes.save(quote(), now=NOW, idempotency=once("quote")) is None

    again = quotes.save(quote(quote_id="q-2"), now=NOW, idempotency=once("quote"))

    assert again == quote()
    assert quotes.get("q-2", now=NOW) is None
    assert quotes.made_before(once("quote"), NOW) == quote()
    assert quotes.made_before(once("another"), NOW) is None
    assert quotes.made_before(None, NOW) is None


def test_a_key_whose_quote_is_over_says_so(quotes: QuoteStore):
    quotes.save(quote(), now=NOW, idempotency=once("quote"))
    later = NOW + timedelta(minutes=15)

    with pytest.raises(QuoteExpired):
        quotes.save(quote(quote_id="q-2"), now=later, idempotency=once("quote"))


def test_a_quote_holds_for_the_cart_as_it_was(quotes: QuoteStore, buying: Buying, shop: Shop):
    lamp = shop.create()
    buying.add(lamp.product_id)
    quotes.save(quote(), now=NOW)

    buying.add(lamp.product_id)

    with pytest.raises(ConditionFailed) as refused:
        quotes.table.transact([ordered_cart(quote())])
    assert refused.value.part == "cart"


def test_an_ordered_cart_is_empty(quotes: QuoteStore, buying: Buying, shop: Shop):
    buying.add(shop.create().product_id)

    quotes.table.transact([ordered_cart(quote())])

    assert buying.units() == {}


def test_an_anonymous_quote_has_no_user(quotes: QuoteStore):
    quotes.save(quote(user_id=None), now=NOW)

    assert quotes.find("q-1", user_id=None, now=NOW) == quote(user_id=None)
