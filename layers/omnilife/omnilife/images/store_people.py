"""What images hold of people: the images themselves, and how many there were in a day."""

from collections.abc import Mapping
from typing import Any

from omnilife.core.attributes import Item
from omnilife.core.personal_data import HeldInTable, Holding, PersonalData, delete, only
from omnilife.core.table import Table
from omnilife.images.store import ImageSettings


def personal_holdings() -> PersonalData:
    """Images', by the environment."""
    return held_by_images(Table(ImageSettings.from_environment().images_table))


def held_by_images(table: Table) -> PersonalData:
    """An image's row goes; its files follow when the sweep finds that nothing refers to them."""
    return HeldInTable(
        table,
        (
            Holding(
                entity="images",
                keys=lambda person: [f"OWNER#{person.user_id}"],
                index="index1",
                tell=_image,
                forget=delete,
            ),
            Holding(
                entity="quotas",
                keys=lambda person: [f"QUOTA#{person.user_id}"],
                tell=lambda item: {"day": item["sk"].removeprefix("DAY#"), **only("images", "bytes")(item)},
                forget=delete,
            ),
        ),
    )


def _image(item: Item) -> Mapping[str, Any]:
    picture = item.get("picture") or {}
    return {
        **only("image_id", "purpose", "state", "created_at")(item),
        **only("format", "width", "height", "bytes", "camera")(picture),
    }
