"""What checkout holds of people, by the keys of its table."""

from typing import Any

from omnilife.checkout.models import AddressFields
from omnilife.checkout.order_states import to_be_sent
from omnilife.checkout.owners import CartOwner
from omnilife.checkout.store_addresses import address_key
from omnilife.checkout.store_carts import CheckoutSettings, cart_key
from omnilife.checkout.store_loyalty import account_key
from omnilife.checkout.store_returns import return_of, returns_of
from omnilife.core.attributes import Item
from omnilife.core.conditions import attribute
from omnilife.core.personal_data import HeldInTable, Holding, Keep, PersonalData, Redaction, delete, only
from omnilife.core.table import Table, Update


def personal_holdings() -> PersonalData:
    """Checkout's, by the environment."""
    return held_by_checkout(Table(CheckoutSettings.from_environment().checkout_table))


def held_by_checkout(table: Table) -> PersonalData:
    """A user's cart, addresses, quotes, coupons, points, orders and returns; no anonymous cart."""
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
                entity="addresses",
                keys=lambda person: [address_key(person.user_id, "")["pk"]],
                tell=only(*AddressFields.model_fields),
                forget=delete,
            ),
            Holding(
                entity="quotes",
                keys=lambda person: [f"USER#{person.user_id}"],
                index="index1",
                begins_with="QUOTE#",
                tell=only("quote_id", "lines", "total", "currency", "address", "until"),
                forget=delete,
            ),
            Holding(
                entity="coupon_uses",
                keys=lambda person: [f"USER#{person.user_id}"],
                index="index1",
                begins_with="COUPON#",
                tell=only("code", "uses", "used_at"),
                forget=Keep("a coupon's uses are the shop's books, and are counted under the id alone"),
            ),
            # Before the points: an order that is marked asks no more of their account.
            Holding(
                entity="orders",
                keys=lambda person: [f"USER#{person.user_id}"],
                index="index1",
                begins_with="ORDER#",
                tell=only("number", "state", "placed_at", "currency", "total", "lines", "address"),
                forget=_forget_order,
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
            Holding(
                entity="returns",
                keys=lambda person: [returns_of(person.user_id)],
                index="index1",
                tell=_told_return,
                forget=Redaction(remove=["note"]),
            ),
        ),
    )


def _told_return(item: Item) -> dict[str, Any]:
    return return_of(item).model_dump(mode="json", exclude={"user_id", "version"})


def _forget_order(item: Item) -> Update | None:
    """The order, marked; and without its address, unless something is still to be sent to it.

    Then the step after which nothing is takes the address away: see `order_states.changed`. As a version of
    its own, so that nobody who read the order before writes the address back, or the mark away.
    """
    if item.get("forgotten"):
        return None
    needed = to_be_sent(item["state"], (part["state"] for part in item["fulfilments"]))
    return Update(
        {"pk": item["pk"], "sk": item["sk"]},
        set={"forgotten": True, "version": item["version"] + 1},
        remove=() if needed else ["address"],
        condition=attribute("version") == item["version"],
    )
