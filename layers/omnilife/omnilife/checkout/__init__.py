"""From cart to refund: carts, what they cost, orders, payments, returns and points."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.checkout.cart_tokens import CartTokens as CartTokens
    from omnilife.checkout.change_carts import CartDesk as CartDesk
    from omnilife.checkout.change_carts import add_to_cart as add_to_cart
    from omnilife.checkout.change_carts import look_at_cart as look_at_cart
    from omnilife.checkout.desks import cart_desk as cart_desk
    from omnilife.checkout.desks import cart_owner as cart_owner
    from omnilife.checkout.events import PricingRuleChanged as PricingRuleChanged
    from omnilife.checkout.make_quotes import PricingRules as PricingRules
    from omnilife.checkout.make_quotes import QuoteDesk as QuoteDesk
    from omnilife.checkout.make_quotes import make_quote as make_quote
    from omnilife.checkout.make_quotes import price_quote as price_quote
    from omnilife.checkout.models import Address as Address
    from omnilife.checkout.models import AddressFields as AddressFields
    from omnilife.checkout.models import Cart as Cart
    from omnilife.checkout.models import CartLine as CartLine
    from omnilife.checkout.models import CartView as CartView
    from omnilife.checkout.models import NewCartLine as NewCartLine
    from omnilife.checkout.owners import CartOwner as CartOwner
    from omnilife.checkout.price_quotes import PointsOffer as PointsOffer
    from omnilife.checkout.pricing_models import AppliedCoupon as AppliedCoupon
    from omnilife.checkout.pricing_models import PricedLine as PricedLine
    from omnilife.checkout.pricing_models import Quote as Quote
    from omnilife.checkout.pricing_models import ShippingLine as ShippingLine
    from omnilife.checkout.pricing_models import SpentPoints as SpentPoints
    from omnilife.checkout.pricing_problems import CouponUsedUp as CouponUsedUp
    from omnilife.checkout.pricing_problems import QuoteExpired as QuoteExpired
    from omnilife.checkout.pricing_problems import UnknownQuote as UnknownQuote
    from omnilife.checkout.problems import BadCartToken as BadCartToken
    from omnilife.checkout.problems import BusyCart as BusyCart
    from omnilife.checkout.problems import InvalidQuantity as InvalidQuantity
    from omnilife.checkout.problems import TooManyLines as TooManyLines
    from omnilife.checkout.problems import TooManyUnits as TooManyUnits
    from omnilife.checkout.problems import TotalTooLarge as TotalTooLarge
    from omnilife.checkout.problems import UnknownProduct as UnknownProduct
    from omnilife.checkout.quantities import CartLimits as CartLimits
    from omnilife.checkout.quote_views import PricedLineView as PricedLineView
    from omnilife.checkout.quote_views import QuoteRequest as QuoteRequest
    from omnilife.checkout.quote_views import QuoteView as QuoteView
    from omnilife.checkout.quote_views import ShippingLineView as ShippingLineView
    from omnilife.checkout.store_carts import CartStore as CartStore
    from omnilife.checkout.store_carts import CheckoutSettings as CheckoutSettings
    from omnilife.checkout.store_people import personal_holdings as personal_holdings
    from omnilife.checkout.store_pricing import PricingStore as PricingStore
    from omnilife.checkout.store_pricing import release_coupon as release_coupon
    from omnilife.checkout.store_pricing import use_coupon as use_coupon
    from omnilife.checkout.store_quotes import QuoteStore as QuoteStore
    from omnilife.checkout.store_quotes import ordered_cart as ordered_cart

__getattr__ = exports(
    __name__,
    {
        "Address": "models",
        "AddressFields": "models",
        "AppliedCoupon": "pricing_models",
        "BadCartToken": "problems",
        "BusyCart": "problems",
        "Cart": "models",
        "CartDesk": "change_carts",
        "CartLimits": "quantities",
        "CartLine": "models",
        "CartOwner": "owners",
        "CartStore": "store_carts",
        "CartTokens": "cart_tokens",
        "CartView": "models",
        "CheckoutSettings": "store_carts",
        "CouponUsedUp": "pricing_problems",
        "InvalidQuantity": "problems",
        "NewCartLine": "models",
        "PointsOffer": "price_quotes",
        "PricedLine": "pricing_models",
        "PricedLineView": "quote_views",
        "PricingRuleChanged": "events",
        "PricingRules": "make_quotes",
        "PricingStore": "store_pricing",
        "Quote": "pricing_models",
        "QuoteDesk": "make_quotes",
        "QuoteExpired": "pricing_problems",
        "QuoteRequest": "quote_views",
        "QuoteStore": "store_quotes",
        "QuoteView": "quote_views",
        "ShippingLine": "pricing_models",
        "ShippingLineView": "quote_views",
        "SpentPoints": "pricing_models",
        "TooManyLines": "problems",
        "TooManyUnits": "problems",
        "TotalTooLarge": "problems",
        "UnknownProduct": "problems",
        "UnknownQuote": "pricing_problems",
        "add_to_cart": "change_carts",
        "cart_desk": "desks",
        "cart_owner": "desks",
        "look_at_cart": "change_carts",
        "make_quote": "make_quotes",
        "ordered_cart": "store_quotes",
        "personal_holdings": "store_people",
        "price_quote": "make_quotes",
        "release_coupon": "store_pricing",
        "use_coupon": "store_pricing",
    },
)
