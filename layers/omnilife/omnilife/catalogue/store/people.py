"""What catalogue holds of people, by the keys of its table."""

from omnilife.catalogue.store.alerts import alerts_partition
from omnilife.catalogue.store.items import merchant_partition
from omnilife.catalogue.store.products import CatalogueSettings
from omnilife.catalogue.store.purchases import purchases_partition
from omnilife.catalogue.store.reviews import reviewer_partition
from omnilife.catalogue.store.wishes import wishlist_partition
from omnilife.core.personal_data import HeldInTable, Holding, Keep, PersonalData, Redaction, delete, only
from omnilife.core.table import Table

_PRODUCTS = ("product_id", "sku", "name", "status", "created_at", "updated_at")
_WISHES = ("product_id", "added_at", "price", "currency", "count")
_ALERTS = (
    "alert_id",
    "product_id",
    "kind",
    "target",
    "currency",
    "state",
    "created_at",
    "triggered_at",
    "count",
)


def personal_holdings() -> PersonalData:
    """Catalogue's, by the environment."""
    return held_by_catalogue(Table(CatalogueSettings.from_environment().catalogue_table))


def held_by_catalogue(table: Table) -> PersonalData:
    """A shopper's lists, purchases and reviews, a merchant's products.

    Imports and stock changes name their actor by id alone.
    """
    return HeldInTable(
        table,
        (
            Holding(
                entity="wishes",
                keys=lambda person: [wishlist_partition(person.user_id)],
                begins_with="WISH",
                tell=only(*_WISHES),
                forget=delete,
            ),
            Holding(
                entity="price_alerts",
                keys=lambda person: [alerts_partition(person.user_id)],
                begins_with="ALERT",
                tell=only(*_ALERTS),
                forget=delete,
            ),
            Holding(
                entity="purchases",
                keys=lambda person: [purchases_partition(person.user_id)],
                tell=only("product_id", "bought_at", "received_at"),
                forget=delete,
            ),
            # The stars stay: they are counted in the product's rating, and say nothing of who gave them.
            Holding(
                entity="reviews",
                keys=lambda person: [reviewer_partition(person.user_id)],
                index="index2",
                tell=only("review_id", "product_id", "rating", "title", "text", "name", "created_at"),
                forget=Redaction(remove=("title", "text", "name", "i2pk", "i2sk")),
            ),
            Holding(
                entity="products",
                keys=lambda person: [merchant_partition(person.user_id)],
                index="index3",
                tell=only(*_PRODUCTS),
                forget=Keep(
                    "what a shop sold is in its books and its buyers' orders; the id leads to nobody"
                ),
            ),
        ),
    )
