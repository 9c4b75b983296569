"""The shop's one currency."""

from dataclasses import dataclass

from omnilife.catalogue.models import ProductFields
from omnilife.catalogue.problems import WrongCurrency
from omnilife.core.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSettings(Settings):
    """In which currency this deployment sells (ISO 4217)."""

    shop_currency: str = "USD"


def shop_currency() -> str:
    """The currency of this deployment."""
    return PriceSettings.from_environment().shop_currency


def check_currency(fields: ProductFields, currency: str) -> None:
    """Refuse prices in another currency than the shop's.

    Raises:
        WrongCurrency: points at the price.
    """
    if fields.price.currency != currency:
        raise WrongCurrency("/price", fields.price.currency, currency)
