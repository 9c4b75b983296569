"""What checkout holds of people, by the keys of its table."""

from omnilife.checkout.owners import CartOwner
from omnilife.checkout.store_carts import CheckoutSettings, cart_key
from omnilife.checkout.store_loyalty import account_key
from omnilife.core.personal_data import HeldInTable, Holding, PersonalData, delete, only
from omnilife.core.table import Table


def personal_holdings() -> PersonalData:
    """Checkout's, by the environment."""
    return held_by_checkout(Table(CheckoutSettings.from_environment().checkout_table))


def held_by_checkout(table: Table) -> PersonalData:
    """A user's cart, and points. An anonymous cart leads to nobody."""
    return HeldInTable(
        table,
        (
            Holding(
                entity="carts",
                keys=lambda person: [cart_key(CartOwner(person.user_id, person.user_id))["pk"]],
                tell=only("lines", "updated_at", "until"),
                forget=delete,
            ),
            Holding(
                entity="loyalty_accounts",
                keys=lambda person: [account_key(person.user_id)["pk"]],
                begins_with="ACCOUNT",
                tell=only("balance", "owed", "lots", "spend"),
                forget=delete,
            ),
            Holding(
                entity="loyalty_transactions",
                keys=lambda person: [account_key(person.user_id)["pk"]],
                begins_with="ENTRY#",
                tell=only("kind", "points", "at", "order_id", "return_id", "code"),
                forget=delete,
            ),
        ),
    )
