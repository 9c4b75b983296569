"""Why a cart cannot be quoted, each as a type of its own."""

from collections.abc import Sequence
from typing import Any

from omnilife.core.errors import Conflict, FieldError, Invalid, NotFound


class EmptyCart(Invalid):
    """There is nothing to price."""

    slug = "empty-cart"
    title = "The cart is empty"


class LinesUnavailable(Conflict):
    """Lines that cannot be ordered as they are: gone, or fewer units than wanted. `lines` names each."""

    slug = "lines-unavailable"
    title = "Lines cannot be ordered as they are"

    def __init__(self, lines: Sequence[dict[str, Any]]) -> None:
        super().__init__(
            "Look at the cart: some lines cannot be had as they are.", extensions={"lines": list(lines)}
        )


class UnknownAddress(Invalid):
    """The address book has no such entry."""

    slug = "unknown-address"
    title = "No such address"

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("/address_id", "not in your address book")])


class Unshippable(Invalid):
    """No zone, or no rate of it, takes these merchants' parcels to the address."""

    slug = "unshippable"
    title = "Not sent to this address"

    def __init__(self, merchants: Sequence[str]) -> None:
        super().__init__(
            "Parcels of some merchants cannot be sent to this address.",
            extensions={"merchants": list(merchants)},
        )


class UnknownShippingRate(Invalid):
    """A choice that is none of the options."""

    slug = "unknown-shipping-rate"
    title = "No such way of shipping"

    def __init__(self, merchant_id: str) -> None:
        super().__init__(
            "That is no way of shipping of this cart.",
            errors=[FieldError("/shipping", "not among the options")],
            extensions={"merchant_id": merchant_id},
        )


class _CouponProblem(Invalid):
    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(
            self._detail, errors=[FieldError("/coupons", code)], extensions={"code": code, **more}
        )

    _detail = ""


class UnknownCoupon(_CouponProblem):
    """There is no such code, or it is switched off."""

    slug = "unknown-coupon"
    title = "No such coupon"


class CouponNotYours(_CouponProblem):
    """The code is another user's, or needs an account."""

    slug = "coupon-not-yours"
    title = "Not your coupon"
    _detail = "This coupon belongs to another account. Sign in with that one."


class CouponNotValidNow(_CouponProblem):
    """The code has not begun, or is over."""

    slug = "coupon-not-valid-now"
    title = "Coupon not valid now"


class CouponUsedUp(_CouponProblem):
    """The code was used as often as it may be: by all, or by this user."""

    slug = "coupon-used-up"
    title = "Coupon used up"


class CouponMinimum(_CouponProblem):
    """The goods that the code is for come to too little. `minimum` and `eligible` in minor units."""

    slug = "coupon-minimum-not-met"
    title = "Below the coupon's minimum"


class CouponNotApplicable(_CouponProblem):
    """The cart holds nothing that the code is for."""

    slug = "coupon-not-applicable"
    title = "Coupon not applicable"


class CouponsDoNotStack(_CouponProblem):
    """A code that stands alone came with others, or one came twice."""

    slug = "coupons-do-not-stack"
    title = "Coupons cannot be combined"


class TooManyPoints(Invalid):
    """The points are worth more than the goods they could pay for. `most` is how many could be spent."""

    slug = "too-many-points"
    title = "Points worth more than the goods"

    def __init__(self, *, wanted: int, most: int) -> None:
        super().__init__(
            f"At most {most} points can be spent on this cart.",
            errors=[FieldError("/points", "worth more than the goods")],
            extensions={"wanted": wanted, "most": most},
        )


class UnknownQuote(NotFound):
    """No such quote, or another user's."""

    slug = "unknown-quote"
    title = "No such quote"


class QuoteExpired(Conflict):
    """The quote's fifteen minutes are over, or the cart, a price or a rule it was made of has changed."""

    slug = "quote-expired"
    title = "Quote expired"


class TooManyRules(Invalid):
    """As many zones, or tax rates, as there may be."""

    slug = "too-many-rules"
    title = "Too many rules"


class BusyRule(Conflict):
    """Others kept changing the same rule."""

    slug = "changed-meanwhile"
    title = "Changed by others meanwhile"


class BadCouponCode(Invalid):
    """A code is 3 to 32 capitals, digits, hyphens and underscores."""

    slug = "bad-coupon-code"
    title = "Bad coupon code"
