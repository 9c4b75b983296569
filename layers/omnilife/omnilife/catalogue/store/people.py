"""What catalogue holds of people, by the keys of its table."""

from omnilife.catalogue.store.items import merchant_partition
from omnilife.catalogue.store.products import CatalogueSettings
from omnilife.core.personal_data import HeldInTable, Holding, Keep, PersonalData, only
from omnilife.core.table import Table

_PRODUCTS = ("product_id", "sku", "name", "status", "created_at", "updated_at")


def personal_holdings() -> PersonalData:
    """Catalogue's, by the environment."""
    return held_by_catalogue(Table(CatalogueSettings.from_environment().catalogue_table))


def held_by_catalogue(table: Table) -> PersonalData:
    """A merchant's products. Imports and stock changes name their actor by id alone."""
    return HeldInTable(
        table,
        (
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
