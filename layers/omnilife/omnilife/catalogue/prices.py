"""The shop's one currency."""

from dataclasses import dataclass

from omnilife.catalogue.models import ProductFields
from omnilife.catalogue.problems import WrongCurrency
from omnilife.core.config import Settings
from omnilife.core.money import Money


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


def check_same_currency(pointer: str, given: Money, expected: Money) -> None:
    """Refuse an amount in another currency than the one that it is to be compared with.

    Raises:
        WrongCurrency: points at the amount.
    """
    if given.currency != expected.currency:
        raise WrongCurrency(pointer, given.currency, expected.currency)
