"""From cart to refund: carts, what they cost, orders, payments, returns and points."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.checkout.addresses import create_address as create_address
    from omnilife.checkout.addresses import delete_address as delete_address
    from omnilife.checkout.addresses import edit_address as edit_address
    from omnilife.checkout.addresses import list_addresses as list_addresses
    from omnilife.checkout.cancel_orders import cancel_order as cancel_order
    from omnilife.checkout.cart_tokens import CartTokens as CartTokens
    from omnilife.checkout.change_carts import CartDesk as CartDesk
    from omnilife.checkout.change_carts import add_to_cart as add_to_cart
    from omnilife.checkout.change_carts import look_at_cart as look_at_cart
    from omnilife.checkout.change_carts import remove_line as remove_line
    from omnilife.checkout.change_carts import set_quantity as set_quantity
    from omnilife.checkout.desks import cart_desk as cart_desk
    from omnilife.checkout.desks import cart_owner as cart_owner
    from omnilife.checkout.desks import quote_desk as quote_desk
    from omnilife.checkout.earn_points import earn_points as earn_points
    from omnilife.checkout.events import PricingRuleChanged as PricingRuleChanged
    from omnilife.checkout.expire_points import expire_points as expire_points
    from omnilife.checkout.fulfil_orders import FulfilmentStep as FulfilmentStep
    from omnilife.checkout.fulfil_orders import Shipment as Shipment
    from omnilife.checkout.fulfil_orders import advance_fulfilment as advance_fulfilment
    from omnilife.checkout.list_merchant_orders import MerchantOrderPage as MerchantOrderPage
    from omnilife.checkout.list_merchant_orders import list_merchant_orders as list_merchant_orders
    from omnilife.checkout.loyalty_models import Account as Account
    from omnilife.checkout.loyalty_models import LoyaltyProgram as LoyaltyProgram
    from omnilife.checkout.loyalty_models import PointsPage as PointsPage
    from omnilife.checkout.loyalty_models import ProgramChange as ProgramChange
    from omnilife.checkout.loyalty_models import ProgramPage as ProgramPage
    from omnilife.checkout.loyalty_models import Redemption as Redemption
    from omnilife.checkout.loyalty_models import Standing as Standing
    from omnilife.checkout.loyalty_models import Voucher as Voucher
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
    from omnilife.checkout.manage_pricing import list_coupons as list_coupons
    from omnilife.checkout.manage_pricing import list_shipping_zones as list_shipping_zones
    from omnilife.checkout.manage_pricing import list_tax_rates as list_tax_rates
    from omnilife.checkout.manage_pricing import put_coupon as put_coupon
    from omnilife.checkout.manage_pricing import put_shipping_zone as put_shipping_zone
    from omnilife.checkout.manage_pricing import put_tax_rate as put_tax_rate
    from omnilife.checkout.manage_programs import list_programs as list_programs
    from omnilife.checkout.manage_programs import put_program as put_program
    from omnilife.checkout.merge_carts import merge_cart as merge_cart
    from omnilife.checkout.models import Address as Address
    from omnilife.checkout.models import AddressFields as AddressFields
    from omnilife.checkout.models import AddressPage as AddressPage
    from omnilife.checkout.models import AddressPatch as AddressPatch
    from omnilife.checkout.models import Cart as Cart
    from omnilife.checkout.models import CartLine as CartLine
    from omnilife.checkout.models import CartLineChange as CartLineChange
    from omnilife.checkout.models import CartMerge as CartMerge
    from omnilife.checkout.models import CartView as CartView
    from omnilife.checkout.models import NewCartLine as NewCartLine
    from omnilife.checkout.order_book import OrderBook as OrderBook
    from omnilife.checkout.order_models import FulfilmentState as FulfilmentState
    from omnilife.checkout.order_problems import BusyOrder as BusyOrder
    from omnilife.checkout.order_problems import GatewayDown as GatewayDown
    from omnilife.checkout.order_problems import NoAddress as NoAddress
    from omnilife.checkout.order_problems import NoSuchOrder as NoSuchOrder
    from omnilife.checkout.order_problems import NotInState as NotInState
    from omnilife.checkout.order_problems import OutOfStock as OutOfStock
    from omnilife.checkout.order_problems import PaymentBlocked as PaymentBlocked
    from omnilife.checkout.order_problems import PaymentRefused as PaymentRefused
    from omnilife.checkout.order_problems import RefundTooHigh as RefundTooHigh
    from omnilife.checkout.owners import CartOwner as CartOwner
    from omnilife.checkout.payment_desks import order_desk as order_desk
    from omnilife.checkout.payment_desks import settling_desk as settling_desk
    from omnilife.checkout.place_orders import NewOrder as NewOrder
    from omnilife.checkout.place_orders import OrderDesk as OrderDesk
    from omnilife.checkout.place_orders import PaymentAttempt as PaymentAttempt
    from omnilife.checkout.place_orders import pay_again as pay_again
    from omnilife.checkout.place_orders import place_order as place_order
    from omnilife.checkout.price_quotes import PointsOffer as PointsOffer
    from omnilife.checkout.pricing_models import AppliedCoupon as AppliedCoupon
    from omnilife.checkout.pricing_models import PricedLine as PricedLine
    from omnilife.checkout.pricing_models import Quote as Quote
    from omnilife.checkout.pricing_models import ShippingLine as ShippingLine
    from omnilife.checkout.pricing_models import SpentPoints as SpentPoints
    from omnilife.checkout.pricing_problems import BadCouponCode as BadCouponCode
    from omnilife.checkout.pricing_problems import BusyRule as BusyRule
    from omnilife.checkout.pricing_problems import CouponMinimum as CouponMinimum
    from omnilife.checkout.pricing_problems import CouponNotApplicable as CouponNotApplicable
    from omnilife.checkout.pricing_problems import CouponNotValidNow as CouponNotValidNow
    from omnilife.checkout.pricing_problems import CouponNotYours as CouponNotYours
    from omnilife.checkout.pricing_problems import CouponsDoNotStack as CouponsDoNotStack
    from omnilife.checkout.pricing_problems import CouponUsedUp as CouponUsedUp
    from omnilife.checkout.pricing_problems import EmptyCart as EmptyCart
    from omnilife.checkout.pricing_problems import LinesUnavailable as LinesUnavailable
    from omnilife.checkout.pricing_problems import QuoteExpired as QuoteExpired
    from omnilife.checkout.pricing_problems import TooManyPoints as TooManyPoints
    from omnilife.checkout.pricing_problems import TooManyRules as TooManyRules
    from omnilife.checkout.pricing_problems import UnknownAddress as UnknownAddress
    from omnilife.checkout.pricing_problems import UnknownCoupon as UnknownCoupon
    from omnilife.checkout.pricing_problems import UnknownQuote as UnknownQuote
    from omnilife.checkout.pricing_problems import UnknownShippingRate as UnknownShippingRate
    from omnilife.checkout.pricing_problems import Unshippable as Unshippable
    from omnilife.checkout.pricing_rules import Coupon as Coupon
    from omnilife.checkout.pricing_rules import CouponFields as CouponFields
    from omnilife.checkout.pricing_rules import CouponPage as CouponPage
    from omnilife.checkout.pricing_rules import ShippingZone as ShippingZone
    from omnilife.checkout.pricing_rules import ShippingZoneFields as ShippingZoneFields
    from omnilife.checkout.pricing_rules import ShippingZonePage as ShippingZonePage
    from omnilife.checkout.pricing_rules import TaxRate as TaxRate
    from omnilife.checkout.pricing_rules import TaxRateFields as TaxRateFields
    from omnilife.checkout.pricing_rules import TaxRatePage as TaxRatePage
    from omnilife.checkout.problems import BadCartToken as BadCartToken
    from omnilife.checkout.problems import BusyCart as BusyCart
    from omnilife.checkout.problems import InvalidQuantity as InvalidQuantity
    from omnilife.checkout.problems import NotInCart as NotInCart
    from omnilife.checkout.problems import TooManyAddresses as TooManyAddresses
    from omnilife.checkout.problems import TooManyLines as TooManyLines
    from omnilife.checkout.problems import TooManyUnits as TooManyUnits
    from omnilife.checkout.problems import TotalTooLarge as TotalTooLarge
    from omnilife.checkout.problems import UnknownProduct as UnknownProduct
    from omnilife.checkout.project_orders import project_orders as project_orders
    from omnilife.checkout.quantities import CartLimits as CartLimits
    from omnilife.checkout.quote_views import PricedLineView as PricedLineView
    from omnilife.checkout.quote_views import QuoteRequest as QuoteRequest
    from omnilife.checkout.quote_views import QuoteView as QuoteView
    from omnilife.checkout.quote_views import ShippingLineView as ShippingLineView
    from omnilife.checkout.read_orders import MerchantOrder as MerchantOrder
    from omnilife.checkout.read_orders import OrderSummaryPage as OrderSummaryPage
    from omnilife.checkout.read_orders import OrderView as OrderView
    from omnilife.checkout.read_orders import find_order as find_order
    from omnilife.checkout.read_orders import list_orders as list_orders
    from omnilife.checkout.receipts import receipt_page as receipt_page
    from omnilife.checkout.redeem_points import redeem_points as redeem_points
    from omnilife.checkout.request_returns import ReturnSide as ReturnSide
    from omnilife.checkout.request_returns import list_returns as list_returns
    from omnilife.checkout.request_returns import request_return as request_return
    from omnilife.checkout.return_desk import ReturnDesk as ReturnDesk
    from omnilife.checkout.return_models import NewReturn as NewReturn
    from omnilife.checkout.return_models import Return as Return
    from omnilife.checkout.return_models import ReturnChange as ReturnChange
    from omnilife.checkout.return_models import ReturnPage as ReturnPage
    from omnilife.checkout.return_problems import BadReturnQuantity as BadReturnQuantity
    from omnilife.checkout.return_problems import BusyReturn as BusyReturn
    from omnilife.checkout.return_problems import LineNamedTwice as LineNamedTwice
    from omnilife.checkout.return_problems import NoSuchReturn as NoSuchReturn
    from omnilife.checkout.return_problems import NotDelivered as NotDelivered
    from omnilife.checkout.return_problems import NothingReceived as NothingReceived
    from omnilife.checkout.return_problems import ReceivedTooMany as ReceivedTooMany
    from omnilife.checkout.return_problems import ReturningTooMany as ReturningTooMany
    from omnilife.checkout.return_problems import ReturnStateConflict as ReturnStateConflict
    from omnilife.checkout.return_problems import ReturnWindowClosed as ReturnWindowClosed
    from omnilife.checkout.return_problems import SeveralMerchants as SeveralMerchants
    from omnilife.checkout.return_problems import UnknownOrderLine as UnknownOrderLine
    from omnilife.checkout.store_addresses import AddressStore as AddressStore
    from omnilife.checkout.store_carts import CartStore as CartStore
    from omnilife.checkout.store_carts import CheckoutSettings as CheckoutSettings
    from omnilife.checkout.store_loyalty import LoyaltyStore as LoyaltyStore
    from omnilife.checkout.store_loyalty import give_back_points as give_back_points
    from omnilife.checkout.store_loyalty import spend_points as spend_points
    from omnilife.checkout.store_order_views import OrderViewStore as OrderViewStore
    from omnilife.checkout.store_orders import OrderStore as OrderStore
    from omnilife.checkout.store_people import personal_holdings as personal_holdings
    from omnilife.checkout.store_pricing import PricingStore as PricingStore
    from omnilife.checkout.store_pricing import release_coupon as release_coupon
    from omnilife.checkout.store_pricing import use_coupon as use_coupon
    from omnilife.checkout.store_quotes import QuoteStore as QuoteStore
    from omnilife.checkout.store_quotes import ordered_cart as ordered_cart
    from omnilife.checkout.store_returns import ReturnStore as ReturnStore
    from omnilife.checkout.tell_standing import list_points as list_points
    from omnilife.checkout.tell_standing import tell_standing as tell_standing
    from omnilife.checkout.update_returns import complete_return as complete_return
    from omnilife.checkout.update_returns import update_return as update_return
    from omnilife.checkout.watch_payments import apply_payment_event as apply_payment_event
    from omnilife.checkout.watch_payments import reconcile_payments as reconcile_payments
    from omnilife.checkout.watch_payments import release_expired_reservations as release_expired_reservations

__getattr__ = exports(
    __name__,
    {
        "Account": "loyalty_models",
        "Address": "models",
        "AddressFields": "models",
        "AddressPage": "models",
        "AddressPatch": "models",
        "AddressStore": "store_addresses",
        "AnotherProgramActive": "loyalty_problems",
        "AppliedCoupon": "pricing_models",
        "BadCartToken": "problems",
        "BadCouponCode": "pricing_problems",
        "BadReturnQuantity": "return_problems",
        "BusyAccount": "loyalty_problems",
        "BusyCart": "problems",
        "BusyOrder": "order_problems",
        "BusyReturn": "return_problems",
        "BusyRule": "pricing_problems",
        "Cart": "models",
        "CartDesk": "change_carts",
        "CartLimits": "quantities",
        "CartLine": "models",
        "CartLineChange": "models",
        "CartMerge": "models",
        "CartOwner": "owners",
        "CartStore": "store_carts",
        "CartTokens": "cart_tokens",
        "CartView": "models",
        "CheckoutSettings": "store_carts",
        "Coupon": "pricing_rules",
        "CouponFields": "pricing_rules",
        "CouponMinimum": "pricing_problems",
        "CouponNotApplicable": "pricing_problems",
        "CouponNotValidNow": "pricing_problems",
        "CouponNotYours": "pricing_problems",
        "CouponPage": "pricing_rules",
        "CouponUsedUp": "pricing_problems",
        "CouponsDoNotStack": "pricing_problems",
        "EmptyCart": "pricing_problems",
        "FulfilmentState": "order_models",
        "FulfilmentStep": "fulfil_orders",
        "GatewayDown": "order_problems",
        "InvalidQuantity": "problems",
        "LineNamedTwice": "return_problems",
        "LinesUnavailable": "pricing_problems",
        "LoyaltyProgram": "loyalty_models",
        "LoyaltyStore": "store_loyalty",
        "MerchantOrder": "read_orders",
        "MerchantOrderPage": "list_merchant_orders",
        "NewCartLine": "models",
        "NewOrder": "place_orders",
        "NewReturn": "return_models",
        "NoAddress": "order_problems",
        "NoSuchOrder": "order_problems",
        "NoSuchReturn": "return_problems",
        "NotDelivered": "return_problems",
        "NotEnoughPoints": "loyalty_problems",
        "NotInCart": "problems",
        "NotInState": "order_problems",
        "NothingReceived": "return_problems",
        "OrderBook": "order_book",
        "OrderDesk": "place_orders",
        "OrderStore": "store_orders",
        "OrderSummaryPage": "read_orders",
        "OrderView": "read_orders",
        "OrderViewStore": "store_order_views",
        "OutOfStock": "order_problems",
        "PaymentAttempt": "place_orders",
        "PaymentBlocked": "order_problems",
        "PaymentRefused": "order_problems",
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
        "ReceivedTooMany": "return_problems",
        "Redemption": "loyalty_models",
        "RedemptionTooSmall": "loyalty_problems",
        "RefundTooHigh": "order_problems",
        "Return": "return_models",
        "ReturnChange": "return_models",
        "ReturnDesk": "return_desk",
        "ReturnPage": "return_models",
        "ReturnSide": "request_returns",
        "ReturnStateConflict": "return_problems",
        "ReturnStore": "store_returns",
        "ReturnWindowClosed": "return_problems",
        "ReturningTooMany": "return_problems",
        "SeveralMerchants": "return_problems",
        "Shipment": "fulfil_orders",
        "ShippingLine": "pricing_models",
        "ShippingLineView": "quote_views",
        "ShippingZone": "pricing_rules",
        "ShippingZoneFields": "pricing_rules",
        "ShippingZonePage": "pricing_rules",
        "SpentPoints": "pricing_models",
        "Standing": "loyalty_models",
        "TaxRate": "pricing_rules",
        "TaxRateFields": "pricing_rules",
        "TaxRatePage": "pricing_rules",
        "TooManyAddresses": "problems",
        "TooManyLines": "problems",
        "TooManyPoints": "pricing_problems",
        "TooManyPrograms": "loyalty_problems",
        "TooManyRules": "pricing_problems",
        "TooManyUnits": "problems",
        "TotalTooLarge": "problems",
        "UnknownAddress": "pricing_problems",
        "UnknownCoupon": "pricing_problems",
        "UnknownOrderLine": "return_problems",
        "UnknownProduct": "problems",
        "UnknownQuote": "pricing_problems",
        "UnknownShippingRate": "pricing_problems",
        "Unshippable": "pricing_problems",
        "Voucher": "loyalty_models",
        "add_to_cart": "change_carts",
        "advance_fulfilment": "fulfil_orders",
        "apply_payment_event": "watch_payments",
        "cancel_order": "cancel_orders",
        "cart_desk": "desks",
        "cart_owner": "desks",
        "complete_return": "update_returns",
        "create_address": "addresses",
        "delete_address": "addresses",
        "earn_points": "earn_points",
        "edit_address": "addresses",
        "expire_points": "expire_points",
        "find_order": "read_orders",
        "give_back_points": "store_loyalty",
        "list_addresses": "addresses",
        "list_coupons": "manage_pricing",
        "list_merchant_orders": "list_merchant_orders",
        "list_orders": "read_orders",
        "list_points": "tell_standing",
        "list_programs": "manage_programs",
        "list_returns": "request_returns",
        "list_shipping_zones": "manage_pricing",
        "list_tax_rates": "manage_pricing",
        "look_at_cart": "change_carts",
        "make_quote": "make_quotes",
        "merge_cart": "merge_carts",
        "most_points": "loyalty_rules",
        "order_desk": "payment_desks",
        "ordered_cart": "store_quotes",
        "pay_again": "place_orders",
        "personal_holdings": "store_people",
        "place_order": "place_orders",
        "points_worth": "loyalty_rules",
        "price_quote": "make_quotes",
        "project_orders": "project_orders",
        "put_coupon": "manage_pricing",
        "put_program": "manage_programs",
        "put_shipping_zone": "manage_pricing",
        "put_tax_rate": "manage_pricing",
        "quote_desk": "desks",
        "receipt_page": "receipts",
        "reconcile_payments": "watch_payments",
        "redeem_points": "redeem_points",
        "release_coupon": "store_pricing",
        "release_expired_reservations": "watch_payments",
        "remove_line": "change_carts",
        "request_return": "request_returns",
        "set_quantity": "change_carts",
        "settling_desk": "payment_desks",
        "spend_points": "store_loyalty",
        "tell_standing": "tell_standing",
        "update_return": "update_returns",
        "use_coupon": "store_pricing",
    },
)
