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
    from omnilife.checkout.expire_points import expire_points as expire_points
    from omnilife.checkout.loyalty_models import Account as Account
    from omnilife.checkout.loyalty_models import LoyaltyProgram as LoyaltyProgram
    from omnilife.checkout.loyalty_models import PointsPage as PointsPage
    from omnilife.checkout.loyalty_models import ProgramChange as ProgramChange
    from omnilife.checkout.loyalty_models import ProgramPage as ProgramPage
    from omnilife.checkout.loyalty_models import Standing as Standing
    from omnilife.checkout.loyalty_problems import AnotherProgramActive as AnotherProgramActive
    from omnilife.checkout.loyalty_problems import BusyAccount as BusyAccount
    from omnilife.checkout.loyalty_problems import NotEnoughPoints as NotEnoughPoints
    from omnilife.checkout.loyalty_problems import RedemptionTooSmall as RedemptionTooSmall
    from omnilife.checkout.loyalty_problems import TooManyPrograms as TooManyPrograms
    from omnilife.checkout.loyalty_rules import most_points as most_points
    from omnilife.checkout.loyalty_rules import points_worth as points_worth
    from omnilife.checkout.make_quotes import PricingRules as PricingRules
    from omnilife.checkout.make_quotes import QuoteDesk as QuoteDesk
    from omnilife.checkout.make_quotes import make_quote as make_quote
    from omnilife.checkout.make_quotes import price_quote as price_quote
    from omnilife.checkout.manage_programs import list_programs as list_programs
    from omnilife.checkout.manage_programs import put_program as put_program
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
    from omnilife.checkout.store_loyalty import LoyaltyStore as LoyaltyStore
    from omnilife.checkout.store_loyalty import give_back_points as give_back_points
    from omnilife.checkout.store_loyalty import spend_points as spend_points
    from omnilife.checkout.store_people import personal_holdings as personal_holdings
    from omnilife.checkout.store_pricing import PricingStore as PricingStore
    from omnilife.checkout.store_pricing import release_coupon as release_coupon
    from omnilife.checkout.store_pricing import use_coupon as use_coupon
    from omnilife.checkout.store_quotes import QuoteStore as QuoteStore
    from omnilife.checkout.store_quotes import ordered_cart as ordered_cart
    from omnilife.checkout.tell_standing import list_points as list_points
    from omnilife.checkout.tell_standing import tell_standing as tell_standing

__getattr__ = exports(
    __name__,
    {
        "Account": "loyalty_models",
        "Address": "models",
        "AddressFields": "models",
        "AnotherProgramActive": "loyalty_problems",
        "AppliedCoupon": "pricing_models",
        "BadCartToken": "problems",
        "BusyAccount": "loyalty_problems",
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
        "LoyaltyProgram": "loyalty_models",
        "LoyaltyStore": "store_loyalty",
        "NewCartLine": "models",
        "NotEnoughPoints": "loyalty_problems",
        "PointsOffer": "price_quotes",
        "PointsPage": "loyalty_models",
        "PricedLine": "pricing_models",
        "PricedLineView": "quote_views",
        "PricingRuleChanged": "events",
        "PricingRules": "make_quotes",
        "PricingStore": "store_pricing",
        "ProgramChange": "loyalty_models",
        "ProgramPage": "loyalty_models",
        "Quote": "pricing_models",
        "QuoteDesk": "make_quotes",
        "QuoteExpired": "pricing_problems",
        "QuoteRequest": "quote_views",
        "QuoteStore": "store_quotes",
        "QuoteView": "quote_views",
        "RedemptionTooSmall": "loyalty_problems",
        "ShippingLine": "pricing_models",
        "ShippingLineView": "quote_views",
        "SpentPoints": "pricing_models",
        "Standing": "loyalty_models",
        "TooManyLines": "problems",
        "TooManyPrograms": "loyalty_problems",
        "TooManyUnits": "problems",
        "TotalTooLarge": "problems",
        "UnknownProduct": "problems",
        "UnknownQuote": "pricing_problems",
        "add_to_cart": "change_carts",
        "cart_desk": "desks",
        "cart_owner": "desks",
        "expire_points": "expire_points",
        "give_back_points": "store_loyalty",
        "list_points": "tell_standing",
        "list_programs": "manage_programs",
        "look_at_cart": "change_carts",
        "make_quote": "make_quotes",
        "most_points": "loyalty_rules",
        "ordered_cart": "store_quotes",
        "personal_holdings": "store_people",
        "points_worth": "loyalty_rules",
        "price_quote": "make_quotes",
        "put_program": "manage_programs",
        "release_coupon": "store_pricing",
        "spend_points": "store_loyalty",
        "tell_standing": "tell_standing",
        "use_coupon": "store_pricing",
    },
)
