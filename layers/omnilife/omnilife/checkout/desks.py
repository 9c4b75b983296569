"""What cart routes share: the desk by the environment, and whose cart a request is about."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from omnilife.catalogue import ProductStore, shop_currency
from omnilife.checkout.cart_tokens import CartTokens
from omnilife.checkout.change_carts import CartDesk
from omnilife.checkout.owners import CartOwner
from omnilife.checkout.quantities import CartLimits
from omnilife.checkout.store_carts import CartStore
from omnilife.core.auth import Caller
from omnilife.core.ids import new_id

if TYPE_CHECKING:
    from omnilife.checkout.make_quotes import QuoteDesk

HEADER = "x-cart-token"


def cart_desk() -> CartDesk:
    """Carts, products and limits of this deployment."""
    return CartDesk(
        carts=CartStore.from_environment(),
        products=ProductStore.from_environment(),
        tokens=CartTokens.from_environment(),
        currency=shop_currency(),
        limits=CartLimits.from_environment(),
    )


def cart_owner(caller: Caller, headers: Mapping[str, str]) -> CartOwner:
    """Whose cart a request is about: the user's, or that of the token in `X-Cart-Token`.

    Raises:
        BadCartToken, Forbidden: see `CartOwner.of`.
    """
    return CartOwner.of(caller, headers.get(HEADER), tokens=CartTokens.from_environment(), new_id=new_id)


def quote_desk() -> "QuoteDesk":
    """What quotes are made with in this deployment."""
    from omnilife.checkout.make_quotes import QuoteDesk, TaxSettings  # noqa: PLC0415 (carts do without)
    from omnilife.checkout.offer_points import PointsOffers  # noqa: PLC0415
    from omnilife.checkout.store_loyalty import LoyaltyStore  # noqa: PLC0415
    from omnilife.checkout.store_pricing import PricingStore  # noqa: PLC0415
    from omnilife.checkout.store_quotes import QuoteStore  # noqa: PLC0415

    return QuoteDesk(
        carts=cart_desk(),
        pricing=PricingStore.from_environment(),
        quotes=QuoteStore.from_environment(),
        offer_points=PointsOffers(LoyaltyStore.from_environment()),
        tax=TaxSettings.from_environment(),
    )
